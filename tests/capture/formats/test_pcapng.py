"""pcapng with sections, interfaces and blocks of all kinds, cut and damaged at any byte."""

from __future__ import annotations

import itertools
import shutil
import struct
import subprocess
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netdiag.capture.formats import pcapng as module
from netdiag.capture.sources import recognise
from tests.capture.building import (
    START_NS,
    Packet,
    block,
    enhanced,
    interface,
    obsolete,
    on_wire,
    option,
    pcap,
    pcapng,
    read,
    section,
    simple,
    some_packets,
)

orders = pytest.mark.parametrize("order", ["<", ">"])
US = START_NS // 1000
NAME_RESOLUTION, STATISTICS, CUSTOM = 4, 5, 0x0BAD


@orders
def test_packets_are_read_as_written(order: str) -> None:
    written = some_packets(300)
    got = read(pcapng(written, order))
    assert got.packets == on_wire(written)
    assert got.frames == tuple(range(1, 301))
    assert got.problems == ()


@orders
def test_all_kinds_of_packet_blocks_are_numbered_together(order: str) -> None:
    data = b"".join(
        [
            section(order),
            interface(1, snap_length=4, order=order),
            interface(113, options=option(9, b"\x09", order), order=order),
            block(NAME_RESOLUTION, bytes(40), order),
            enhanced(US, b"one", number=0, order=order),
            simple(b"two!", original=9, order=order),
            block(CUSTOM, bytes(7), order),
            obsolete(START_NS + 1, b"three", number=1, order=order),
            block(STATISTICS, bytes(8), order),
            enhanced(START_NS + 2, b"four", original=70, number=1, order=order),
        ]
    )
    got = read(data)
    assert got.frames == (1, 2, 3, 4)
    assert got.packets == (
        Packet(START_NS, b"one", 3, 1),
        Packet(START_NS, b"two!", 9, 1),
        Packet(START_NS + 1, b"three", 5, 113),
        Packet(START_NS + 2, b"four", 70, 113),
    )
    assert got.codes == ["no-timestamps"]
    assert got.snap_length == 4
    assert got.nanoseconds


def blocks_of_a_section(draw: st.DrawFn) -> tuple[list[bytes], list[Packet | None]]:
    """The blocks of one section, and for each the packet that it stands for."""
    order = draw(st.sampled_from("<>"))
    blocks, packets = [section(order)], [None]
    interfaces: list[int] = []
    for _ in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from(["interface", "enhanced", "enhanced", "obsolete", "other"]))
        if kind == "interface" or (not interfaces and kind != "other"):
            interfaces.append(draw(st.sampled_from([1, 101, 276])))
            blocks.append(interface(interfaces[-1], order=order))
            packets.append(None)
        elif kind == "other":
            blocks.append(block(draw(st.integers(7, 2000)), draw(st.binary(max_size=30)), order))
            packets.append(None)
        else:
            data = draw(st.binary(max_size=30))
            ticks = draw(st.integers(0, 1 << 53))
            number = draw(st.integers(0, len(interfaces) - 1))
            make = enhanced if kind == "enhanced" else obsolete
            blocks.append(make(ticks, data, number=number, order=order))
            packets.append(Packet(ticks * 1000, data, len(data), interfaces[number]))
    return blocks, packets


@st.composite
def captures(draw: st.DrawFn) -> tuple[list[bytes], list[Packet | None]]:
    """The blocks of a capture of several sections in different byte orders."""
    sections = [blocks_of_a_section(draw) for _ in range(draw(st.integers(1, 3)))]
    return (
        list(itertools.chain.from_iterable(blocks for blocks, _ in sections)),
        list(itertools.chain.from_iterable(packets for _, packets in sections)),
    )


@settings(max_examples=150, deadline=None)
@given(capture=captures(), block_bytes=st.integers(1, 300), most=st.integers(1, 60))
def test_sections_and_byte_orders_at_any_block_size(
    capture: tuple[list[bytes], list[Packet | None]], block_bytes: int, most: int
) -> None:
    blocks, packets = capture
    expected = tuple(p for p in packets if p is not None)
    for size in (block_bytes, 1 << 20):
        got = read(b"".join(blocks), size, most)
        assert got.packets == expected
        assert got.problems == ()


