"""MPLS label stacks (RFC 3032, section 2.1), and what can be behind the last label."""

from __future__ import annotations

import numpy as np

from netdiag.capture.gather import Bytes, Offsets
from netdiag.decode.layers.interface import Layer, Peeled, Protocol, table

LABEL_BYTES = 4
CONTROL_WORD_BYTES = 4

BY_FIRST_BITS = table(
    16,
    {
        0: Protocol.ETHERNET,  # a pseudowire's control word (RFC 4385, section 3), then Ethernet
        4: Protocol.IPV4,
        6: Protocol.IPV6,
    },
)
"""The label doesn't say what it carries; routers guess by the first four bits, too (RFC 4928)."""


def _mpls(data: Bytes, offset: Offsets) -> Peeled:
    """One label; the bottom of the stack has a bit of its own."""
    is_bottom = data.take(offset + 2) & 1 == 1
    after = offset + LABEL_BYTES
    inner = BY_FIRST_BITS[data.take(after) >> 4]
    protocol = np.where(is_bottom, inner, np.uint8(Protocol.MPLS))
    return protocol, after + CONTROL_WORD_BYTES * (protocol == Protocol.ETHERNET)


LAYERS = (Layer(Protocol.MPLS, LABEL_BYTES, _mpls),)
