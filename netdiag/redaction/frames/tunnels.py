"""UDP and the tunnels that TCP travels in: VXLAN, Geneve, GRE.

Kept: ports, lengths, flags, what follows. Network identifiers, keys and options are blank, and so
is everything that UDP carries but these two tunnels. RFC 768, 7348, 8926, 2784, 2890, 2637.
"""

from __future__ import annotations

from functools import partial

from netdiag.decode.layers.gre import (
    ACKNOWLEDGMENT,
    CHECKSUM,
    KEY,
    ROUTING,
    SEQUENCE,
    VERSION,
)
from netdiag.decode.layers.interface import Protocol
from netdiag.decode.layers.udp_tunnels import (
    GPE_PROTOCOLS,
    HAS_NETWORK,
    HAS_NEXT_PROTOCOL,
    RESERVED,
    UDP_PORTS,
)
from netdiag.redaction.frames.checksums import checksum, pseudo_header
from netdiag.redaction.frames.links import by_ethertype
from netdiag.redaction.frames.walk import LayerMask, Next, Walk, announced

UDP_NUMBER = 17
_BY_PORT = announced(UDP_PORTS)
_BY_GPE_PROTOCOL = announced(GPE_PROTOCOLS)


def _udp(walk: Walk, at: int, end: int) -> Next | None:
    """Ports and length; a checksum of 0 says that there is none (RFC 768)."""
    if not walk.holds(at, 8):
        walk.keep(at, 4)
        return None
    walk.keep(at, 6)
    if walk.number(at + 6) and not walk.quoted:
        walk.afterwards.append(partial(_sum_udp, walk, at, end, walk.hosts))
    protocol = _BY_PORT.get(walk.number(at + 2))
    return None if protocol is None else Next(protocol, at + 8, end)


def _sum_udp(walk: Walk, at: int, end: int, hosts: bytes) -> None:
    before = pseudo_header(hosts, UDP_NUMBER, end - at)
    walk.put_number(at + 6, checksum(before + walk.out[at:end]) or 0xFFFF)


def _vxlan(walk: Walk, at: int, end: int) -> Next | None:
    """Flags and, in VXLAN-GPE, what follows."""
    if not walk.holds(at, 8):
        return None
    flags = walk.data[at]
    if flags & (HAS_NETWORK | RESERVED) != HAS_NETWORK:
        return None
    walk.keep(at, 1)
    if not flags & HAS_NEXT_PROTOCOL:
        return Next(Protocol.ETHERNET, at + 8, end)
    walk.keep(at + 3, 1)
    protocol = _BY_GPE_PROTOCOL.get(walk.data[at + 3])
    return None if protocol is None else Next(protocol, at + 8, end)


def _geneve(walk: Walk, at: int, end: int) -> Next | None:
    """Version, length of the options, flags, EtherType; of each option its length."""
    if not walk.holds(at, 8) or walk.data[at] >> 6:
        return None
    walk.keep(at, 4)
    after = at + 8 + 4 * (walk.data[at] & 0x3F)
    option = at + 8
    while option < after and walk.holds(option, 4):
        walk.out[option + 3] = walk.data[option + 3] & 0x1F
        option += 4 + 4 * walk.out[option + 3]
    return by_ethertype(walk.number(at + 2), after, end)


def _gre(walk: Walk, at: int, end: int) -> Next | None:
    """Flags, EtherType and sequence numbers; a key of version 1 begins with a length."""
    if not walk.holds(at, 4):
        return None
    walk.keep(at, 4)
    flags = walk.number(at)
    version = flags & VERSION
    if flags & ROUTING or version > 1:
        return None
    place = at + 4 + 4 * bool(flags & CHECKSUM)
    if flags & CHECKSUM and walk.holds(at, 8):
        walk.afterwards.append(partial(_sum_gre, walk, at, end))
    if flags & KEY:
        walk.keep(place, 2 * version)
        place += 4
    for flag in (SEQUENCE, ACKNOWLEDGMENT if version == 1 else 0):
        if flags & flag:
            walk.keep(place, 4)
            place += 4
    return by_ethertype(walk.number(at + 2), place, end)


def _sum_gre(walk: Walk, at: int, end: int) -> None:
    walk.put_number(at + 4, checksum(walk.out[at:end]))


TUNNELS: dict[int, LayerMask] = {
    Protocol.UDP: _udp,
    Protocol.VXLAN: _vxlan,
    Protocol.GENEVE: _geneve,
    Protocol.GRE: _gre,
}
