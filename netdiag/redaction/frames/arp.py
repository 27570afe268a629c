"""ARP (RFC 826): its addresses have stand-ins, for IPv4 over Ethernet; anything else is blank."""

from __future__ import annotations

from netdiag.redaction.frames.walk import Walk

_IPV4_OVER_ETHERNET = b"\x00\x01\x08\x00\x06\x04"


def mask_arp(walk: Walk, at: int, _end: int) -> None:
    """Kinds of addresses, operation, then hardware and protocol address of both."""
    if not walk.holds(at, 28) or walk.data[at : at + 6] != _IPV4_OVER_ETHERNET:
        return
    walk.keep(at, 8)
    for place in (at + 8, at + 18):
        walk.mac(place)
        walk.put(place + 6, walk.addresses.ipv4(walk.data[place + 6 : place + 10]))
