"""What a user may compare a column with."""

from __future__ import annotations

import pytest

from netdiag.errors import SelectionError
from netdiag.listing import column_named
from netdiag.listing.operands import operand
from netdiag.selection import Moment


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("idle", "20", 20_000_000_000),
        ("idle", "1.5", 1_500_000_000),
        ("idle", "200ms", 200_000_000),
        ("idle", "5 min", 300_000_000_000),
        ("idle", "1h", 3_600_000_000_000),
        ("idle", "0.1ns", None),
        ("idle", "1e3", 1_000_000_000_000),
        ("idle", "1e999999999", None),
        ("idle", "1.2.3", None),
        ("idle", "-1", None),
        ("idle", "nan", None),
        ("bytes", "4k", 4_000),
        ("bytes", "2.5M", 2_500_000),
        ("bytes", "2.5", 2.5),
        ("bytes", "9e30", 2**62),
        ("bytes", "4kB", None),
        ("id", "c17", 16),
        ("id", "c0", None),
        ("id", "17", None),
        ("state", "", None),
        ("close_flag", "rst", "RST"),
        ("causes", "stale-keep-alive", "stale-keep-alive"),
        ("causes", "stale", None),
        ("syn_seen", "no", 0),
        ("syn_seen", "maybe", None),
        ("client", "10.0.0.1", ("10.0.0.1", None)),
        ("client", "[::1]:80", ("::1", 80)),
        ("client", "host", None),
        ("start", "+1.5", Moment(1_500_000_000, relative=True)),
        ("start", "noon", None),
        ("file", "a=b.pcap", "a=b.pcap"),
    ],
)
def test_operands(column: str, text: str, value: object) -> None:
    if column == "state":
        column = "client_state"
    if value is None:
        with pytest.raises(SelectionError, match=r"--where: expected .*found"):
            operand(column_named(column, "--where"), text, "--where")
    else:
        assert operand(column_named(column, "--where"), text, "--where") == value


def test_none_is_what_is_missing() -> None:
    assert operand(column_named("close_frame", "--where"), "none", "--where") is None
