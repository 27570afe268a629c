"""IPv6 and its extension headers: RFC 8200 sections 3 and 4, RFC 4302 section 2 for AH."""

from __future__ import annotations

import numpy as np

from netdiag.capture.gather import U16, Bytes, Offsets, gather
from netdiag.decode.layers.interface import Layer, Peeled, Protocol, table
from netdiag.decode.layers.ip import IP_PROTOCOL_NUMBERS

IPV6_HEADER_BYTES = 40
NEXT_HEADERS = table(
    256,
    IP_PROTOCOL_NUMBERS
    | {
        0: Protocol.IPV6_EXTENSION,  # hop by hop
        43: Protocol.IPV6_EXTENSION,  # routing
        44: Protocol.IPV6_FRAGMENT,
        60: Protocol.IPV6_EXTENSION,  # destination
        135: Protocol.IPV6_EXTENSION,  # mobility, RFC 6275
    },
)


def _ipv6(data: Bytes, offset: Offsets) -> Peeled:
    protocol = NEXT_HEADERS.take(data.take(offset + 6))
    bad = data.take(offset) >> 4 != 6
    if bad.any():
        protocol[bad] = Protocol.BAD_IPV6
    return protocol, offset + IPV6_HEADER_BYTES


def _extension(data: Bytes, offset: Offsets) -> Peeled:
    """Next header, then the length in units of 8 bytes, the first 8 not counted."""
    return NEXT_HEADERS.take(data.take(offset)), offset + (
        data.take(offset + 1).astype(np.int64) + 1
    ) * 8


def _fragment(data: Bytes, offset: Offsets) -> Peeled:
    protocol = NEXT_HEADERS.take(data.take(offset))
    protocol[gather(data, offset + 2, U16) & 0xFFF8 != 0] = Protocol.FRAGMENT_V6
    return protocol, offset + 8


def _authentication(data: Bytes, offset: Offsets) -> Peeled:
    """Length in units of 4 bytes, the first 8 not counted; also behind IPv4."""
    return NEXT_HEADERS.take(data.take(offset)), offset + (
        data.take(offset + 1).astype(np.int64) + 2
    ) * 4


LAYERS = (
    Layer(Protocol.IPV6, IPV6_HEADER_BYTES, _ipv6),
    Layer(Protocol.IPV6_EXTENSION, 8, _extension),
    Layer(Protocol.IPV6_FRAGMENT, 8, _fragment),
    Layer(Protocol.AH, 12, _authentication),
)