@settings(max_examples=150, deadline=None)
@given(capture=captures(), cut=st.integers(4, 1500), block_bytes=st.integers(1, 300))
def test_cut_anywhere_the_packets_before_the_cut_are_read(
    capture: tuple[list[bytes], list[Packet | None]], cut: int, block_bytes: int
) -> None:
    blocks, packets = capture
    ends = list(itertools.accumulate(len(b) for b in blocks))
    cut = min(cut, ends[-1])
    complete = sum(end <= cut for end in ends)
    got = read(b"".join(blocks)[:cut], block_bytes)
    assert got.packets == tuple(p for p in packets[:complete] if p is not None)
    assert got.codes == ([] if cut in ends else ["truncated-file"])


@pytest.mark.parametrize("block_bytes", [1, 100, 1 << 20])
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (struct.pack("<III", 6, 8, 8), "claims a block length of 8 bytes"),
        (struct.pack("<II", 6, 0) + bytes(30), "claims a block length of 0 bytes"),
        (struct.pack("<II", 6, 34) + bytes(40), "claims a block length of 34 bytes"),
        (struct.pack("<II", 6, 1 << 25) + bytes(40), "claims a block length of 33554432 bytes"),
        (block(99, bytes(8))[:-4] + struct.pack("<I", 28), "two different block lengths"),
        (block(0x0A0D0D0A, bytes(16)), "section header without its byte-order magic"),
    ],
)
def test_damage_ends_the_capture(damage: bytes, said: str, block_bytes: int) -> None:
    good = some_packets(5)
    got = read(pcapng(good) + damage + b"\xff" * 400, block_bytes)
    assert got.packets == on_wire(good)
    (problem,) = got.problems
    assert problem.code == "damaged-file"
    assert said in problem.detail
    assert "analysed up to packet 5" in problem.detail


def test_a_section_forgets_the_interfaces_of_the_one_before() -> None:
    data = section() + interface(101) + enhanced(US, b"known") + section() + enhanced(US, b"lost")
    got = read(data)
    assert [p.data for p in got.packets] == [b"known"]
    (problem,) = got.problems
    assert (problem.code, problem.frame, problem.count) == ("unknown-interface", 2, 1)


def test_of_byte_orders_that_change_without_end_so_many_are_read() -> None:
    parts = [
        part
        for order in "<>" * 10
        for part in (section(order), interface(order=order), enhanced(US, b"packet", order=order))
    ]
    with patch.object(module, "MOST_ORDERS", 5):
        got = read(b"".join(parts))
    assert len(got.packets) == 6
    (problem,) = got.problems
    assert problem.code == "damaged-file"
    assert "begins a section in the other byte order, as 5 did before" in problem.detail
    assert read(b"".join(parts)).problems == ()


def test_a_block_longer_than_the_buffer_is_skipped() -> None:
    data = pcapng(some_packets(2)) + block(CUSTOM, bytes(100_000)) + enhanced(US, b"behind")
    got = read(data, 500)
    assert [p.data for p in got.packets][-1] == b"behind"
    assert got.problems == ()


def test_only_a_section_header_with_its_magic_is_recognised() -> None:
    assert recognise(section()[:12]) is not None
    assert recognise(section()[:6]) is not None
    assert recognise(section()[:8] + b"\x00\x00\x00\x00") is None


def test_many_records_are_walked_in_chains() -> None:
    written = [Packet(START_NS + i * 1000, bytes(i * 13 % 100)) for i in range(9000)]
    for order in "<>":
        assert read(pcapng(written, order), 100_000).packets == on_wire(written)


@pytest.mark.skipif(shutil.which("mergecap") is None, reason="mergecap isn't installed")
def test_files_merged_by_mergecap_have_several_interfaces(tmp_path: Path) -> None:
    first = [p for p in some_packets(30) if p.data]
    second = [Packet(p.time_ns + 500_000, p.data, None, 101) for p in first]
    (tmp_path / "a").write_bytes(pcap(first))
    (tmp_path / "b").write_bytes(pcap(second, link_field=101))
    command = ["mergecap", "-F", "pcapng", "-w", tmp_path / "merged", tmp_path / "a"]
    subprocess.run([*command, tmp_path / "b"], check=True, capture_output=True)
    got = read((tmp_path / "merged").read_bytes())
    expected = sorted(on_wire(first) + on_wire(second), key=lambda p: p.time_ns)
    assert got.packets == tuple(expected)
