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

from netdiag.columns import Columns, Mask, Rows, rows_of, span
from netdiag.decode.addresses import renumbered
from netdiag.decode.growth import GrowingTable
from netdiag.decode.pooled import Pooled


class How(IntFlag):
    """How one of them ended."""

    BY_SERVER = 1
    """The server ended it first."""
    UNASKED = 2
    """And that right with a response, whose request had not said ``Connection: close``."""
    IDLE = 4
    """It had been idle when the first side ended it."""


class _Each(Columns, frozen=True, eq=False):
    """The columns of `Bygones`, without what is remembered of some of them besides."""

    capture: npt.NDArray[np.uint16]
    frame: npt.NDArray[np.uint32]
    client: npt.NDArray[np.uint64]
    server: npt.NDArray[np.uint64]
    begun_ns: npt.NDArray[np.int64]
    closed_ns: npt.NDArray[np.int64]
    ended_after_ns: npt.NDArray[np.uint32]
    end_before_ns: npt.NDArray[np.uint32]
    idle_ns: npt.NDArray[np.int64]
    answering_ns: npt.NDArray[np.uint32]
    waiting_ns: npt.NDArray[np.uint32]
    to_server_ns: npt.NDArray[np.uint32]
    round_trip_ns: npt.NDArray[np.uint32]
    how: npt.NDArray[np.uint8]
    protocol: npt.NDArray[np.uint8]
    status: npt.NDArray[np.uint16]


_EACH = _Each.__struct_fields__


class Bygones(_Each, frozen=True, eq=False):
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
        closed_ns: int64, time of the server's FIN, or of the close_notify before that.
        ended_after_ns: uint32, from then to its last segment.
        end_before_ns: uint32, from the first FIN, or the close_notify before that, of either side
            to `closed_ns`; 0 where the server ended it.
        idle_ns: int64, from the last word before that end until then.
        answering_ns: uint32, from the beginning of its last response to that last word.
        waiting_ns: uint32, from the beginning of its last request to that of its response.
        to_server_ns: uint32, as in `Connections`.
        round_trip_ns: uint32, as in `Connections`.
        how: uint8, a `How`.
        protocol: uint8, a `netdiag.exchanges.Protocol`.
        status: uint16, of its last response; 0 in TLS.

    Attributes:
        pooled: no column: what is remembered besides of those that lay idle.
    """

    pooled: Pooled

    @classmethod
    def empty(cls) -> Self:
        """None of them."""
        one, two, four = np.empty(0, np.uint8), np.empty(0, np.uint16), np.empty(0, np.uint32)
        ends, times = np.empty(0, np.uint64), np.empty(0, np.int64)
        moments = (times, times, four, four, times, four, four)
        return cls(two, four, ends, ends, *moments, four, four, one, one, two, Pooled.empty())

    def take(self, rows: Rows | Mask | slice) -> Self:
        """The table of the given rows (indices, a mask or a slice), in that order."""
        where = rows if isinstance(rows, slice) else rows_of(rows)
        return self._with(self.each.take(where), self.pooled.among(where, len(self)))

    @classmethod
    def concatenate(cls, parts: Sequence[Self]) -> Self:
        """One table out of at least one, rows in the order given."""
        if len(parts) == 1:
            return parts[0]
        pooled = Pooled.together([part.pooled for part in parts], [len(part) for part in parts])
        return cls._with(_Each.concatenate(parts), pooled)

    @property
    def each(self) -> _Each:
        """The columns alone."""
        return _Each(*[getattr(self, name) for name in _EACH])

    @classmethod
    def _with(cls, each: _Each, pooled: Pooled) -> Self:
        return cls(**{name: getattr(each, name) for name in _EACH}, pooled=pooled)

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
    def first_asked_ns(self) -> npt.NDArray[np.int64]:
        """When their first requests began; int64.

        When the others did is among the exchanges without rows, with those of connections that have
        some (`netdiag.decode.aside.Part`).
        """
        return self.pooled.put(self.last_asked_ns, self.pooled.asked_ns)

    @property
    def longest_idle_ns(self) -> npt.NDArray[np.int64]:
        """The longest idle time before one of each one's requests; -1 with only one; int64."""
        return self.pooled.put(np.full(len(self), -1, np.int64), self.pooled.longest_idle_ns)

    def with_longest_idle(self, longest_ns: npt.NDArray[np.int64]) -> Self:
        """The same with other idle times before requests; int64, one a row."""
        pooled = replace(self.pooled, longest_idle_ns=longest_ns[self.pooled.row])
        return replace(self, pooled=pooled)

    @property
    def exchanges(self) -> npt.NDArray[np.uint32]:
        """How many exchanges each carried; uint32."""
        return self.pooled.put(np.ones(len(self), np.uint32), self.pooled.exchanges)

    @property
    def end_frame(self) -> npt.NDArray[np.uint32]:
        """The frames that `end_ns` is the time of; 0 where one had not lain idle; uint32."""
        return self.pooled.put(np.zeros(len(self), np.uint32), self.pooled.end_frame)

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
            for name in _EACH
        }
        pooled = Pooled.together([part.pooled for part in parts], [len(part) for part in parts])
        return cls(**columns, pooled=pooled.in_order(order))

    def of_server(self, server: int) -> Self:
        """Those to one server endpoint, if they are in order of these."""
        return self.take(span(self.server, server)) if len(self) else self


class GrowingBygones:
    """`Bygones` under construction; see `netdiag.decode.growth`."""

    def __init__(self) -> None:
        none = Bygones.empty()
        self._each = GrowingTable(none.each)
        self._pooled = GrowingTable(none.pooled)

    def add(self, some: Bygones) -> None:
        """Add the rows of `some` at the end."""
        self._pooled.add(some.pooled.behind(len(self._each)))
        self._each.add(some)

    def finish(self) -> Bygones:
        """The table by server; nothing can be added then."""
        order = np.argsort(self._each.so_far().server, kind="stable")
        pooled = self._pooled.finish().in_order(order)
        return Bygones._with(self._each.finish(order), pooled)
