"""Ethernet, its VLAN tags and 802.2 LLC with SNAP.

IEEE 802.3 section 3, 802.1Q section 9, and RFC 1042 for IP behind LLC and SNAP.
"""

from __future__ import annotations

import numpy as np

from netdiag.capture.gather import U16, Bytes, Offsets, gather
from netdiag.decode.layers.ethertypes import ETHERTYPES
from netdiag.decode.layers.interface import Layer, Peeled, Protocol

SNAP = b"\xaa\xaa\x03\x00\x00\x00"
"""DSAP and SSAP of SNAP, unnumbered information, and the OUI of an EtherType."""


def _ethernet(data: Bytes, offset: Offsets) -> Peeled:
    """Two addresses, then the EtherType."""
    return ETHERTYPES.take(gather(data, offset + 12, U16)), offset + 14


def _vlan(data: Bytes, offset: Offsets) -> Peeled:
    """Priority and VLAN number, then the EtherType of what was tagged."""
    return ETHERTYPES.take(gather(data, offset + 2, U16)), offset + 4


def _llc(data: Bytes, offset: Offsets) -> Peeled:
    """Read the EtherType of a SNAP header; other protocols don't carry IP."""
    is_snap = gather(data, offset, np.dtype("V6")) == np.void(SNAP)
    inner = ETHERTYPES.take(gather(data, offset + 6, U16))
    return np.where(is_snap, inner, np.uint8(Protocol.OTHER)), offset + 8


LAYERS = (
    Layer(Protocol.ETHERNET, 14, _ethernet),
    Layer(Protocol.LLC, 8, _llc),
    Layer(Protocol.VLAN, 4, _vlan),
)
