"""IPv4 with options and fragments, raw IP, IP in IP, against scapy."""

from __future__ import annotations

import random

import pytest
from scapy.layers.inet import IP, UDP, IPOption_RR, IPOption_Timestamp, fragment

from tests.decode.building import (
    ETHERNET,
    RAW,
    assert_as_scapy,
    decode,
    ether,
    ip,
    ip_packets,
    ipv4,
    ipv6,
    tcp,
)


@pytest.mark.parametrize("link_type", [12, 14, 101])
def test_raw_ip(link_type: int) -> None:
    expected = assert_as_scapy(ip_packets(), RAW)
    assert list(decode([bytes(p) for p in ip_packets()], link_type).rows()) == list(expected.rows())


def test_link_types_of_one_version() -> None:
    rng = random.Random(5)
    assert_as_scapy([ipv4(rng) / tcp(rng) for _ in range(9)], 228)
    assert_as_scapy([ipv6(rng) / tcp(rng) for _ in range(9)], 229)


def test_raw_bytes_of_another_version_are_no_problem() -> None:
    got = decode([b"\x50" + bytes(50), b"\x00" * 50], RAW)
    assert len(got.segments) == 0
    assert got.problems == ()


def test_options() -> None:
    rng = random.Random(6)
    kinds = [[], [IPOption_RR()], [IPOption_Timestamp()], [IPOption_RR(), IPOption_Timestamp()]]
    packets = [ether() / ipv4(rng, options=rng.choice(kinds)) / tcp(rng) for _ in range(30)]
    assert_as_scapy(packets)


def test_ip_in_ip() -> None:
    rng = random.Random(7)
    packets = []
    for inner in ip_packets():
        outer = ip(rng)
        if rng.random() < 0.3:
            outer /= ip(rng)
        packets.append(ether() / outer / inner)
    assert_as_scapy(packets)


def test_the_first_fragment_is_used_and_the_others_counted() -> None:
    rng = random.Random(8)
    whole = IP(src="10.0.0.1", dst="10.0.0.2", id=77) / tcp(rng)
    whole = whole / bytes(4000)
    frames = [bytes(ether() / piece) for piece in fragment(whole, 1400)]
    assert len(frames) > 2
    got = decode(frames)
    assert got.segments.frame.tolist() == [1]
    (row,) = got.rows()
    assert row["sequence"] == whole["TCP"].seq
    # What is in the first fragment: the others' bytes were never seen.
    assert row["length"] == len(frames[0]) - 34 - row["header_length"]
    (problem,) = got.problems
    assert (problem.code, problem.frame) == ("ipv4-fragments", 2)
    assert problem.count == len(frames) - 1


@pytest.mark.parametrize(
    ("offset", "value"),
    [
        (0, 0x44),  # a header length below 20
        (0, 0x55),  # another version than the EtherType says
        (0, 0x4F),  # a header longer than the packet
        (3, 19),  # a packet shorter than its header
    ],
)
def test_headers_that_contradict_themselves(offset: int, value: int) -> None:
    rng = random.Random(9)
    good = [bytes(ether() / IP() / tcp(rng)) for _ in range(3)]
    packet = bytearray(bytes(ether() / IP(len=40) / tcp(rng))[:54])
    packet[14 + offset] = value
    got = decode([good[0], bytes(packet), *good[1:]])
    assert got.segments.frame.tolist() == [1, 3, 4]
    (problem,) = got.problems
    assert (problem.code, problem.frame, problem.count) == ("malformed-ipv4", 2, 1)


def test_segmentation_offload_leaves_the_length_to_the_frame() -> None:
    rng = random.Random(10)
    packet = bytes(ether() / IP(len=0) / tcp(rng).__class__(dport=80)) + bytes(30_000)
    got = decode([packet[:96], packet], originals=[len(packet), len(packet)])
    assert got.segments.length.tolist() == [30_000, 30_000]
    assert [len(row["payload"]) for row in got.rows()] == [96 - 54, 30_000]


def test_other_protocols_are_no_problem() -> None:
    rng = random.Random(11)
    packets = [
        ether() / ipv4(rng) / UDP(sport=53, dport=53),
        ether() / ipv4(rng, proto=1) / b"12345678",
    ]
    got = decode([bytes(p) for p in packets], ETHERNET)
    assert len(got.segments) == 0
    assert got.problems == ()
