"""What a layer is to the decoder: a function from where it begins to what follows, and where.

A new layer is a module with one or more `Layer`, a line in `netdiag.decode.layers`, and, where
it isn't there yet, a `Protocol`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.capture.gather import Bytes, Offsets

Protocols = npt.NDArray[np.uint8]


class Protocol(IntEnum):
    """What begins at an offset of a frame; at the end of the peeling, what a frame came to."""

    OTHER = 0
    """Something that can't lead to TCP: ARP, DNS, encrypted data."""
    TCP = 1
    """A TCP header, complete at least in its 20 fixed bytes."""
    CUT = 2
    """Nothing: the captured bytes end before the header that should be here."""
    FRAGMENT = 3
    """A later fragment of an IPv4 packet, which has no TCP header."""
    FRAGMENT_V6 = 4
    """A later fragment of an IPv6 packet."""
    BAD_IPV4 = 5
    """An IPv4 header that contradicts itself."""
    BAD_IPV6 = 6
    """An IPv6 header that isn't one."""
    BY_SCAPY = 7
    """A link layer that isn't on the shelf, left to scapy."""
    BAD_TCP = 8
    """A TCP header that contradicts itself or its packet."""

    # From here on: what a layer of the shelf peels.
    ETHERNET = 16
    LLC = 17
    VLAN = 18
    SLL = 19
    SLL2 = 20
    NULL = 21
    PPP = 22
    CISCO_HDLC = 23
    PPPOE = 24
    MPLS = 25
    IP = 26
    """IPv4 or IPv6, as its first four bits say."""
    IPV4 = 27
    IPV6 = 28
    IPV6_EXTENSION = 29
    IPV6_FRAGMENT = 30
    AH = 31
    GRE = 32
    UDP = 33
    VXLAN = 34
    GENEVE = 35


Peeled: TypeAlias = tuple[Protocols, Offsets]
"""For each row what follows the layer, uint8, and the offset at which it begins, int64."""


class Layer(Struct, frozen=True):
    """One layer of the shelf.

    Attributes:
        protocol: what it peels.
        header_bytes: bytes that are captured at every offset it is given. What a header says
            to be longer isn't checked by the layer: the decoder looks whether the next one
            lies in the frame.
        peel: from the block's bytes and the offsets at which the layer begins.
    """

    protocol: Protocol
    header_bytes: int
    peel: Callable[[Bytes, Offsets], Peeled]


def table(size: int, entries: dict[int, Protocol]) -> Protocols:
    """A look-up table from a number on the wire to what it announces, OTHER by default."""
    numbers = np.zeros(size, np.uint8)
    for number, protocol in entries.items():
        numbers[number] = protocol
    return numbers
