"""`reread`: the same packets once more."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from netdiag.capture import CaptureSource
from netdiag.capture.rereading import Frame, reread
from netdiag.errors import CaptureError
from tests.capture.building import (
    START_NS,
    Packet,
    enhanced,
    interface,
    option,
    pcap,
    section,
    some_packets,
)


def frames(paths: list[Path], capture: list[int], number: list[int]) -> list[Frame]:
    sources = [CaptureSource(str(path)) for path in paths]
    with reread(sources, np.array(capture), np.array(number), None) as read:
        return list(read)


def test_packets_come_in_the_order_asked_for(tmp_path: Path) -> None:
    first, second = tmp_path / "first.pcap", tmp_path / "second.pcap.gz"
    packets = some_packets(40)
    first.write_bytes(pcap(packets))
    second.write_bytes(gzip.compress(pcap(packets[:20])))
    got = frames([first, second], [1, 0, 1, 0], [20, 1, 3, 40])
    assert [(f.capture, f.number) for f in got] == [(1, 20), (0, 1), (1, 3), (0, 40)]
    assert [Packet(f.time_ns, f.data, f.original) for f in got] == [
        Packet(p.time_ns, p.data, len(p.data))
        for p in (packets[19], packets[0], packets[2], packets[39])
    ]


def test_it_can_be_iterated_again(tmp_path: Path) -> None:
    path = tmp_path / "capture.pcap"
    path.write_bytes(pcap(some_packets(9)))
    with reread([CaptureSource(str(path))], np.zeros(2), np.array([2, 5]), None) as read:
        assert list(read) == list(read)


def test_interfaces_count_on_over_sections(tmp_path: Path) -> None:
    path = tmp_path / "capture.pcapng"
    one, two = interface(1, options=option(2, b"eth0")), interface(1, options=option(2, b"eth1"))
    path.write_bytes(
        section() + one + enhanced(1, b"a") + section() + two + enhanced(2, b"b", number=0)
    )
    with reread([CaptureSource(str(path))], np.zeros(2), np.array([1, 2]), None) as read:
        names = [read.interfaces[0][frame.interface].texts for frame in read]
    assert names == [((2, b"eth0"),), ((2, b"eth1"),)]


def test_reading_ends_with_the_last_packet_wanted(tmp_path: Path) -> None:
    path = tmp_path / "capture.pcap"
    packet = Packet(START_NS, bytes(1000))
    path.write_bytes(pcap([packet] * 20_000))
    done: list[int] = []
    with reread([CaptureSource(str(path))], np.zeros(1), np.array([5]), done.append) as read:
        assert len(list(read)) == 1
    assert len(done) == 1
    assert done[0] < path.stat().st_size


def test_a_capture_that_has_become_shorter(tmp_path: Path) -> None:
    path = tmp_path / "capture.pcap"
    path.write_bytes(pcap(some_packets(3)))
    with pytest.raises(CaptureError, match=r"capture\.pcap: has changed since it was analysed"):
        frames([path], [0], [4])
