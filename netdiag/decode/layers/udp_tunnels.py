"""UDP, as far as it carries a tunnel: VXLAN and Geneve.

RFC 7348 and draft-ietf-nvo3-vxlan-gpe, RFC 8926. Other tunnels over UDP are a port and a layer
here.
"""

from __future__ import annotations

import numpy as np

from netdiag.capture.gather import U16, Bytes, Offsets, gather
from netdiag.decode.layers.ethertypes import ETHERTYPES
from netdiag.decode.layers.interface import Layer, Peeled, Protocol, table

UDP_PORTS = table(
    1 << 16,
    {
        4789: Protocol.VXLAN,
        6081: Protocol.GENEVE,
        8472: Protocol.VXLAN,  # Linux's default from before the assignment; flannel's today
    },
)
HAS_NETWORK, HAS_NEXT_PROTOCOL, RESERVED = 0x08, 0x04, 0x70
"""VXLAN's flags; 0x80 is that of a group policy, and tells nothing of what is inside."""
GPE_PROTOCOLS = table(256, {1: Protocol.IPV4, 2: Protocol.IPV6, 3: Protocol.ETHERNET})


def _udp(data: Bytes, offset: Offsets) -> Peeled:
    """Read the destination port, which says what is inside; the source port is a hash."""
    return UDP_PORTS.take(gather(data, offset + 2, U16)), offset + 8


def _vxlan(data: Bytes, offset: Offsets) -> Peeled:
    """Flags, of which that of the network identifier is always set; in VXLAN-GPE what follows."""
    flags = data.take(offset)
    follows = GPE_PROTOCOLS.take(data.take(offset + 3))
    protocol = np.where(flags & HAS_NEXT_PROTOCOL, follows, np.uint8(Protocol.ETHERNET))
    # The same port is used for other things: a client may get a DNS answer on it.
    protocol[flags & (HAS_NETWORK | RESERVED) != HAS_NETWORK] = Protocol.OTHER
    return protocol, offset + 8


def _geneve(data: Bytes, offset: Offsets) -> Peeled:
    """Version and length of the options in words, flags, EtherType, network identifier."""
    first = data.take(offset)
    protocol = ETHERTYPES.take(gather(data, offset + 2, U16))
    protocol[first >> 6 != 0] = Protocol.OTHER
    return protocol, offset + 8 + 4 * (first & 0x3F).astype(np.int64)


LAYERS = (
    Layer(Protocol.UDP, 8, _udp),
    Layer(Protocol.VXLAN, 8, _vxlan),
    Layer(Protocol.GENEVE, 8, _geneve),
)
