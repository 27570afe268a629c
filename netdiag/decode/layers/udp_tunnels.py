"""UDP, as far as it carries a tunnel: VXLAN (RFC 7348) and Geneve (RFC 8926).

Other tunnels over UDP are a port and a layer here.
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
VXLAN_HAS_NETWORK = 0x08


def _udp(data: Bytes, offset: Offsets) -> Peeled:
    """Read the destination port, which says what is inside; the source port is a hash."""
    return UDP_PORTS.take(gather(data, offset + 2, U16)), offset + 8


def _vxlan(data: Bytes, offset: Offsets) -> Peeled:
    """Read the flags: if any but that of the network identifier is set, it is no VXLAN."""
    is_vxlan = data.take(offset) == VXLAN_HAS_NETWORK
    return np.where(is_vxlan, Protocol.ETHERNET, Protocol.OTHER).astype(np.uint8), offset + 8


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
