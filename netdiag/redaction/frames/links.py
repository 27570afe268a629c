"""Link layers and what tags frames: Ethernet, VLAN, cooked captures, loopback, PPP, MPLS.

Here each layer is the list of its fields that are kept; their sources are those of
`netdiag.decode.layers`. Numbers of VLANs and MPLS labels are kept: they tell ways apart and mean
nothing outside. A PPPoE session's number is not.
"""

from __future__ import annotations

from netdiag.decode.layers.ethertypes import ETHERTYPES
from netdiag.decode.layers.interface import Protocol
from netdiag.decode.layers.linux_cooked import ARPHRD_NETLINK
from netdiag.decode.layers.loopback import FAMILIES
from netdiag.decode.layers.mpls import BY_FIRST_BITS, CONTROL_WORD_BYTES, LABEL_BYTES
from netdiag.decode.layers.ppp import (
    CISCO_MULTICAST,
    CISCO_UNICAST,
    HDLC_FRAMING,
    PPP_PROTOCOLS,
)
from netdiag.redaction.frames.walk import ARP, LayerMask, Next, Walk, announced

_BY_ETHERTYPE = announced(ETHERTYPES) | {0x0806: ARP}
_BY_PPP_PROTOCOL = announced(PPP_PROTOCOLS)
_BY_FAMILY = announced(FAMILIES)
_BY_FIRST_BITS = announced(BY_FIRST_BITS)
_LENGTHS = 1500
"""An EtherType up to this is a length, or a number of the kernel's own in a cooked capture."""

ETHER, LOOPBACK = 1, 772
_SNAP = b"\xaa\xaa\x03\0\0\0"


def by_ethertype(number: int, at: int, end: int) -> Next | None:
    """What an EtherType announces there; of a length, what is within it."""
    protocol = _BY_ETHERTYPE.get(number)
    if protocol is None:
        return None
    return Next(protocol, at, min(end, at + number) if 0 < number <= _LENGTHS else end)


def _ethernet(walk: Walk, at: int, end: int) -> Next | None:
    """Two addresses and the EtherType; a trailer is blank, it belongs to nothing inside."""
    if not walk.holds(at, 14):
        return None
    walk.mac(at)
    walk.mac(at + 6)
    walk.keep(at + 12, 2)
    return by_ethertype(walk.number(at + 12), at + 14, end)


def _llc(walk: Walk, at: int, end: int) -> Next | None:
    """Only SNAP with an EtherType is known."""
    if not walk.holds(at, 8) or walk.data[at : at + 6] != _SNAP:
        return None
    walk.keep(at, 8)
    return by_ethertype(walk.number(at + 6), at + 8, end)


def _tag(walk: Walk, at: int, end: int) -> Next | None:
    """Two bytes (a VLAN's number; the address and control of Cisco's HDLC), then an EtherType."""
    if not walk.holds(at, 4):
        return None
    walk.keep(at, 4)
    return by_ethertype(walk.number(at + 2), at + 4, end)


def _sll(walk: Walk, at: int, end: int) -> Next | None:
    """Packet type, device type, address length, address, EtherType."""
    if not walk.holds(at, 16):
        return None
    walk.keep(at, 6)
    _device_address(walk, (walk.number(at + 2), walk.number(at + 4)), at + 6)
    walk.keep(at + 14, 2)
    return _behind_cooked(walk.number(at + 2), walk.number(at + 14), at + 16, end)


def _sll2(walk: Walk, at: int, end: int) -> Next | None:
    """EtherType, interface, device type, packet type, address length, address."""
    if not walk.holds(at, 20):
        return None
    walk.keep(at, 12)
    _device_address(walk, (walk.number(at + 8), walk.data[at + 11]), at + 12)
    return _behind_cooked(walk.number(at + 8), walk.number(at), at + 20, end)


def _behind_cooked(device: int, ethertype: int, at: int, end: int) -> Next | None:
    is_other = ethertype <= _LENGTHS or device == ARPHRD_NETLINK
    return None if is_other else by_ethertype(ethertype, at, end)


def _device_address(walk: Walk, device: tuple[int, int], at: int) -> None:
    kind, length = device
    if kind in (ETHER, LOOPBACK) and length == 6:
        walk.mac(at)


def _null(walk: Walk, at: int, end: int) -> Next | None:
    """An address family in either byte order, which is a small number."""
    if not walk.holds(at, 4):
        return None
    value = walk.number(at, 4)
    protocol = _BY_FAMILY.get(min(value, int.from_bytes(value.to_bytes(4, "big"), "little")))
    if protocol is None:
        return None
    walk.keep(at, 4)
    return Next(protocol, at + 4, end)


def _ppp(walk: Walk, at: int, end: int) -> Next | None:
    """Framing that may be missing, then a protocol of two bytes, or of one, which is odd."""
    if not walk.holds(at, 2):
        return None
    if walk.data[at] in (CISCO_UNICAST, CISCO_MULTICAST):
        return Next(Protocol.CISCO_HDLC, at, end)
    begin = at + 2 * (walk.number(at) == HDLC_FRAMING)
    if not walk.holds(begin, 2):
        return None
    size = 1 if walk.data[begin] & 1 else 2
    walk.keep(at, begin + size - at)
    protocol = _BY_PPP_PROTOCOL.get(walk.number(begin, size))
    return None if protocol is None else Next(protocol, begin + size, end)


def _pppoe(walk: Walk, at: int, end: int) -> Next | None:
    """Version, code and length; the session's number is left out."""
    if not walk.holds(at, 6):
        return None
    walk.keep(at, 2)
    walk.keep(at + 4, 2)
    return Next(Protocol.PPP, at + 6, end) if walk.number(at) == 0x1100 else None


def _mpls(walk: Walk, at: int, end: int) -> Next | None:
    """A label; behind the last one the first bits tell what follows."""
    if not walk.holds(at, LABEL_BYTES):
        return None
    walk.keep(at, LABEL_BYTES)
    after = at + LABEL_BYTES
    if not walk.data[at + 2] & 1:
        return Next(Protocol.MPLS, after, end)
    protocol = _BY_FIRST_BITS.get(walk.data[after] >> 4) if walk.holds(after, 1) else None
    if protocol is None:
        return None
    return Next(protocol, after + CONTROL_WORD_BYTES * (protocol == Protocol.ETHERNET), end)


LINKS: dict[int, LayerMask] = {
    Protocol.ETHERNET: _ethernet,
    Protocol.LLC: _llc,
    Protocol.VLAN: _tag,
    Protocol.SLL: _sll,
    Protocol.SLL2: _sll2,
    Protocol.NULL: _null,
    Protocol.PPP: _ppp,
    Protocol.CISCO_HDLC: _tag,
    Protocol.PPPOE: _pppoe,
    Protocol.MPLS: _mpls,
}
