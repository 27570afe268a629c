"""Ethernet, its VLAN tags and 802.2 LLC with SNAP.

IEEE 802.3 section 3, 802.1Q section 9, and RFC 1042 for IP behind LLC and SNAP.
"""

from __future__ import annotations

import numpy as np

from netdiag.capture.gather import U16, Bytes, Offsets, gather
from netdiag.decode.layers.ethertypes import ETHERTYPES
from netdiag.decode.layers.interface import Layer, Peeled, Protocol

SNAP = np.uint64(0xAAAA_0300_0000)
"""DSAP and SSAP of SNAP, unnumbered information, and the OUI of an EtherType: six bytes."""


def _ethernet(data: Bytes, offset: Offsets) -> Peeled:
    """Two addresses, then the EtherType."""
    return ETHERTYPES.take(gather(data, offset + 12, U16)), offset + 14


def _vlan(data: Bytes, offset: Offsets) -> Peeled:
    """Priority and VLAN number, then the EtherType of what was tagged."""
    return ETHERTYPES.take(gather(data, offset + 2, U16)), offset + 4


def _llc(data: Bytes, offset: Offsets) -> Peeled:
    """Read the EtherType of a SNAP header; other protocols don't carry IP."""
    header = gather(data, offset, np.dtype(">u8"))
    ethertype = (header & np.uint64(0xFFFF)).astype(np.int64)
    is_snap = header >> np.uint64(16) == SNAP
    return np.where(is_snap, ETHERTYPES.take(ethertype), np.uint8(Protocol.OTHER)), offset + 8


LAYERS = (
    Layer(Protocol.ETHERNET, 14, _ethernet),
    Layer(Protocol.LLC, 8, _llc),
    Layer(Protocol.VLAN, 4, _vlan),
)
