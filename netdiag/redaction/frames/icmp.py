"""ICMP and ICMPv6: what they say, and the packet that an error quotes.

Kept: type, code, and the numbers of echoes and of "too big". Addresses get stand-ins, the
quoted packet is redacted like any other, all else is blank. RFC 792, 4443 and 4861.
"""

from __future__ import annotations

from functools import partial

from netdiag.decode.layers.interface import Protocol
from netdiag.redaction.frames.checksums import checksum, pseudo_header
from netdiag.redaction.frames.walk import ICMP, ICMPV6, LayerMask, Next, Walk

_ICMPV6_NUMBER = 58
_UNREACHABLE, _REDIRECT = 3, 5
_QUOTING = (_UNREACHABLE, 4, _REDIRECT, 11, 12)
_ECHOES, _ECHOES_V6 = (0, 8), (128, 129)
_QUOTING_V6 = (1, 2, 3, 4)
_TOO_BIG_V6 = 2
_NEIGHBOURS, _NEIGHBOUR_REDIRECT = (135, 136), 137


def _icmp(walk: Walk, at: int, end: int) -> Next | None:
    if not walk.holds(at, 8):
        return None
    kind = walk.data[at]
    walk.keep(at, 2)
    if kind in _ECHOES:
        walk.keep(at + 4, 4)
    elif kind == _UNREACHABLE:
        walk.keep(at + 6, 2)
    elif kind == _REDIRECT:
        walk.put(at + 4, walk.addresses.ipv4(walk.data[at + 4 : at + 8]))
    if not walk.quoted:
        walk.afterwards.append(partial(_sum, walk, at, end, b""))
    return _quoted(walk, Next(Protocol.IPV4, at + 8, end)) if kind in _QUOTING else None


def _icmpv6(walk: Walk, at: int, end: int) -> Next | None:
    if not walk.holds(at, 8):
        return None
    kind = walk.data[at]
    walk.keep(at, 2)
    if kind in _ECHOES_V6 or kind == _TOO_BIG_V6:
        walk.keep(at + 4, 4)
    if kind in _NEIGHBOURS or kind == _NEIGHBOUR_REDIRECT:
        _mask_neighbours(walk, at, end, 2 if kind == _NEIGHBOUR_REDIRECT else 1)
    if not walk.quoted:
        before = pseudo_header(walk.hosts, _ICMPV6_NUMBER, end - at)
        walk.afterwards.append(partial(_sum, walk, at, end, before))
    return _quoted(walk, Next(Protocol.IPV6, at + 8, end)) if kind in _QUOTING_V6 else None


def _mask_neighbours(walk: Walk, at: int, end: int, count: int) -> None:
    """Addresses behind the first eight bytes, then options of which link addresses are known."""
    place = at + 8
    for _ in range(count):
        if walk.holds(place, 16):
            walk.put(place, walk.addresses.ipv6(walk.data[place : place + 16]))
        place += 16
    while walk.holds(place, 8) and place < end and walk.data[place + 1]:
        walk.keep(place, 2)
        if walk.data[place] in (1, 2) and walk.data[place + 1] == 1:
            walk.mac(place + 2)
        place += walk.data[place + 1] * 8


def _quoted(walk: Walk, packet: Next) -> Next:
    walk.quoted = True
    return packet


def _sum(walk: Walk, at: int, end: int, before: bytes) -> None:
    walk.put_number(at + 2, checksum(before + walk.out[at:end]))


CONTROL: dict[int, LayerMask] = {ICMP: _icmp, ICMPV6: _icmpv6}
