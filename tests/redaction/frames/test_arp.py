"""ARP: stand-ins for all four addresses."""

from __future__ import annotations

from scapy.layers.inet import IP
from scapy.layers.l2 import ARP, Ether

from tests.redaction.frames.packets import CLIENT, MACS, SERVER, ether, redacted, tcp, v4


def test_addresses_are_those_of_other_frames() -> None:
    asked = ARP(op=1, hwsrc=MACS["src"], hwdst=MACS["dst"], psrc=CLIENT, pdst=SERVER)
    shown = Ether(redacted(ether() / asked))
    plain = Ether(redacted(ether() / v4() / tcp()))
    assert (shown[ARP].psrc, shown[ARP].pdst) == (plain[IP].src, plain[IP].dst)
    assert (shown[ARP].hwsrc, shown[ARP].hwdst) == (plain.src, plain.dst)
    assert shown[ARP].op == 1


def test_other_kinds_of_addresses_are_blank() -> None:
    shown = redacted(ether() / ARP(hwtype=6, psrc=CLIENT, hwsrc=MACS["src"]))
    assert not any(shown[14:])
