"""`ways`: which segments left the capturing host, and which arrived."""

from __future__ import annotations

import pytest
from scapy.layers.inet import IP, TCP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import CookedLinux, CookedLinuxV2, Ether
from scapy.packet import Packet
from scapy.utils import checksum

from netdiag.decode.departures import Way
from tests.decode.building import ETHERNET, decode

SLL, SLL2 = 113, 276
TO_US, OTHER_HOST, BY_US = 0, 3, 4


def way(packet: Packet | bytes, link_type: int = ETHERNET) -> Way:
    (value,) = decode([bytes(packet)], link_type).segments.way.tolist()
    return Way(value)


def unfinished(network: Packet, transport: Packet, payload: bytes = b"") -> Packet:
    """A segment whose checksum the network card has yet to compute (CHECKSUM_PARTIAL)."""
    whole = type(network)(bytes(network / transport / payload))
    size = len(whole[TCP])
    if isinstance(whole, IPv6):
        pseudo = bytes(whole)[8:40] + size.to_bytes(4, "big") + b"\0\0\0\x06"
    else:
        pseudo = bytes(whole)[12:20] + b"\0\x06" + size.to_bytes(2, "big")
    whole[TCP].chksum = checksum(pseudo) ^ 0xFFFF
    return Ether(type=0x86DD if isinstance(whole, IPv6) else 0x0800) / whole


V4 = IP(src="203.0.113.77", dst="198.51.100.9")
V6 = IPv6(src="2001:db8::fe01", dst="2001:db8:ffff::2")
OPTIONS = [("MSS", 1460), ("WScale", 7)]


@pytest.mark.parametrize("network", [V4, V6], ids=["IPv4", "IPv6"])
@pytest.mark.parametrize("flags", ["S", "SA"])
def test_a_checksum_that_is_still_to_be_computed(network: Packet, flags: str) -> None:
    segment = TCP(sport=40000, dport=80, flags=flags, seq=77, options=OPTIONS)
    assert way(unfinished(network, segment)) is Way.LEFT
    assert way(unfinished(network, segment, b"fast open")) is Way.LEFT
    assert way(Ether() / network / segment) is Way.UNKNOWN


def test_only_openings_are_looked_at() -> None:
    assert way(unfinished(V4, TCP(flags="PA"), b"GET / HTTP/1.1\r\n\r\n")) is Way.UNKNOWN


def test_a_wrong_checksum_is_no_sign() -> None:
    assert way(Ether() / V4 / TCP(flags="S", chksum=0x1234)) is Way.UNKNOWN


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(TO_US, Way.ARRIVED), (BY_US, Way.LEFT), (OTHER_HOST, Way.UNKNOWN)],
)
def test_cooked_captures_say_it_of_every_packet(kind: int, expected: Way) -> None:
    for flags in ("S", "A"):
        first = CookedLinux(pkttype=kind, lladdrlen=6, proto=0x0800) / V4 / TCP(flags=flags)
        assert way(first, SLL) is expected
        second = CookedLinuxV2(pkttype=kind, proto=0x0800) / V4 / TCP(flags=flags)
        assert way(second, SLL2) is expected
