"""IPv6 and its extension headers in any order, against scapy."""

from __future__ import annotations

import random

import pytest
from scapy.layers.inet import IP, TCP
from scapy.layers.inet6 import (
    IPv6,
    IPv6ExtHdrDestOpt,
    IPv6ExtHdrFragment,
    IPv6ExtHdrHopByHop,
    IPv6ExtHdrRouting,
    PadN,
)
from scapy.layers.ipsec import AH
from scapy.packet import Packet

from tests.decode.building import (
    assert_as_scapy,
    decode,
    ether,
    ipv4,
    ipv6,
    tcp,
)


def extension(rng: random.Random) -> Packet:
    padding = PadN(optdata=bytes(rng.choice([4, 12, 60])))
    return rng.choice(
        [
            IPv6ExtHdrHopByHop(options=[padding]),
            IPv6ExtHdrDestOpt(options=[padding]),
            IPv6ExtHdrRouting(addresses=["2001:db8::9"] * rng.randrange(3)),
            IPv6ExtHdrFragment(id=rng.randrange(1 << 32)),
        ]
    )


def test_without_extensions() -> None:
    rng = random.Random(1)
    assert_as_scapy([ether() / ipv6(rng) / tcp(rng) for _ in range(30)])


def test_extensions_in_any_order() -> None:
    rng = random.Random(2)
    packets = []
    for _ in range(60):
        packet = ether() / ipv6(rng)
        for _ in range(rng.randrange(5)):
            packet /= extension(rng)
        packets.append(packet / tcp(rng))
    assert_as_scapy(packets)


@pytest.mark.parametrize("icv_bytes", [12, 16, 32])
def test_authentication_headers_in_both_versions(icv_bytes: int) -> None:
    rng = random.Random(3)
    words = (12 + icv_bytes) // 4 - 2
    # scapy leaves what is behind an AH undissected unless it is told the next layer.
    for make in (ipv4, ipv6):
        segment = tcp(rng)
        protocol = {"proto": 51} if make is ipv4 else {"nh": 51}
        head = AH(nh=6, payloadlen=words, icv=bytes(icv_bytes))
        packet = ether() / make(rng, **protocol) / bytes(head) / bytes(segment)
        (row,) = decode([bytes(packet)]).rows()
        assert row["sequence"] == segment.seq
        assert row["length"] == len(segment.payload)


def test_later_fragments_are_counted() -> None:
    rng = random.Random(4)
    first = ether() / ipv6(rng) / IPv6ExtHdrFragment(m=1, id=5) / tcp(rng)
    later = ether() / ipv6(rng) / IPv6ExtHdrFragment(offset=100, nh=6, id=5) / bytes(100)
    got = decode([bytes(first), bytes(later)])
    assert got.segments.frame.tolist() == [1]
    (problem,) = got.problems
    assert (problem.code, problem.frame, problem.count) == ("ipv6-fragments", 2, 1)


def test_a_jumbogram_leaves_the_length_to_the_frame() -> None:
    head = bytes(ether() / IPv6(plen=0, nh=6) / TCP())
    got = decode([head + bytes(60)], originals=[len(head) + 70_000])
    assert got.segments.length.tolist() == [70_000]


def test_another_version_than_announced_is_a_problem() -> None:
    got = decode([bytes(ether(type=0x86DD) / IP() / TCP()) + bytes(40)])
    assert len(got.segments) == 0
    assert got.codes == ["malformed-ipv6"]


def test_addresses_are_numbered_in_the_order_of_the_frames() -> None:
    packets = [
        ether() / IPv6(src="::9", dst="::5") / TCP(),
        ether() / IPv6(src="::5", dst="::1") / TCP(),
    ]
    got = decode([bytes(p) for p in packets])
    assert [int(e) >> 16 & 0xFF for e in got.segments.source] == [0, 1]
    assert [int(e) >> 16 & 0xFF for e in got.segments.destination] == [1, 2]
