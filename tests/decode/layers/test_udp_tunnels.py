"""VXLAN and Geneve, against scapy."""

from __future__ import annotations

import random

import pytest
from scapy.contrib.geneve import GENEVE, GeneveOptions
from scapy.layers.dns import DNS
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Dot1Q
from scapy.layers.vxlan import VXLAN

from tests.decode.building import (
    RAW,
    assert_as_scapy,
    decode,
    ether,
    ip,
    ip_packets,
)


@pytest.mark.parametrize("port", [4789, 8472])
def test_vxlan(port: int) -> None:
    rng = random.Random(1)
    packets = []
    for packet in ip_packets():
        inner = ether() / Dot1Q() / packet if rng.random() < 0.3 else ether() / packet
        packets.append(
            ether() / ip(rng) / UDP(dport=port) / VXLAN(vni=rng.randrange(1 << 24)) / inner
        )
    assert_as_scapy(packets)


def test_plain_vxlan_and_its_extensions() -> None:
    """Plain VXLAN, as scapy writes it only when told to."""
    rng = random.Random(4)
    packets = []
    for packet in ip_packets():
        flags, kind = rng.choice([(0x08, 0), (0x88, 0), (0x0C, 3), (0x0C, 1), (0x0C, 2)])
        inner = packet if kind in (1, 2) else ether() / packet
        if kind in (1, 2):
            kind = 2 if packet.name == "IPv6" else 1
        head = bytes([flags, 0, 0, kind, 0, 0, 5, 0])
        packets.append(bytes(ether() / ip(rng) / UDP(dport=4789) / (head + bytes(inner))))
    expected = assert_as_scapy(ip_packets(), RAW)
    assert list(decode(packets).rows()) == list(expected.rows())


def test_geneve_with_options() -> None:
    rng = random.Random(2)
    packets = []
    for packet in ip_packets():
        options = [GeneveOptions(type=i, data=bytes(8)) for i in range(rng.randrange(4))]
        head = GENEVE(vni=5, proto=0x6558, options=options)
        packets.append(ether() / ip(rng) / UDP(sport=9) / head / ether() / packet)
    assert_as_scapy(packets)


def test_ip_in_geneve() -> None:
    expected = assert_as_scapy(ip_packets(), RAW)
    frames = [
        bytes(ether() / IP() / UDP() / GENEVE(proto=0x86DD if p.name == "IPv6" else 0x0800) / p)
        for p in ip_packets()
    ]
    assert list(decode(frames).rows()) == list(expected.rows())


def test_other_users_of_the_ports_are_no_problem() -> None:
    answer = ether() / IP() / UDP(sport=53, dport=4789) / DNS(id=0x1234)
    wrong_version = ether() / IP() / UDP(sport=1, dport=6081) / (b"\xc0\x00\x65\x58" + bytes(60))
    plain = ether() / IP() / UDP(sport=4789, dport=53) / DNS()
    got = decode([bytes(answer), bytes(wrong_version), bytes(plain)])
    assert len(got.segments) == 0
    assert got.problems == ()
