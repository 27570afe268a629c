"""Damage in the middle of a pcap: read on behind it, with nothing made up."""

from __future__ import annotations

import random
import struct

import numpy as np
import pytest

from netdiag.capture.blocks import Blocks
from netdiag.capture.formats.pcap_records import PcapRule
from tests.capture.building import (
    MODIFIED,
    NANOSECONDS,
    START_NS,
    BytesStream,
    Packet,
    on_wire,
    pcap,
    pcap_header,
    pcap_record,
    read,
)

MICROSECOND = 1000


def ethernet(number: int, size: int = 80) -> Packet:
    """A packet whose content tells it apart, and would not pass for a record."""
    noise = random.Random(number)
    body = bytes(12) + b"\x08\x00" + noise.randbytes(size)
    return Packet(START_NS + number * 1_000 * MICROSECOND, body)


def records(packets: list[Packet], order: str = "<", magic: int = 0xA1B2C3D4) -> list[bytes]:
    return [pcap_record(packet, order, magic) for packet in packets]


MANY = [ethernet(i, 40 + i % 60) for i in range(60)]
AT = 30


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("magic", [0xA1B2C3D4, NANOSECONDS, MODIFIED])
@pytest.mark.parametrize("junk", [b"\xff" * 100, bytes(100), b"\x01", b""], ids=len)
def test_what_lies_around_a_hole_is_read(order: str, magic: int, junk: bytes) -> None:
    parts = records(MANY, order, magic)
    parts[AT] = junk + parts[AT][7:]  # a header without its first bytes is none
    got = read(pcap_header(order, magic) + b"".join(parts))
    assert got.packets == on_wire(MANY[:AT] + MANY[AT + 1 :])
    assert got.frames == tuple(range(1, 60))
    (skipped,) = got.skipped
    assert skipped.byte == 24 * 1 + sum(map(len, parts[:AT]))
    assert skipped.bytes == len(parts[AT])
    assert skipped.after_frame == AT
    assert skipped.before_ns == MANY[AT - 1].time_ns
    assert skipped.after_ns == MANY[AT + 1].time_ns
    assert skipped.about_packets is not None
    assert got.codes == ["damaged-file"]
    assert f"behind packet {AT}, at byte {skipped.byte}" in got.problems[0].detail
    assert "0.002 s), then read on" in got.problems[0].detail
    assert f"numbered from {AT + 1} as if none were missing" in got.problems[0].detail


@pytest.mark.parametrize("missing", range(1, 17))
def test_bytes_that_are_missing_from_a_header(missing: int) -> None:
    parts = records(MANY)
    parts[AT] = parts[AT][missing:]
    got = read(pcap_header() + b"".join(parts))
    lost = set(on_wire(MANY)) - set(got.packets)
    assert lost <= set(on_wire(MANY[AT - 1 : AT + 2]))
    assert set(got.packets) <= set(on_wire(MANY))


@pytest.mark.parametrize("claimed", [1, 90, 500, 5000, 200_000])
def test_a_length_that_lies_hides_no_other_records(claimed: int) -> None:
    parts = records(MANY)
    seconds, fraction, _, original = struct.unpack_from("<IIII", parts[AT])
    lie = struct.pack("<IIII", seconds, fraction, claimed, max(original, claimed))
    parts[AT] = lie + parts[AT][16:]
    got = read(pcap_header(snap_length=262_144) + b"".join(parts))
    assert set(on_wire(MANY[: AT - 1] + MANY[AT + 1 :])) <= set(got.packets)
    assert got.codes == ["damaged-file"]
    assert len(got.packets) in (59, 60)


def test_several_holes_are_told_one_by_one() -> None:
    many = [ethernet(i) for i in range(400)]
    parts = records(many)
    for at in range(50, 400, 50):
        parts[at] = b"\xee" * 55
    got = read(pcap_header() + b"".join(parts))
    assert len(got.packets) == 393
    assert [s.bytes for s in got.skipped] == [55] * 7
    assert got.codes == ["damaged-file"] * 7


def test_zeros_up_to_the_end_are_no_packets() -> None:
    got = read(pcap(MANY) + bytes(100_000))
    assert got.packets == on_wire(MANY)
    (skipped,) = got.skipped
    assert (skipped.bytes, skipped.after_ns) == (100_000, None)
    assert "is made of zeros; analysed up to packet 60" in got.problems[0].detail


