"""ICMP: what it says stays, whom it quotes doesn't."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from scapy.layers.inet import ICMP, IP, TCP
from scapy.layers.inet6 import (
    ICMPv6DestUnreach,
    ICMPv6ND_NS,
    ICMPv6NDOptSrcLLAddr,
    ICMPv6PacketTooBig,
    IPv6,
)
from scapy.layers.l2 import Ether
from scapy.packet import Packet

from tests.redaction.frames.packets import (
    CLIENT,
    CLIENT6,
    MACS,
    SECRET,
    SERVER,
    checksums,
    computed,
    ether,
    redacted,
    tcp,
    v4,
    v6,
)


def test_the_quoted_packet_has_the_same_stand_ins() -> None:
    quoted = bytes(IP(src=CLIENT, dst=SERVER) / tcp())[:28]
    shown = redacted(ether() / IP(src=SERVER, dst=CLIENT) / ICMP(type=3, code=4, unused=0) / quoted)
    plain = Ether(redacted(ether() / v4() / tcp()))
    inner = IP(shown[42:])
    assert (inner.src, inner.dst) == (plain[IP].src, plain[IP].dst)
    assert shown[62:70] == quoted[20:28]
    assert checksums(shown)[:2] == computed(shown)[:2]


def test_more_of_a_quoted_packet_is_redacted_like_any() -> None:
    shown = redacted(ether() / v4() / ICMP(type=11) / (v4() / tcp()))
    assert SECRET not in shown
    assert IP(shown[42:])[TCP].dport == 8080


def test_a_redirect_names_a_stand_in() -> None:
    shown = redacted(ether() / v4() / ICMP(type=5, gw=CLIENT) / bytes(v4() / tcp())[:28])
    assert Ether(shown)[ICMP].gw == Ether(shown)[IP].src


def test_what_an_echo_carries_goes() -> None:
    shown = redacted(ether() / v4() / ICMP(type=8, id=7, seq=9) / SECRET)
    echo = Ether(shown)[ICMP]
    assert (echo.id, echo.seq) == (7, 9)
    assert bytes(echo.payload) == bytes(len(SECRET))
    assert checksums(shown) == computed(shown)


@pytest.mark.parametrize("error", [ICMPv6DestUnreach(), ICMPv6PacketTooBig(mtu=1280)])
def test_errors_of_ipv6(error: Packet) -> None:
    shown = redacted(ether() / v6() / error / (v6() / tcp()))
    assert SECRET not in shown
    assert ip_address(CLIENT6).packed not in shown
    inner = IPv6(shown[62:])
    assert inner[TCP].dport == 8080
    assert inner.src == Ether(shown)[IPv6].src


def test_neighbours_are_stand_ins_too() -> None:
    asked = ICMPv6ND_NS(tgt=CLIENT6) / ICMPv6NDOptSrcLLAddr(lladdr=MACS["src"])
    shown = redacted(ether() / v6() / asked)
    packet = Ether(shown)
    assert packet[ICMPv6ND_NS].tgt == packet[IPv6].src != CLIENT6
    assert packet[ICMPv6NDOptSrcLLAddr].lladdr == packet.src != MACS["src"]
    assert checksums(shown) == computed(shown)
