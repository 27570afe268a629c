"""PPP with and without its framing, over Ethernet, and Cisco's HDLC."""

from __future__ import annotations

import pytest
from scapy.layers.ppp import HDLC, PPP, PPPoE

from tests.decode.building import (
    RAW,
    assert_as_scapy,
    decode,
    ether,
    ip_packets,
)

PPP_LINK, PPP_HDLC, PPP_ETHER, C_HDLC = 9, 50, 51, 104


def number(packet: object) -> int:
    return 0x57 if getattr(packet, "name", "") == "IPv6" else 0x21


def assert_same(frames: list[bytes], link_type: int, seed: int = 1) -> None:
    """The columns say of the frames what they say of the IP packets in them."""
    expected = assert_as_scapy(ip_packets(seed), RAW)
    got = decode(frames, link_type)
    assert list(got.rows()) == list(expected.rows())
    assert got.problems == ()


def test_over_ethernet() -> None:
    frames = [ether() / PPPoE(sessionid=7) / PPP(proto=number(p)) / p for p in ip_packets()]
    assert_as_scapy(frames)
    assert_same([bytes(f)[14:] for f in frames], PPP_ETHER)


def test_with_framing() -> None:
    frames = [bytes(HDLC() / PPP(proto=number(p)) / p) for p in ip_packets()]
    assert frames[0].startswith(b"\xff\x03")
    assert_same(frames, PPP_LINK)
    assert_same(frames, PPP_HDLC)
    assert_as_scapy(frames, PPP_LINK)


@pytest.mark.parametrize("width", [1, 2])
@pytest.mark.parametrize("framing", [b"", b"\xff\x03"])
def test_without_framing_and_with_a_compressed_protocol(framing: bytes, width: int) -> None:
    frames = [framing + number(p).to_bytes(width, "big") + bytes(p) for p in ip_packets()]
    assert_same(frames, PPP_LINK)


@pytest.mark.parametrize("address", [0x0F, 0x8F])
def test_cisco_framing(address: int) -> None:
    frames = [
        bytes([address, 0]) + (b"\x86\xdd" if p.name == "IPv6" else b"\x08\x00") + bytes(p)
        for p in ip_packets()
    ]
    assert_same(frames, PPP_HDLC)
    assert_same(frames, C_HDLC)


def test_mpls_in_ppp() -> None:
    frames = [b"\x02\x81" + b"\x00\x01\x01\x40" + bytes(p) for p in ip_packets()]
    assert_same(frames, PPP_LINK)


def test_control_protocols_and_discovery_are_no_problem() -> None:
    link_control = b"\xff\x03\xc0\x21\x09\x01\x00\x08\x01\x02\x03\x04"
    discovery = bytes(ether(type=0x8864)) + b"\x11\x09\x00\x00\x00\x04" + bytes(40)
    assert decode([link_control], PPP_LINK).problems == ()
    got = decode([discovery])
    assert len(got.segments) == 0
    assert got.problems == ()
