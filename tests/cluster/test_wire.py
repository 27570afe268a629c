"""What is left of a capture, as bytes for a network, and back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from netdiag.capture import CaptureSource
from netdiag.cluster.wire import from_bytes, to_bytes
from netdiag.decode import Marker, Segments
from netdiag.decode.reduced import Reduced, reduce_capture
from netdiag.exchanges import SettingAside, mark_payloads
from tests.capture.building import START_NS, Packet, pcap
from tests.cluster.test_wire_aside import assert_same as assert_same_aside
from tests.conversations import on_the_wire
from tests.conversations import write as write_capture
from tests.decode.building import keep_all
from tests.decode.test_load import packets, write
from tests.incidents import incident
from tests.recorded import PCAPS


def assert_same(one: Reduced, other: Reduced) -> None:
    assert (one.info, one.problems) == (other.info, other.problems)
    for name in Segments.__struct_fields__:
        mine, theirs = (getattr(each.segments, name) for each in (one, other))
        assert mine.dtype == theirs.dtype
        assert mine.tolist() == theirs.tolist(), name
    rows = range(len(other.samples))
    assert len(one.samples) == len(rows)
    assert [*map(one.samples.text, rows)] == [*map(other.samples.text, rows)]
    assert one.samples.texts(np.array(rows, np.int32)) == [*map(other.samples.text, rows)]
    assert one.addresses.__getstate__() == other.addresses.__getstate__()
    assert_same_aside(one.aside, other.aside)


@pytest.mark.parametrize("marker", [keep_all, mark_payloads])
@pytest.mark.parametrize("count", [0, 1, 60])
def test_it_arrives_as_it_was(marker: Marker, count: int, tmp_path: Path) -> None:
    content = pcap(packets(60)[:count])
    source = CaptureSource(write(tmp_path / "a", content[: -1 if count == 60 else None]))
    reduced = reduce_capture(source, marker, 2000)
    assert_same(from_bytes(to_bytes(reduced)), reduced)


def test_a_clock_that_jumps_arrives_as_it_jumped(tmp_path: Path) -> None:
    data = packets()[1].data
    times = (START_NS, 0, (1 << 32) * 10**9 - 1000, START_NS - 1000, START_NS)
    source = CaptureSource(write(tmp_path / "a", pcap([Packet(time, data) for time in times])))
    reduced = reduce_capture(source, keep_all)
    made = from_bytes(to_bytes(reduced))
    assert made.segments.time_ns.tolist() == reduced.segments.time_ns.tolist()
    assert len(set(made.segments.time_ns.tolist())) == 4


def test_what_was_set_aside_arrives_with_it(tmp_path: Path) -> None:
    write_capture(tmp_path / "a", on_the_wire(incident(2)))
    source = CaptureSource(str(tmp_path / "a"))
    reduced = reduce_capture(source, mark_payloads, setter=SettingAside(one_of_several=True))
    assert reduced.aside.folds.packets.sum() > 1000
    assert_same(from_bytes(to_bytes(reduced)), reduced)


@pytest.mark.parametrize("name", ["nginx-stale.pcap", "mariadb-idle-reset.pcap"])
def test_recorded_captures_get_small(name: str) -> None:
    reduced = reduce_capture(CaptureSource(str(PCAPS / name)), mark_payloads)
    sent = to_bytes(reduced)
    assert_same(from_bytes(sent), reduced)
    assert len(sent) < 20_000 + 40 * len(reduced.segments)
