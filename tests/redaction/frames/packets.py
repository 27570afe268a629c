"""Frames for the tests, made by scapy, and what tells whether one is right again."""

from __future__ import annotations

from typing import Any

from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether
from scapy.packet import Packet

from netdiag.redaction import Redactor

KEY = bytes(range(32))
ETHERNET = 1
SECRET = b"SECRET-of-the-house-0123456789"
CLIENT, SERVER = "198.51.100.23", "203.0.113.99"
CLIENT6, SERVER6 = "2001:db8:a::1234", "2001:db8:b::4321"
MACS = {"src": "00:1b:21:11:22:33", "dst": "00:1b:21:44:55:66"}
CHECKED = (IP, TCP, UDP, ICMP)


def ether() -> Packet:
    return Ether(**MACS)


def v4(**fields: Any) -> Packet:
    return IP(src=CLIENT, dst=SERVER, **fields)


def v6(**fields: Any) -> Packet:
    return IPv6(src=CLIENT6, dst=SERVER6, **fields)


def tcp(payload: bytes = SECRET, **fields: Any) -> Packet:
    return TCP(sport=40000, dport=8080, flags="PA", seq=1000, ack=2000, **fields) / payload


def redacted(packet: Packet, link_type: int = ETHERNET, snap: int | None = None) -> bytes:
    """The redacted bytes of a packet, of which so many were captured."""
    raw = bytes(packet)
    shown, original = Redactor(KEY).packet(link_type, raw[:snap], len(raw))
    assert len(shown) == len(raw[:snap])
    assert original == len(raw)
    return shown


def checksums(raw: bytes, kind: type[Packet] = Ether) -> list[tuple[str, int]]:
    """Every checksum in a frame, as it stands there."""
    found, layer = [], kind(raw)
    while layer:
        if "chksum" in layer.fields:
            found.append((layer.name, layer.chksum))
        elif "cksum" in layer.fields:
            found.append((layer.name, layer.cksum))
        layer = layer.payload
    return found


def computed(raw: bytes, kind: type[Packet] = Ether) -> list[tuple[str, int]]:
    """The same, as scapy works them out."""
    packet = kind(raw)
    layer = packet
    while layer:
        for name in ("chksum", "cksum"):
            if name in layer.fields:
                del layer.fields[name]
        layer = layer.payload
    return checksums(bytes(packet), kind)
