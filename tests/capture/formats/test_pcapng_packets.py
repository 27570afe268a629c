"""Packet blocks that lack something: a time, an interface, room for their packet."""

from __future__ import annotations

import struct

import pytest

from tests.capture.building import (
    START_NS,
    Packet,
    block,
    enhanced,
    interface,
    obsolete,
    option,
    read,
    section,
    simple,
)

US = START_NS // 1000


@pytest.mark.parametrize("block_bytes", [1, 1 << 20])
def test_simple_packets_take_the_time_of_the_packet_before(block_bytes: int) -> None:
    data = section() + interface() + simple(b"a") + enhanced(US, b"b") + simple(b"c") * 2
    got = read(data + enhanced(US + 1, b"d"), block_bytes)
    times = [(p.data, p.time_ns) for p in got.packets]
    assert times == [
        (b"a", 0),
        (b"b", START_NS),
        (b"c", START_NS),
        (b"c", START_NS),
        (b"d", START_NS + 1000),
    ]
    (problem,) = got.problems
    assert (problem.code, problem.frame, problem.count) == ("no-timestamps", 1, 3)


def test_simple_packets_are_cut_by_the_first_interface() -> None:
    data = section() + interface(1, snap_length=5) + interface(101) + simple(b"12345", 90)
    assert read(data).packets == (Packet(0, b"12345", 90, 1),)
    unlimited = section() + interface() + simple(b"123456", 6)
    assert read(unlimited).packets == (Packet(0, b"123456", 6, 1),)


@pytest.mark.parametrize("order", ["<", ">"])
def test_obsolete_packets_have_an_interface_of_16_bits(order: str) -> None:
    data = section(order) + interface(1, order=order) + interface(101, order=order)
    data += obsolete(US, b"x", number=1, drops=0xABCD, order=order)
    assert read(data).packets == (Packet(START_NS, b"x", 1, 101),)


def test_a_packet_longer_than_its_block_is_skipped() -> None:
    lie = block(6, struct.pack("<5I", 0, 0, 0, 9, 9) + b"1234")
    got = read(section() + interface() + enhanced(US, b"a") + lie + enhanced(US, b"b"))
    assert [p.data for p in got.packets] == [b"a", b"b"]
    assert got.frames == (1, 3)
    (problem,) = got.problems
    assert (problem.code, problem.frame, problem.count) == ("malformed-block", 2, 1)


def test_interfaces_with_different_clocks_in_one_block() -> None:
    data = section() + interface() + interface(1, options=option(9, b"\x09"))
    data += interface(1, options=option(9, b"\x00"))
    for i in range(9):
        ticks = (US, START_NS, START_NS // 10**9)[i % 3]
        data += enhanced(ticks, bytes([i]), number=i % 3)
    got = read(data)
    assert {p.time_ns for p in got.packets} == {START_NS}
    assert [p.data for p in got.packets] == [bytes([i]) for i in range(9)]


def test_a_packet_of_an_interface_described_later_is_skipped() -> None:
    """Whatever the block size: the interface isn't known yet where the packet is."""
    data = section() + enhanced(US, b"a") + interface() + enhanced(US, b"b")
    for block_bytes in (1, 1 << 20):
        got = read(data, block_bytes)
        assert [p.data for p in got.packets] == [b"b"]
        assert got.frames == (2,)
        assert got.codes == ["unknown-interface"]
