"""`Singles`: what is remembered of connections that carried one exchange and ended with it.

A connection that nobody kept alive (RFC 9112, section 9.3) can't be used again: all that a report
says of such a one is in these columns, and none of its rows is held. Which connections those are is
for the exchanges room to say (`netdiag.exchanges.singling`); this is only their shape.
"""

from __future__ import annotations

from enum import IntFlag
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from netdiag.columns import Columns, Mask, Rows, span
from netdiag.decode.addresses import renumbered

LONGEST_NS = 500_000_000
"""They live for less than this, from the SYN to their last segment: half of the least age at which
a server is said to end connections (`netdiag.timeouts.age_limit`)."""


class How(IntFlag):
    """How one of them ended."""

    BY_SERVER = 1
    """The server ended it first."""
    UNASKED = 2
    """And that right with a response, whose request had not said ``Connection: close``."""


class Singles(Columns, frozen=True, eq=False, dict=True):
    """One row a connection: whole, from its SYN on, HTTP/1 or TLS, ended by a FIN of both sides.

    None of them is a leg of another connection, and no failure has to do with any.

    Columns:
        capture: uint16, index of the capture file.
        frame: uint32, its first frame.
        client: uint64, endpoint that opened it.
        server: uint64, endpoint that answered.
        begun_ns: int64, time of its SYN.
        to_server_ns: uint32, as in `Connections`.
        round_trip_ns: uint32, as in `Connections`.
        asked_after_ns: uint32, from its SYN to its request.
        closed_after_ns: uint32, from its SYN to the server's FIN, or the close_notify before that.
        ended_after_ns: uint32, from its SYN to its last segment.
        how: uint8, a `How`.
        protocol: uint8, a `netdiag.exchanges.Protocol`.
        status: uint16, of its response; 0 in TLS.
    """

    capture: npt.NDArray[np.uint16]
    frame: npt.NDArray[np.uint32]
    client: npt.NDArray[np.uint64]
    server: npt.NDArray[np.uint64]
    begun_ns: npt.NDArray[np.int64]
    to_server_ns: npt.NDArray[np.uint32]
    round_trip_ns: npt.NDArray[np.uint32]
    asked_after_ns: npt.NDArray[np.uint32]
    closed_after_ns: npt.NDArray[np.uint32]
    ended_after_ns: npt.NDArray[np.uint32]
    how: npt.NDArray[np.uint8]
    protocol: npt.NDArray[np.uint8]
    status: npt.NDArray[np.uint16]

    @classmethod
    def empty(cls) -> Self:
        """None of them."""
        two, four = np.empty(0, np.uint16), np.empty(0, np.uint32)
        ends, times, octets = np.empty(0, np.uint64), np.empty(0, np.int64), np.empty(0, np.uint8)
        lapses = (four, four, four, four, four)
        return cls(two, four, ends, ends, times, *lapses, octets, octets, two)

    def of_capture(self, index: int) -> Self:
        """The same with another index for their only capture."""
        return replace(self, capture=np.full(len(self), index, np.uint16))

    def renumbered(self, numbers: npt.NDArray[np.uint64]) -> Self:
        """The same with other numbers for IPv6 addresses; ``numbers[old]`` is the new one."""
        ends = {name: renumbered(getattr(self, name), numbers) for name in ("client", "server")}
        return replace(self, **ends)

    @property
    def client_host(self) -> npt.NDArray[np.uint64]:
        """The clients without their ports: endpoints with port 0; uint64."""
        return self.client & ~np.uint64(0xFFFF)

    @property
    def asked_ns(self) -> npt.NDArray[np.int64]:
        """When the requests began; int64."""
        return self.begun_ns + self.asked_after_ns

    @property
    def closed_ns(self) -> npt.NDArray[np.int64]:
        """When the servers ended them; int64."""
        return self.begun_ns + self.closed_after_ns

    @property
    def ended_ns(self) -> npt.NDArray[np.int64]:
        """When their last segments were captured; int64."""
        return self.begun_ns + self.ended_after_ns

    def are(self, how: How) -> Mask:
        """Those that ended so; bool."""
        ended: Mask = (self.how & how) != 0
        return ended

    def of_server(self, server: int) -> Self:
        """Those to one server endpoint."""
        if len(self) == 0:
            return self
        return self.take(self._by_server[span(self._servers, server)])

    @cached_property
    def _by_server(self) -> Rows:
        return np.argsort(self.server, kind="stable")

    @cached_property
    def _servers(self) -> npt.NDArray[np.uint64]:
        return self.server[self._by_server]
