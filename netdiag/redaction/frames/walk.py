"""`Walk`: one frame on its way from what was captured to what may be shown.

The new frame begins as nothing but zeros, and each layer writes into it what it knows to be
harmless, so that whatever no layer knows is gone. What each keeps is left to the modules beside
this one; which layer follows is told by the tables of `netdiag.decode.layers`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from msgspec import Struct, field

from netdiag.decode.layers.interface import Protocols

if TYPE_CHECKING:
    from netdiag.redaction.addresses import AddressMap
    from netdiag.redaction.payloads import PayloadMask

ARP, ICMP, ICMPV6 = 200, 201, 202
"""What `netdiag.decode.layers.Protocol` has no number for: it can't lead to TCP."""


class Next(NamedTuple):
    """What follows a layer.

    Attributes:
        protocol: a `netdiag.decode.layers.Protocol`, or one of the above.
        at: where it begins.
        end: where it ends on the wire, which may lie behind what was captured.
    """

    protocol: int
    at: int
    end: int


class Walk(Struct, eq=False):
    """A frame, and what is made of it.

    Attributes:
        data: the frame as captured.
        addresses: the stand-ins of addresses.
        payloads: masks what TCP carries.
        clock_offset: is added to TCP's time stamps, modulo 2³².
        out: the new frame, as long.
        hosts: source and destination of the innermost IP header so far, as stand-ins.
        quoted: whether this is inside an ICMP error, where packets are cut.
        afterwards: what has to wait for what is inside; done in reverse order.
    """

    data: bytes
    addresses: AddressMap
    payloads: PayloadMask
    clock_offset: int
    out: bytearray = field(default_factory=bytearray)
    hosts: bytes = b""
    quoted: bool = False
    afterwards: list[Callable[[], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.out = bytearray(len(self.data))

    def holds(self, at: int, length: int) -> bool:
        """Whether so many bytes from there on were captured."""
        return at + length <= len(self.data)

    def keep(self, at: int, length: int) -> None:
        """Keep bytes as they are, as many of them as were captured."""
        self.out[at : at + length] = self.data[at : at + length]

    def put(self, at: int, value: bytes) -> None:
        """Write bytes of which the place was captured."""
        self.out[at : at + len(value)] = value

    def number(self, at: int, length: int = 2) -> int:
        """A number of the frame, in network byte order."""
        return int.from_bytes(self.data[at : at + length], "big")

    def put_number(self, at: int, value: int, length: int = 2) -> None:
        """Write a number, in network byte order."""
        self.out[at : at + length] = value.to_bytes(length, "big")

    def mac(self, at: int) -> None:
        """Write the stand-in of a MAC address."""
        self.put(at, self.addresses.mac(self.data[at : at + 6]))


LayerMask: TypeAlias = Callable[[Walk, int, int], Next | None]
"""Writes one layer, that begins and ends there, and says what follows; None: the rest is blank."""


def announced(table: Protocols) -> dict[int, int]:
    """A table of `netdiag.decode.layers` as numbers, without what leads nowhere."""
    return {int(number): int(table[number]) for number in np.flatnonzero(table)}
