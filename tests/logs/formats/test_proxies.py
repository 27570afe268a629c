"""How proxies say that the server behind them failed."""

from __future__ import annotations

import pytest

from netdiag.logs.formats.proxies import ENVOY, HAPROXY
from netdiag.logs.symptoms import ENDED, REFUSED, SILENT, Kinds

HAPROXY_LINE = (
    "haproxy[1]: 127.0.0.1:9 [22/Nov/2026:05:10:31.123] fe be/s0 0/0/0/-1/1 502 209 - - {}-- "
    '1/1/0/0/+3 0/0 "GET /a HTTP/1.1"'
)


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        ("SH", ENDED),
        ("SD", ENDED),
        ("sH", SILENT),
        ("SC", REFUSED | SILENT),
        ("--", None),
        ("CD", None),
    ],
)
def test_haproxys_states(state: str, kinds: Kinds | None) -> None:
    assert HAPROXY.failure(HAPROXY_LINE.format(state).encode()) == kinds


@pytest.mark.parametrize(
    ("flags", "kinds"),
    [("UC", ENDED), ("UF", REFUSED | SILENT), ("UT", SILENT), ("-", None), ("DC", None)],
)
def test_envoys_flags(flags: str, kinds: Kinds | None) -> None:
    line = f'[2026-11-22T05:10:31.123Z] "GET /a HTTP/1.1" 503 {flags} upstream_reset 0 95 3 - "-"'
    assert ENVOY.failure(line.encode()) == kinds
