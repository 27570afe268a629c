"""IPv4, IPv6 and its extension headers, and AH.

Kept: lengths, fragment fields, IP ID, TTL, DSCP, protocol numbers. Addresses get stand-ins;
options, routes, flow labels and authentication data are blank. RFC 791 section 3.1, RFC 8200
sections 3 and 4, RFC 4302 section 2.
"""

from __future__ import annotations

from netdiag.decode.layers.interface import Protocol
from netdiag.decode.layers.ip import IP_PROTOCOLS, IPV4_HEADER_BYTES
from netdiag.decode.layers.ipv6 import IPV6_HEADER_BYTES, NEXT_HEADERS
from netdiag.redaction.frames.checksums import checksum
from netdiag.redaction.frames.walk import ICMP, ICMPV6, LayerMask, Next, Walk, announced

_BEHIND_IPV4 = announced(IP_PROTOCOLS) | {1: ICMP}
_BEHIND_IPV6 = announced(NEXT_HEADERS) | {58: ICMPV6}
_VERSIONS = {4: Protocol.IPV4, 6: Protocol.IPV6}


def _by_version(walk: Walk, at: int, end: int) -> Next | None:
    version = _VERSIONS.get(walk.data[at] >> 4) if walk.holds(at, 1) else None
    return None if version is None else Next(version, at, end)


def _ipv4(walk: Walk, at: int, end: int) -> Next | None:
    """The header; a later fragment has nothing else that is known."""
    if not walk.holds(at, IPV4_HEADER_BYTES) or walk.data[at] >> 4 != 4:
        return None
    walk.keep(at, 10)
    ipv4 = walk.addresses.ipv4
    walk.hosts = ipv4(walk.data[at + 12 : at + 16]) + ipv4(walk.data[at + 16 : at + 20])
    walk.put(at + 12, walk.hosts)
    size, length = (walk.data[at] & 15) * 4, walk.number(at + 2)
    if walk.holds(at, size):  # the options are blank now: "end of options"
        walk.put_number(at + 10, checksum(walk.out[at : at + size]))
    if size < IPV4_HEADER_BYTES or 0 < length < size or walk.number(at + 6) & 0x1FFF:
        return None
    protocol = _BEHIND_IPV4.get(walk.data[at + 9])
    return None if protocol is None else Next(protocol, at + size, at + length if length else end)


def _ipv6(walk: Walk, at: int, end: int) -> Next | None:
    """The header without its flow label."""
    if not walk.holds(at, IPV6_HEADER_BYTES) or walk.data[at] >> 4 != 6:
        return None
    walk.put(at, bytes([walk.data[at], walk.data[at + 1] & 0xF0]))
    walk.keep(at + 4, 4)
    ipv6 = walk.addresses.ipv6
    walk.hosts = ipv6(walk.data[at + 8 : at + 24]) + ipv6(walk.data[at + 24 : at + 40])
    walk.put(at + 8, walk.hosts)
    length = walk.number(at + 4)
    after = at + IPV6_HEADER_BYTES
    return _behind_ipv6(walk.data[at + 6], after, after + length if length else end)


def _extension(walk: Walk, at: int, end: int) -> Next | None:
    """Next header and length; options of zeros are padding of one byte each."""
    if not walk.holds(at, 8):
        return None
    walk.keep(at, 2)
    return _behind_ipv6(walk.data[at], at + (walk.data[at + 1] + 1) * 8, end)


def _fragment(walk: Walk, at: int, end: int) -> Next | None:
    if not walk.holds(at, 8):
        return None
    walk.keep(at, 8)
    later = walk.number(at + 2) & 0xFFF8
    return None if later else _behind_ipv6(walk.data[at], at + 8, end)


def _authentication(walk: Walk, at: int, end: int) -> Next | None:
    """Next header and length; of the rest nothing can be right any more. Also behind IPv4."""
    if not walk.holds(at, 12):
        return None
    walk.keep(at, 2)
    return _behind_ipv6(walk.data[at], at + (walk.data[at + 1] + 2) * 4, end)


def _behind_ipv6(number: int, at: int, end: int) -> Next | None:
    protocol = _BEHIND_IPV6.get(number)
    return None if protocol is None else Next(protocol, at, end)


NETWORK: dict[int, LayerMask] = {
    Protocol.IP: _by_version,
    Protocol.IPV4: _ipv4,
    Protocol.IPV6: _ipv6,
    Protocol.IPV6_EXTENSION: _extension,
    Protocol.IPV6_FRAGMENT: _fragment,
    Protocol.AH: _authentication,
}
