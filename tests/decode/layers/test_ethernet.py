"""Ethernet, VLAN tags and SNAP, against scapy."""

from __future__ import annotations

import random

import pytest
from scapy.layers.inet import TCP
from scapy.layers.l2 import ARP, LLC, SNAP, Dot1AD, Dot1Q

from tests.decode.building import (
    assert_as_scapy,
    decode,
    dot3,
    ether,
    ip_packets,
)


def test_plain_ethernet() -> None:
    assert_as_scapy([ether() / p for p in ip_packets()])


def test_padding_is_no_payload() -> None:
    """Ethernet fills short frames up to 60 bytes."""
    frames = [bytes(ether() / p) for p in ip_packets(2)]
    assert_as_scapy([f + bytes(max(60 - len(f), 0) + 4) for f in frames])


@pytest.mark.parametrize("ethertype", [0x8100, 0x88A8, 0x9100])
def test_one_tag(ethertype: int) -> None:
    frames = [
        bytes(ether(type=0x8100) / Dot1Q(vlan=i, prio=5) / p) for i, p in enumerate(ip_packets())
    ]
    expected = assert_as_scapy(frames)
    other = [f[:12] + ethertype.to_bytes(2, "big") + f[14:] for f in frames]
    assert list(decode(other).rows()) == list(expected.rows())


def test_tags_in_tags() -> None:
    rng = random.Random(3)
    frames = []
    for packet in ip_packets(3):
        frame = ether()
        for _ in range(rng.randrange(4)):
            frame /= rng.choice([Dot1Q, Dot1AD])(vlan=rng.randrange(4096))
        frames.append(frame / packet)
    assert_as_scapy(frames)


def test_snap() -> None:
    frames = [
        dot3() / LLC() / SNAP(code=(p.name == "IPv6" and 0x86DD) or 0x0800) / p
        for p in ip_packets()
    ]
    assert_as_scapy(frames)


def test_other_frames_are_no_problem() -> None:
    got = decode(
        [
            bytes(ether() / ARP()),
            bytes(dot3() / LLC(dsap=0x42, ssap=0x42, ctrl=3) / bytes(35)),
            bytes(ether(type=0x88CC) / bytes(50)),
            bytes(ether(type=0x0700) / bytes(50)),
            bytes(ether() / ip_packets()[0]),
        ]
    )
    assert got.segments.frame.tolist() == [5]
    assert got.problems == ()


def test_an_ethertype_is_not_enough() -> None:
    got = decode([bytes(ether(type=0x0800) / TCP())])
    assert len(got.segments) == 0
    assert got.codes == ["malformed-ipv4"]