def test_a_capture_within_a_packet_is_not_taken_for_the_capture() -> None:
    """Somebody downloads a capture; in the packet that carries its end, the header breaks."""
    older = [Packet(START_NS - 60 * 10**9 + i, ethernet(i, 30).data) for i in range(20)]
    inner = b"".join(records(older))
    carrier = Packet(MANY[AT].time_ns, bytes(12) + b"\x08\x00" + inner)
    packets = [*MANY[:10], carrier, *MANY[10:AT], carrier, *MANY[AT + 1 :]]
    parts = records(packets)
    parts[AT + 1] = b"\xff" * 16 + parts[AT + 1][16:]
    got = read(pcap_header() + b"".join(parts))
    assert set(got.packets) <= set(on_wire(packets))
    assert len(got.packets) == 60


def test_a_record_that_the_end_has_cut_is_searched_only_if_it_lies() -> None:
    got = read(pcap(MANY)[:-5])
    assert (got.codes, got.skipped, len(got.packets)) == (["truncated-file"], (), 59)
    parts = records(MANY)
    parts[AT] = parts[AT][:8] + struct.pack("<II", 60_000, 60_000) + parts[AT][16:]
    got = read(pcap_header() + b"".join(parts))
    assert got.packets == on_wire(MANY[:AT] + MANY[AT + 1 :])
    assert "and the capture has less" in got.problems[0].detail


def test_programs_may_write_odd_records() -> None:
    odd = [
        Packet(START_NS, b"x" * 40, original=9),
        Packet(START_NS - 10**18, b"x" * 40),
        Packet(START_NS, b"", original=0),
        Packet(0, b"x" * 40, original=1 << 30),
        Packet(0, b"", original=50),
    ]
    alone = [read(pcap([packet] * 3)) for packet in odd]
    assert [(len(got.packets), got.codes) for got in alone] == [(3, [])] * 5
    got = read(pcap([*MANY, odd[0], odd[1], odd[2], MANY[0]]))
    assert (len(got.packets), got.codes) == (64, [])


def test_a_capture_that_is_holes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netdiag.capture.skipped.MOST_HOLES", 3)
    parts = records([ethernet(i) for i in range(400)])
    for at in range(50, 400, 50):
        parts[at] = b"\xee" * 55
    got = read(pcap_header() + b"".join(parts))
    assert len(got.skipped) == 4
    assert got.skipped[-1].after_ns is None
    assert len(got.packets) == 50 + 3 * 49


@pytest.mark.parametrize(
    ("link_type", "begins", "is_good"),
    [
        (1, bytes(12) + b"\x86\xdd", True),
        (1, bytes(12) + b"\x00\x27", True),
        (1, bytes(12) + b"\xab\xcd", False),
        (1, bytes(5), False),
        (101, b"\x45", True),
        (101, b"\x05", False),
        (113, bytes(14) + b"\x08\x00", True),
        (276, b"\x08\x06", True),
        (0, b"\x02\x00\x00\x00", True),
        (108, b"\x00\x00\x00\x1e", True),
        (0, b"\x77\x00\x00\x00", False),
        (147, b"anything", True),
    ],
)
def test_packets_begin_as_their_link_type_has_it(
    link_type: int, begins: bytes, is_good: bool
) -> None:
    data = pcap_record(Packet(START_NS, begins))
    blocks = Blocks(BytesStream(data))
    blocks.advance(0)
    rule = PcapRule("<", 16, link_type, 65535, nanoseconds=False)
    likely = rule.likely(blocks, 0, blocks.end)
    assert likely.at.tolist()[:1] == [0]
    assert likely.is_good.tolist()[0] is is_good
    assert likely.time_ns[0] == START_NS


def test_times_are_near_the_last_one() -> None:
    data = b"".join(records([Packet(START_NS + s * 10**9, bytes(14)) for s in (0, 10**6, 10**7)]))
    blocks = Blocks(BytesStream(data))
    blocks.advance(0)
    rule = PcapRule("<", 16, 1, 65535, nanoseconds=False)
    rule.see(np.array([START_NS]), np.array([50]))
    assert rule.longest_bytes == 66
    likely = rule.likely(blocks, 0, blocks.end)
    assert likely.at.tolist() == [0]
