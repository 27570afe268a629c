"""Linux "cooked" captures: what ``tcpdump -i any`` writes instead of a link layer.

https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html and LINKTYPE_LINUX_SLL2.html
"""

from __future__ import annotations

from netdiag.capture.gather import U16, Bytes, Offsets, gather
from netdiag.decode.layers.ethertypes import ETHERTYPES
from netdiag.decode.layers.interface import Layer, Peeled, Protocol, Protocols

ARPHRD_NETLINK = 824
"""On a Netlink interface the protocol field is a Netlink family and no EtherType."""


def _sll(data: Bytes, offset: Offsets) -> Peeled:
    """Packet type, ARPHRD_ type, an address, then the EtherType at 14."""
    return _by_device(data, offset + 2, offset + 14), offset + 16


def _sll2(data: Bytes, offset: Offsets) -> Peeled:
    """Read the EtherType, the interface's index, its ARPHRD_ type at 8, an address."""
    return _by_device(data, offset + 8, offset), offset + 20


def _by_device(data: Bytes, device: Offsets, ethertype: Offsets) -> Protocols:
    protocol: Protocols = ETHERTYPES.take(gather(data, ethertype, U16))
    protocol[gather(data, device, U16) == ARPHRD_NETLINK] = Protocol.OTHER
    # Up to 1500 the field isn't a length here, but a kernel-internal number.
    protocol[protocol == Protocol.LLC] = Protocol.OTHER
    return protocol


LAYERS = (Layer(Protocol.SLL, 16, _sll), Layer(Protocol.SLL2, 20, _sll2))
