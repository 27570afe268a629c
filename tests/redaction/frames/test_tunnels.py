"""Tunnels: what travels in them is redacted, their names go, all checksums are right."""

from __future__ import annotations

import pytest
from scapy.contrib.geneve import GENEVE, GeneveOptions
from scapy.layers.dns import DNS, DNSQR
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import GRE, Ether
from scapy.layers.vxlan import VXLAN
from scapy.packet import Packet

from tests.redaction.frames.packets import (
    CLIENT,
    SECRET,
    checksums,
    computed,
    ether,
    redacted,
    tcp,
    v4,
    v6,
)

INNER = IP(src="192.0.2.10", dst="192.0.2.20") / tcp()
TUNNELS: dict[str, Packet] = {
    "vxlan": v4() / UDP(sport=5555, dport=4789) / VXLAN(vni=1234) / ether() / INNER,
    "geneve": v4()
    / UDP(sport=5555, dport=6081)
    / GENEVE(vni=99, options=[GeneveOptions(data=b"HIDE")])
    / ether()
    / INNER,
    "gre": v4() / GRE(chksum_present=1, key_present=1, key=0x48494445, seqnum_present=1) / INNER,
    "ipip": v4() / INNER,
    "6in4": v4() / v6() / tcp(),
    "in v6": v6() / UDP(sport=5555, dport=4789) / VXLAN(vni=7) / ether() / INNER,
}


@pytest.mark.parametrize("name", TUNNELS)
def test_what_is_inside_is_redacted(name: str) -> None:
    shown = redacted(ether() / TUNNELS[name])
    assert SECRET not in shown
    assert b"HIDE" not in shown
    packet = Ether(shown)
    assert packet[TCP].dport == 8080
    assert checksums(shown) == computed(shown)


def test_inner_and_outer_addresses_have_the_same_stand_ins() -> None:
    inside = Ether(redacted(ether() / v4() / IP(src=CLIENT, dst="192.0.2.20") / tcp()))
    assert inside[IP].src == inside[IP].payload.src != CLIENT


def test_network_identifiers_go() -> None:
    assert Ether(redacted(ether() / TUNNELS["vxlan"]))[VXLAN].vni == 0
    assert Ether(redacted(ether() / TUNNELS["geneve"]))[GENEVE].vni == 0


@pytest.mark.parametrize("ip", [v4(), v6()])
def test_other_datagrams_are_blank(ip: Packet) -> None:
    question = DNS(qd=DNSQR(qname="db.acme.example"))
    shown = redacted(ether() / ip / UDP(sport=5353, dport=53) / question)
    packet = Ether(shown)
    assert b"acme" not in shown
    assert (packet[UDP].sport, packet[UDP].dport) == (5353, 53)
    assert checksums(shown) == computed(shown)


def test_no_checksum_stays_none() -> None:
    shown = redacted(ether() / v4() / UDP(sport=1, dport=2, chksum=0) / SECRET)
    assert Ether(shown)[UDP].chksum == 0
    assert not Ether(shown).haslayer(IPv6)
