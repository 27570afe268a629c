"""GRE with all its optional fields, and what it can carry, against scapy."""

from __future__ import annotations

import itertools
import random
import struct

from scapy.layers.inet import IP
from scapy.layers.l2 import GRE, Dot1Q

from tests.decode.building import (
    RAW,
    assert_as_scapy,
    decode,
    ether,
    ip,
    ip_packets,
)


def test_all_flags() -> None:
    packets = []
    flags = itertools.cycle(itertools.product([0, 1], repeat=3))
    rng = random.Random(1)
    for packet, (checksum, key, sequence) in zip(ip_packets(1, 32), flags, strict=False):
        head = GRE(chksum_present=checksum, key_present=key, seqnum_present=sequence, key=9)
        packets.append(ether() / ip(rng) / head / packet)
    assert_as_scapy(packets)


def test_ethernet_in_gre() -> None:
    rng = random.Random(2)
    packets = []
    for packet in ip_packets():
        frame = ether() / Dot1Q(vlan=5) / packet if rng.random() < 0.5 else ether() / packet
        packets.append(ether() / ip(rng) / GRE(proto=0x6558, key_present=1) / frame)
    assert_as_scapy(packets)


def test_ppp_in_gre_as_pptp_does() -> None:
    """Version 1: a key always, numbers and acknowledgments as flagged (RFC 2637)."""
    expected = assert_as_scapy(ip_packets(), RAW)
    frames = []
    for i, packet in enumerate(ip_packets()):
        sequence, acknowledgment = i & 1, i >> 1 & 1
        flags = 0x2001 | sequence << 12 | acknowledgment << 7
        head = struct.pack(">HHHH", flags, 0x880B, len(packet), 7)
        head += b"\x00\x00\x00\x05" * (sequence + acknowledgment)
        number = b"\x00\x57" if packet.name == "IPv6" else b"\x00\x21"
        frames.append(bytes(ether() / IP(proto=47) / (head + number + bytes(packet))))
    got = decode(frames)
    assert list(got.rows()) == list(expected.rows())
    assert got.problems == ()


def test_source_routes_and_later_versions_are_no_problem() -> None:
    inside = bytes(ip_packets()[0])
    frames = [
        bytes(ether() / IP(proto=47) / (struct.pack(">HH", flags, 0x0800) + bytes(4) + inside))
        for flags in (0x4000, 0x0002)
    ]
    got = decode(frames)
    assert len(got.segments) == 0
    assert got.problems == ()
