"""A report is the same whether what is settled was set aside or not; and it takes less memory."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest

from netdiag.analysis import Options, examine
from netdiag.decode.aside import Setter
from netdiag.exchanges import SettingAside
from netdiag.exchanges.settling import Settling
from netdiag.native import native
from netdiag.report.formats.json_format import render
from netdiag.report.page import PLAIN
from tests import recorded
from tests.conversations import Heard, listen, on_the_wire, write
from tests.incidents import incident
from tests.messages import get, ok
from tests.scripted import pooled


def report(path: Path, setter: partial[Setter] | None, block_bytes: int = 4096) -> str:
    with patch("netdiag.analysis.setting_aside", setter):
        options = Options(all_connections=True, every_row=setter is None)
        return render(examine([path], options, block_bytes=block_bytes).report(), PLAIN)


TABLES: partial[Setter] = partial(SettingAside, rows=50)
SEARCH: partial[Setter] = partial(Settling, native, rows=50, least_at_end=1, worth=0)
"""The compiled one: what it sets aside is tested in `test_settling`."""


@pytest.mark.parametrize("name", recorded.names())
def test_recorded_captures_read_the_same(name: str) -> None:
    path = recorded.recorded(name).path
    whole = report(path, None)
    for setter in [TABLES] if native is None else [TABLES, SEARCH]:
        assert report(path, setter) == whole


@pytest.mark.parametrize("seed", range(8))
def test_incidents_read_the_same(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "incident.pcap"
    write(path, on_the_wire(incident(seed)))
    setter = partial(SettingAside, rows=(60, 300, 1000)[seed % 3], last=2 + seed % 3)
    assert report(path, setter, (4096, 20_000)[seed % 2]) == report(path, None)


def kept(heard: Heard, setter: SettingAside | None = None) -> list[str]:
    """The names of the packets that are kept."""
    setter = setter or SettingAside(rows=1)
    mask = setter.sort_out(heard.segments, heard.samples)[0]
    return [p.name for p, wanted in zip(heard.packets, mask.tolist(), strict=True) if wanted]


def test_the_first_and_the_last_exchanges_stay() -> None:
    talk = pooled()
    for number in range(30):
        talk.wait(1).asks(get(f"/{number}"), ok())
    names = [name for name in kept(listen(talk)) if name.startswith("GET")]
    assert names[0] == "GET / HTTP/1.1"
    assert names[-2:] == ["GET /28 HTTP/1.1", "GET /29 HTTP/1.1"]
    assert len(names) == 4


def test_an_odd_exchange_stays_with_all_its_rows() -> None:
    talk = pooled(10, 1)
    talk.client.says(get("/odd")).client.repeats().server.says(ok()).client.acks()
    for _ in range(10):
        talk.wait(1).asks(get(), ok())
    assert {"GET /odd HTTP/1.1", "GET /odd HTTP/1.1 again"} <= set(kept(listen(talk)))


def test_what_is_kept_does_not_grow_with_the_capture() -> None:
    sizes = [len(kept(listen(pooled(count)))) for count in (50, 500)]
    assert sizes[1] == sizes[0]
