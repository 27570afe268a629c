"""`Bygones`: what is remembered of connections that came to a good end.

Nobody can use such a connection again, and nothing failed on it: all that a report says of one is
in these columns, and none of its rows is held. Which connections those are is for the exchanges
room to say (`netdiag.exchanges.letting_go`); this is only their shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntFlag
from typing import Self

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from netdiag.columns import Columns, Mask, span
from netdiag.decode.addresses import renumbered


class How(IntFlag):
    """How one of them ended."""

    BY_SERVER = 1
    """The server ended it first."""
    UNASKED = 2
    """And that right with a response, whose request had not said ``Connection: close``."""
    IDLE = 4
    """It had been idle when the first side ended it."""


class Bygones(Columns, frozen=True, eq=False):
    """One row a connection: whole, from its SYN on, HTTP/1 or TLS, ended by a FIN of both sides.

    None of them is a leg of another connection, and no failure has to do with any. Where one had
    been idle when its server ended it, nothing but an idle timer can be the reason
    (`netdiag.exchanges.idle_ends`). Those of an analysis are in order of their servers, so that
    those of one are a part of the table, and no copy.

    Columns:
        capture: uint16, index of the capture file.
        frame: uint32, its first frame.
        client: uint64, endpoint that opened it.
        server: uint64, endpoint that answered.
        begun_ns: int64, time of its SYN.
        asked_ns: int64, when its first request began. When the others did is among the exchanges
            without rows, with those of connections that have some (`netdiag.decode.aside.Part`).
        closed_ns: int64, time of the server's FIN, or of the close_notify before that.
        ended_after_ns: uint32, from then to its last segment.
        end_frame: uint32, its first FIN, or the close_notify before that, of either side.
        end_before_ns: uint32, from that frame to `closed_ns`; 0 where the server ended it.
        idle_ns: int64, from the last word before that frame until then.
        answering_ns: uint32, from the beginning of its last response to that last word.
        waiting_ns: uint32, from the beginning of its last request to that of its response.
        longest_idle_ns: int64, the longest idle time before one of its requests; -1 with only one.
        to_server_ns: uint32, as in `Connections`.
        round_trip_ns: uint32, as in `Connections`.
        exchanges: uint32, how many it carried.
        how: uint8, a `How`.
        protocol: uint8, a `netdiag.exchanges.Protocol`.
        status: uint16, of its last response; 0 in TLS.
    """

    capture: npt.NDArray[np.uint16]
    frame: npt.NDArray[np.uint32]
    client: npt.NDArray[np.uint64]
    server: npt.NDArray[np.uint64]
    begun_ns: npt.NDArray[np.int64]
    asked_ns: npt.NDArray[np.int64]
    closed_ns: npt.NDArray[np.int64]
    ended_after_ns: npt.NDArray[np.uint32]
    end_frame: npt.NDArray[np.uint32]
    end_before_ns: npt.NDArray[np.uint32]
    idle_ns: npt.NDArray[np.int64]
    answering_ns: npt.NDArray[np.uint32]
    waiting_ns: npt.NDArray[np.uint32]
    longest_idle_ns: npt.NDArray[np.int64]
    to_server_ns: npt.NDArray[np.uint32]
    round_trip_ns: npt.NDArray[np.uint32]
    exchanges: npt.NDArray[np.uint32]
    how: npt.NDArray[np.uint8]
    protocol: npt.NDArray[np.uint8]
    status: npt.NDArray[np.uint16]

    @classmethod
    def empty(cls) -> Self:
        """None of them."""
        one, two, four = np.empty(0, np.uint8), np.empty(0, np.uint16), np.empty(0, np.uint32)
        ends, times = np.empty(0, np.uint64), np.empty(0, np.int64)
        moments = (times, times, times, four, four, four, times, four, four, times)
        return cls(two, four, ends, ends, *moments, four, four, four, one, one, two)

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
    def age_ns(self) -> npt.NDArray[np.int64]:
        """How old they were when their servers ended them; int64."""
        return self.closed_ns - self.begun_ns

    @property
    def end_ns(self) -> npt.NDArray[np.int64]:
        """When the first side ended them; int64."""
        return self.closed_ns - self.end_before_ns

    @property
    def word_ns(self) -> npt.NDArray[np.int64]:
        """When the last words were said on them; int64."""
        return self.end_ns - self.idle_ns

    @property
    def answered_ns(self) -> npt.NDArray[np.int64]:
        """When their last responses began; int64."""
        return self.word_ns - self.answering_ns

    @property
    def last_asked_ns(self) -> npt.NDArray[np.int64]:
        """When their last requests began; int64."""
        return self.answered_ns - self.waiting_ns

    @property
    def ended_ns(self) -> npt.NDArray[np.int64]:
        """When their last segments were captured; int64."""
        return self.closed_ns + self.ended_after_ns

    def are(self, how: How) -> Mask:
        """Those that ended so; bool."""
        ended: Mask = (self.how & how) != 0
        return ended

    @property
    def timed_out(self) -> Mask:
        """Those that their server ended when they had been idle; bool."""
        return self.are(How.BY_SERVER) & self.are(How.IDLE)

    @classmethod
    def by_server(cls, parts: Sequence[Self]) -> Self:
        """One table out of at least one, in order of their servers."""
        server = np.concatenate([part.server for part in parts])
        if (server[1:] >= server[:-1]).all():
            return cls.concatenate(parts)
        order = np.argsort(server, kind="stable")
        columns = {
            name: np.concatenate([getattr(part, name) for part in parts]).take(order)
            for name in cls.__struct_fields__
        }
        return cls(**columns)

    def of_server(self, server: int) -> Self:
        """Those to one server endpoint, if they are in order of these."""
        return self.take(span(self.server, server)) if len(self) else self
