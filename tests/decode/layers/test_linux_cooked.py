"""Cooked captures of both versions, against scapy."""

from __future__ import annotations

import pytest
from scapy.layers.l2 import CookedLinux, CookedLinuxV2, Dot1Q
from scapy.packet import Packet

from tests.decode.building import (
    assert_as_scapy,
    decode,
    ip_packets,
)

SLL, SLL2 = 113, 276
both = pytest.mark.parametrize(("link_type", "header"), [(SLL, CookedLinux), (SLL2, CookedLinuxV2)])


def proto(packet: Packet) -> int:
    return 0x86DD if packet.name == "IPv6" else 0x0800


@both
def test_cooked(link_type: int, header: type[Packet]) -> None:
    assert_as_scapy([header(proto=proto(p)) / p for p in ip_packets()], link_type)


@both
def test_cooked_with_a_tag(link_type: int, header: type[Packet]) -> None:
    frames = [bytes(header(proto=0x8100) / Dot1Q(type=proto(p)) / p) for p in ip_packets(2)]
    plain = [bytes(header(proto=proto(p)) / p) for p in ip_packets(2)]
    assert list(decode(frames, link_type).rows()) == list(decode(plain, link_type).rows())


@both
def test_numbers_that_are_no_ethertypes(link_type: int, header: type[Packet]) -> None:
    """Netlink families, and the kernel's numbers for frames without an EtherType."""
    inside = ip_packets()[0]
    frames = [
        bytes(header(proto=0x0800, lladdrtype=824) / inside),
        bytes(header(proto=1) / inside),
        bytes(header(proto=4) / (b"\xaa\xaa\x03\x00\x00\x00\x08\x00" + bytes(inside))),
    ]
    got = decode(frames, link_type)
    assert len(got.segments) == 0
    assert got.problems == ()
