"""Damage in the middle of a pcapng file: read on at the next blocks that hang together."""

from __future__ import annotations

import struct

import pytest

from netdiag.capture.blocks import Blocks
from netdiag.capture.formats.pcapng_blocks import BlockRule
from tests.capture.building import (
    START_NS,
    BytesStream,
    Packet,
    block,
    enhanced,
    interface,
    on_wire,
    pcapng,
    read,
    section,
)
from tests.capture.formats.test_pcap_records import AT, MANY

US = START_NS // 1000


def blocks_of(packets: list[Packet], order: str = "<") -> list[bytes]:
    return [enhanced(p.time_ns // 1000, p.data, order=order) for p in packets]


def file(parts: list[bytes], order: str = "<") -> bytes:
    return section(order) + interface(1, order=order) + b"".join(parts)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("junk", [b"\xff" * 100, bytes(64), b"\x01", b""], ids=len)
def test_what_lies_around_a_hole_is_read(order: str, junk: bytes) -> None:
    parts = blocks_of(MANY, order)
    parts[AT] = junk + parts[AT][7:]
    got = read(file(parts, order))
    assert got.packets == on_wire(MANY[:AT] + MANY[AT + 1 :])
    (skipped,) = got.skipped
    assert (skipped.bytes, skipped.after_frame) == (len(parts[AT]), AT)
    assert skipped.before_ns == MANY[AT - 1].time_ns
    assert skipped.after_ns == MANY[AT + 1].time_ns
    assert got.codes == ["damaged-file"]


@pytest.mark.parametrize("at", [4, -4])
def test_a_length_at_one_end_that_lies(at: int) -> None:
    parts = blocks_of(MANY)
    broken = bytearray(parts[AT])
    struct.pack_into("<I", broken, at % len(broken), 40)
    parts[AT] = bytes(broken)
    got = read(file(parts))
    assert got.packets == on_wire(MANY[:AT] + MANY[AT + 1 :])


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_next_section_may_have_another_byte_order(order: str) -> None:
    other = "><"["<>".index(order)]
    parts = [*blocks_of(MANY[:AT], order), b"\xff" * 33]
    data = file(parts, order) + file(blocks_of(MANY[AT:], other), other)
    got = read(data)
    assert got.packets == on_wire(MANY)
    assert [s.bytes for s in got.skipped] == [33]


def test_a_capture_within_a_packet_is_not_taken_for_the_capture() -> None:
    inner = file(blocks_of([Packet(START_NS, b"inner") for _ in range(20)]))
    carrier = Packet(START_NS, inner)
    packets = [carrier, *MANY[:AT], carrier, *MANY[AT:]]
    parts = blocks_of(packets)
    parts[AT + 1] = b"\xff" * 28 + parts[AT + 1][28:]
    got = read(file(parts))
    assert got.packets == on_wire([carrier, *MANY])


def test_a_block_that_claims_all_that_is_left() -> None:
    parts = blocks_of(MANY)
    parts[AT] = struct.pack("<II", 6, 1 << 20) + parts[AT][8:]
    got = read(file(parts))
    assert got.packets == on_wire(MANY[:AT] + MANY[AT + 1 :])
    assert "claims a block length of 1048576 bytes, and the capture has less" in (
        got.problems[0].detail
    )
    assert read(file(blocks_of(MANY))[:-3]).codes == ["truncated-file"]


def test_only_blocks_of_known_types_are_believed() -> None:
    kinds = [0, 1, 6, 11, 12, 99, 0x0BAD, 0x4000_0BAD]
    parts = [block(kind, bytes(8)) for kind in kinds]
    blocks = Blocks(BytesStream(b"".join(parts) + section("<") + section(">")))
    blocks.advance(0)
    likely = BlockRule("<", 40).likely(blocks, 0, blocks.end)
    found = {at for at in likely.at.tolist() if at % 20 == 0}
    assert found >= {20, 40, 60, 120, 140, 160}
    assert not found & {0, 80, 100}
    assert len(pcapng([])) == len(section()) + len(interface())
