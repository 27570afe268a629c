"""IPv4 with options and fragments, and IP of a version that only its first bits say.

RFC 791 section 3.1; the numbers of the protocols behind it are those of IANA.
"""

from __future__ import annotations

import numpy as np

from netdiag.capture.gather import Bytes, Offsets, gather
from netdiag.decode.layers.interface import Layer, Peeled, Protocol, table

IPV4_HEADER_BYTES = 20
START = np.dtype(
    [
        ("version_ihl", "u1"),
        ("tos", "u1"),
        ("length", ">u2"),
        ("id", ">u2"),
        ("fragment", ">u2"),
        ("ttl", "u1"),
        ("protocol", "u1"),
    ]
)
VERSIONS = table(16, {4: Protocol.IPV4, 6: Protocol.IPV6})

IP_PROTOCOL_NUMBERS = {
    4: Protocol.IPV4,  # RFC 2003
    6: Protocol.TCP,
    17: Protocol.UDP,
    41: Protocol.IPV6,  # RFC 4213
    47: Protocol.GRE,
    51: Protocol.AH,
    137: Protocol.MPLS,  # RFC 4023
}
IP_PROTOCOLS = table(256, IP_PROTOCOL_NUMBERS)


def _by_version(data: Bytes, offset: Offsets) -> Peeled:
    return VERSIONS[data.take(offset) >> 4], offset


def _ipv4(data: Bytes, offset: Offsets) -> Peeled:
    """Fragments but the first have no header of the next layer."""
    header = gather(data, offset, START)
    version_ihl = header["version_ihl"]
    protocol = IP_PROTOCOLS.take(header["protocol"])
    length = header["length"]
    later = header["fragment"] & 0x1FFF != 0
    if later.any():
        protocol[later] = Protocol.FRAGMENT
    if (version_ihl == 0x45).all() and int(length.min(initial=0xFFFF)) >= IPV4_HEADER_BYTES:
        return protocol, offset + IPV4_HEADER_BYTES
    header_bytes = (version_ihl & 15).astype(np.int64) * 4
    # A length of 0 is what segmentation offload leaves to the network card.
    bad = (length != 0) & (length < header_bytes)
    bad |= (version_ihl >> 4 != 4) | (header_bytes < IPV4_HEADER_BYTES)
    protocol[bad] = Protocol.BAD_IPV4
    return protocol, offset + header_bytes


LAYERS = (
    Layer(Protocol.IP, 1, _by_version),
    Layer(Protocol.IPV4, IPV4_HEADER_BYTES, _ipv4),
)
