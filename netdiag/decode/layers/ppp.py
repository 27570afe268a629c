"""PPP, PPP over Ethernet and Cisco's HDLC.

RFC 1661 section 2, RFC 1662 section 3.1 (framing), RFC 2516 section 4, and
https://www.tcpdump.org/linktypes.html, LINKTYPE_C_HDLC.
"""

from __future__ import annotations

import numpy as np

from netdiag.capture.gather import U16, Bytes, Offsets, gather
from netdiag.decode.layers.ethertypes import ETHERTYPES
from netdiag.decode.layers.interface import Layer, Peeled, Protocol, table

HDLC_FRAMING = 0xFF03
"""All-stations address and unnumbered information, which PPP may leave out."""
CISCO_UNICAST, CISCO_MULTICAST = 0x0F, 0x8F

PPP_PROTOCOLS = table(
    1 << 16,
    {
        0x0021: Protocol.IPV4,
        0x0057: Protocol.IPV6,
        0x0281: Protocol.MPLS,
        0x0283: Protocol.MPLS,
    },
)


def _ppp(data: Bytes, offset: Offsets) -> Peeled:
    """Read the protocol: two bytes, or one with field compression, which an odd byte ends."""
    begin = offset + 2 * (gather(data, offset, U16) == HDLC_FRAMING)
    number = gather(data, begin, U16).astype(np.int64)
    is_short = number >> 8 & 1
    protocol = PPP_PROTOCOLS[np.where(is_short, number >> 8, number)]
    after = begin + 2 - is_short
    first = data.take(offset)
    is_cisco = (first == CISCO_UNICAST) | (first == CISCO_MULTICAST)
    # LINKTYPE_PPP_HDLC may hold Cisco's framing as well; its first byte is no PPP protocol.
    protocol[is_cisco] = Protocol.CISCO_HDLC
    return protocol, np.where(is_cisco, offset, after)


def _cisco_hdlc(data: Bytes, offset: Offsets) -> Peeled:
    """Address, control, EtherType."""
    return ETHERTYPES.take(gather(data, offset + 2, U16)), offset + 4


def _pppoe(data: Bytes, offset: Offsets) -> Peeled:
    """Version and type (0x11), code (0 in a session), session, length; then PPP."""
    is_session = gather(data, offset, U16) == 0x1100
    return np.where(is_session, Protocol.PPP, Protocol.OTHER).astype(np.uint8), offset + 6


LAYERS = (
    Layer(Protocol.PPPOE, 6, _pppoe),
    Layer(Protocol.PPP, 2, _ppp),
    Layer(Protocol.CISCO_HDLC, 4, _cisco_hdlc),
)
