"""pcap in all its kinds, cut and damaged at any byte, at any block size."""

from __future__ import annotations

import itertools
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.capture.building import (
    MICROSECONDS,
    MODIFIED,
    NANOSECONDS,
    START_NS,
    Packet,
    on_wire,
    pcap,
    pcap_header,
    read,
    some_packets,
)

ORDERS = ["<", ">"]
MAGICS = [MICROSECONDS, NANOSECONDS, MODIFIED]
kinds = pytest.mark.parametrize(("order", "magic"), list(itertools.product(ORDERS, MAGICS)))

packets = st.lists(
    st.builds(
        Packet,
        time_ns=st.integers(0, (1 << 32) - 1).map(lambda s: s * 1_000_000_000 + 999_999_000),
        data=st.binary(max_size=60),
        original=st.one_of(st.none(), st.integers(60, 1 << 20)),
    ),
    max_size=12,
)


@kinds
def test_every_kind_is_read_as_written(order: str, magic: int) -> None:
    written = some_packets(200)
    got = read(pcap(written, order, magic, snap_length=96))
    assert got.packets == on_wire(written)
    assert got.frames == tuple(range(1, 201))
    assert got.problems == ()
    assert got.snap_length == 96
    assert got.nanoseconds == (magic == NANOSECONDS)


def test_nanoseconds_are_kept() -> None:
    written = some_packets(4, nanoseconds=123_456_789)
    assert read(pcap(written, magic=NANOSECONDS)).packets == on_wire(written)
    times = [p.time_ns for p in read(pcap(written)).packets]
    assert times == [p.time_ns // 1000 * 1000 for p in written]


@settings(max_examples=150, deadline=None)
@given(
    packets=packets,
    order=st.sampled_from(ORDERS),
    magic=st.sampled_from(MAGICS),
    block_bytes=st.integers(1, 200),
    most=st.integers(1, 60),
)
def test_the_block_size_changes_nothing(
    packets: list[Packet], order: str, magic: int, block_bytes: int, most: int
) -> None:
    got = read(pcap(packets, order, magic), block_bytes, most)
    assert got.packets == on_wire(packets)
    assert got.problems == ()


@settings(max_examples=150, deadline=None)
@given(packets=packets, cut=st.integers(4, 2000), block_bytes=st.integers(1, 300))
def test_cut_anywhere_the_packets_before_the_cut_are_read(
    packets: list[Packet], cut: int, block_bytes: int
) -> None:
    whole = pcap(packets)
    ends = list(itertools.accumulate((16 + len(p.data) for p in packets), initial=24))
    cut = min(cut, len(whole))
    complete = sum(end <= cut for end in ends[1:])
    got = read(whole[:cut], block_bytes)
    assert got.packets == on_wire(packets[:complete])
    assert got.codes == ([] if cut in ends else ["truncated-file"])


def test_a_header_without_packets_is_a_capture() -> None:
    got = read(pcap([]))
    assert got.packets == ()
    assert got.problems == ()


@pytest.mark.parametrize("length", [262_145, 1 << 31, 0xFFFFFFFF])
@pytest.mark.parametrize("block_bytes", [1, 100, 1 << 20])
def test_an_absurd_length_is_damage(length: int, block_bytes: int) -> None:
    good = some_packets(6)
    lie = struct.pack("<IIII", 1_700_000_000, 0, length, 60)
    # Enough bytes follow that the lie would lie inside a block; none of them are records.
    got = read(pcap(good) + lie + b"\xff" * 600_000, block_bytes)
    assert got.packets == on_wire(good)
    (problem,) = got.problems
    assert problem.code == "damaged-file"
    assert f"claims {length} captured bytes" in problem.detail
    assert "packet 6" in problem.detail


def test_a_large_packet_is_believed_if_the_snap_length_allows_it() -> None:
    large = [Packet(START_NS, bytes(300_000))]
    assert read(pcap(large, snap_length=400_000), 1000).packets == on_wire(large)
    assert read(pcap(large, snap_length=65535)).codes == ["damaged-file"]
    assert read(pcap([Packet(START_NS, bytes(262_144))], snap_length=96)).problems == ()


def test_the_upper_bits_of_the_link_type_count_the_frame_check_sequence() -> None:
    written = [Packet(START_NS, b"0123456789"), Packet(START_NS, b"0123", original=10)]
    got = read(pcap(written, link_field=0x2400_0001))
    assert [(p.link_type, p.data, p.original) for p in got.packets] == [
        (1, b"012345", 6),
        (1, b"0123", 6),
    ]
    without_flag = read(pcap(written, link_field=0x2000_0001))
    assert [(p.link_type, p.original) for p in without_flag.packets] == [(1, 10), (1, 10)]
    assert {p.link_type for p in read(pcap(written, link_field=276)).packets} == {276}


def test_a_file_cut_inside_its_header_has_no_packets() -> None:
    for size in range(4, 24):
        got = read(pcap_header()[:size])
        assert got.packets == ()
        assert got.codes == ["truncated-file"]


@pytest.mark.skipif(shutil.which("editcap") is None, reason="editcap isn't installed")
@pytest.mark.parametrize("kind", ["pcap", "nsecpcap", "modpcap"])
def test_files_written_by_editcap(kind: str, tmp_path: Path) -> None:
    written = [p for p in some_packets(40) if p.data]
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(pcap(written))
    subprocess.run(["editcap", "-F", kind, source, target], check=True, capture_output=True)
    got = read(target.read_bytes())
    assert got.packets == on_wire(written)
    assert got.nanoseconds == (kind == "nsecpcap")
