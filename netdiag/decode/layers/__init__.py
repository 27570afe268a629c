"""The shelf of layers between the wire and TCP, in the order in which they are mostly met.

The order is a matter of speed only: a frame whose layers follow it is peeled in one pass.
"""

from netdiag.decode.layers import (
    ethernet,
    gre,
    ip,
    ipv6,
    linux_cooked,
    loopback,
    mpls,
    ppp,
    udp_tunnels,
)
from netdiag.decode.layers.interface import Layer, Protocol

__all__ = ["LAYERS", "LINK_TYPES", "Layer", "Protocol"]

LAYERS: tuple[Layer, ...] = (
    *linux_cooked.LAYERS,
    *loopback.LAYERS,
    *ethernet.LAYERS,
    *ppp.LAYERS,
    *mpls.LAYERS,
    *ip.LAYERS,
    *ipv6.LAYERS,
    *gre.LAYERS,
    *udp_tunnels.LAYERS,
)

LINK_TYPES: dict[int, Protocol] = {
    0: Protocol.NULL,
    1: Protocol.ETHERNET,
    9: Protocol.PPP,
    12: Protocol.IP,  # DLT_RAW of most systems, which some tools write into files
    14: Protocol.IP,  # DLT_RAW of OpenBSD
    50: Protocol.PPP,
    51: Protocol.PPPOE,
    101: Protocol.IP,
    104: Protocol.CISCO_HDLC,
    108: Protocol.NULL,
    113: Protocol.SLL,
    219: Protocol.MPLS,
    228: Protocol.IPV4,
    229: Protocol.IPV6,
    276: Protocol.SLL2,
}
"""What a frame of a LINKTYPE_* number begins with; https://www.tcpdump.org/linktypes.html"""
