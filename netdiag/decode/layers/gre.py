"""GRE: RFC 2784 and 2890 (version 0), RFC 2637 (version 1, of PPTP)."""

from __future__ import annotations

import numpy as np

from netdiag.capture.gather import U16, Bytes, Offsets, gather
from netdiag.decode.layers.ethertypes import ETHERTYPES
from netdiag.decode.layers.interface import Layer, Peeled, Protocol

CHECKSUM, ROUTING, KEY, SEQUENCE, ACKNOWLEDGMENT = 0x8000, 0x4000, 0x2000, 0x1000, 0x0080
VERSION = 0x0007


def _gre(data: Bytes, offset: Offsets) -> Peeled:
    """Read flags, EtherType, then four bytes for each flag that is set."""
    flags = gather(data, offset, U16).astype(np.int64)
    version = flags & VERSION
    protocol = ETHERTYPES.take(gather(data, offset + 2, U16))
    # The source routes of RFC 1701 were never used; RFC 2784 says to discard such packets.
    protocol[(flags & ROUTING != 0) | (version > 1)] = Protocol.OTHER
    words = 1 + sum((flags & flag != 0).astype(np.int64) for flag in (CHECKSUM, KEY, SEQUENCE))
    words += (version == 1) & (flags & ACKNOWLEDGMENT != 0)
    return protocol, offset + 4 * words


LAYERS = (Layer(Protocol.GRE, 4, _gre),)
