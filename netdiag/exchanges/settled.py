"""`Settled`: exchanges without rows, beside those of `Exchanges` that have them.

Made from the `Aside` of captures: what was set aside while they were read finds its place again on
the connections that the rest of their rows make.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from netdiag.columns import Columns, Mask, Rows, Scalar, among, rows_between
from netdiag.connections import Connections, Traffic
from netdiag.decode.aside import Aside, Folds, Times
from netdiag.exchanges.frames import Frames, keys
from netdiag.exchanges.table import Exchanges

Numbers = npt.NDArray[np.int64]

NONE = np.iinfo(np.int64).max
"""The shortest of nothing."""


class Chunk(Struct, frozen=True, eq=False, dict=True):
    """Some exchanges without rows, all of them answered: in runs, one a connection.

    Times are given as they are kept: who needs the values has them for as long as needed.

    Attributes:
        connection: int32, one a run: row of `Connections`; those beyond the last of these are
            rows of `Bygones`.
        count: uint32, one a run: how many exchanges it has, in time order.
        asked: when each request began.
        idle: the idle time before each, as in `Exchanges`.
        frame: uint32, each request's frame.
        capture: index of the capture that has them.
    """

    connection: npt.NDArray[np.int32]
    count: npt.NDArray[np.uint32]
    asked: Times
    idle: Times
    frame: npt.NDArray[np.uint32]
    capture: int

    def __len__(self) -> int:
        return len(self.frame)

    @cached_property
    def _stop(self) -> Rows:
        return np.cumsum(self.count, dtype=np.int64)

    @cached_property
    def longest_idle_ns(self) -> Numbers:
        """The longest idle time of each run; int64. None of them is empty."""
        return self.idle.greatest(self.count)

    def total(self, connections: Mask) -> int:
        """How many exchanges of these connections it has."""
        return int(self.count[connections[self.connection]].sum(dtype=np.int64))

    def longer(self, connections: Mask, limit_ns: int) -> int:
        """How many exchanges of these connections had been idle for longer."""
        runs = np.flatnonzero(connections[self.connection] & (self.longest_idle_ns > limit_ns))
        if len(runs) == 0:
            return 0
        count = self.count[runs].astype(np.int64)
        rows = rows_between(self._stop[runs] - count, count)
        return int(np.count_nonzero(self.idle.take(rows).above(limit_ns)))

    def each(self, column: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
        """What a column with a row for each connection has for each exchange."""
        return np.repeat(column[self.connection], self.count)

    def run_of(self, rows: Rows) -> Rows:
        """The runs in which some exchanges are; int64."""
        return np.searchsorted(self._stop, rows, side="right")

    def count_of(self, rows: Rows) -> Rows:
        """How many of some exchanges, in their order, each run has; int64."""
        return np.diff(np.searchsorted(rows, self._stop), prepend=0)

    def on(self, place: Rows) -> Stretches:
        """Those of the connections that have a place, which is not -1."""
        of = np.append(place, -1)[np.minimum(self.connection, len(place))]
        runs = np.flatnonzero(of >= 0)
        count = self.count[runs].astype(np.int64)
        rows = rows_between(self._stop[runs] - count, count)
        captures = np.full(len(rows), self.capture, np.uint16)
        asked_ns, idle_ns = (times.take(rows).values_ns() for times in (self.asked, self.idle))
        return Stretches(np.repeat(of[runs], count), asked_ns, idle_ns, self.frame[rows], captures)

    def of_exchanges(self, chosen: Mask) -> Chunk:
        """Some of the exchanges; of runs without any of them nothing is left."""
        rows = np.flatnonzero(chosen)
        count = self.count_of(rows)
        kept = count > 0
        asked, idle = self.asked.take(rows), self.idle.take(rows)
        connection, counts = self.connection[kept], count[kept].astype(np.uint32)
        return Chunk(connection, counts, asked, idle, self.frame[rows], self.capture)

    def of_runs(self, kept: Mask) -> Chunk:
        """Those of some runs."""
        return self.of_exchanges(np.repeat(kept, self.count))


class Stretches(Columns, frozen=True, eq=False):
    """The exchanges without rows of some connections: one connection's after another's.

    Columns:
        of: int64, which of the connections, as they were asked for.
        asked_ns: int64, when the request began.
        idle_ns: int64, as in `Exchanges`.
        frame: uint32, the request's frame.
        capture: uint16, index of the capture that has it.
    """

    of: Rows
    asked_ns: Numbers
    idle_ns: Numbers
    frame: npt.NDArray[np.uint32]
    capture: npt.NDArray[np.uint16]


class Settled(Struct, frozen=True, eq=False):
    """What was set aside of each connection: none of its first and last exchanges, all answered.

    Attributes:
        count: int64, one a connection: how many exchanges.
        client_bytes: int64, one a connection: payload bytes from the client.
        server_bytes: int64, one a connection: payload bytes from the server.
        longest: int64, one a connection: the longest segment that a request begins with.
        shortest: int64, one a connection: the shortest; more than any without any.
        longest_idle_ns: int64, one a connection: the longest idle time before one of them; -1
            without any.
        last_word_ns: int64, one a connection: when the last of their responses ended; -1 without
            any.
        chunks: all of the exchanges, in the order in which they were set aside; none is empty.
    """

    count: Numbers
    client_bytes: Numbers
    server_bytes: Numbers
    longest: Numbers
    shortest: Numbers
    longest_idle_ns: Numbers
    last_word_ns: Numbers
    chunks: tuple[Chunk, ...] = ()

    def __len__(self) -> int:
        return int(self.count.sum())

    @classmethod
    def nothing(cls, connections: int) -> Settled:
        """For so many connections of which all rows are there."""
        none = np.zeros(connections, np.int64)
        return cls(none, none, none, none, none + NONE, none - 1, none - 1)

    def longer(self, connections: Mask, limits_ns: Sequence[int]) -> list[int]:
        """How many exchanges of these connections had been idle for longer than each limit.

        Args:
            connections: bool, one a row of `Connections`, and behind them one a row of `Bygones`.
        """
        least_ns = min((chunk.idle.base_ns for chunk in self.chunks), default=0)
        return [
            sum(chunk.total(connections) for chunk in self.chunks)
            if limit < least_ns
            else self._longer(connections, limit)
            for limit in limits_ns
        ]

    def _longer(self, connections: Mask, limit_ns: int) -> int:
        wanted, own = connections.copy(), len(self.count)
        wanted[:own] &= self.longest_idle_ns > limit_ns
        if not wanted.any():
            return 0
        return sum(chunk.longer(wanted, limit_ns) for chunk in self.chunks)

    def on(self, connections: Rows) -> Stretches:
        """Those of connections that have rows, each named once, in time order on each."""
        place = np.full(len(self.count), -1, np.int64)
        place[connections] = np.arange(len(connections))
        none = np.empty(0, np.int64)
        nothing = Stretches(none, none, none, none.astype(np.uint32), none.astype(np.uint16))
        found = Stretches.concatenate([nothing, *(chunk.on(place) for chunk in self.chunks)])
        return found.take(np.lexsort((found.asked_ns, found.of)))


def settle(
    traffic: Traffic, connections: Connections, exchanges: Exchanges, aside: Aside
) -> tuple[Exchanges, Settled]:
    """The exchanges with their idle times, and those without rows.

    An exchange whose predecessor was set aside has been idle since the end of that one.
    """
    if not len(aside.folds) and not len(aside.parts):
        return exchanges, Settled.nothing(len(connections))
    frames = Frames(traffic.segments)
    following = exchanges_after(traffic, exchanges, aside.folds, frames)
    found = following >= 0
    folds, following = aside.folds.take(found), following[found]
    exchanges = with_idle_times(traffic, exchanges, folds, following)
    of_fold = exchanges.connection[following]
    count = np.zeros(len(connections), np.int64)
    np.add.at(count, of_fold, folds.exchanges)
    client_bytes, server_bytes, longest = (np.zeros_like(count) for _ in range(3))
    np.add.at(client_bytes, of_fold, folds.client_bytes)
    np.add.at(server_bytes, of_fold, folds.server_bytes)
    np.maximum.at(longest, of_fold, folds.longest)
    shortest = np.full(len(count), NONE)
    np.minimum.at(shortest, of_fold, folds.shortest)
    idle_ns, word_ns = np.full(len(count), -1, np.int64), np.full(len(count), -1, np.int64)
    np.maximum.at(word_ns, of_fold, folds.last_word_ns)
    np.maximum.at(idle_ns, of_fold, folds.longest_idle_ns)
    chunks = _chunks(traffic, aside, frames, count > 0)
    sums = count, client_bytes, server_bytes, longest, shortest
    return exchanges, Settled(*sums, idle_ns, word_ns, chunks)


def _chunks(traffic: Traffic, aside: Aside, frames: Frames, has_any: Mask) -> tuple[Chunk, ...]:
    """The exchanges without rows of connections that have any, and of those that have none."""
    of_segment = np.empty(len(traffic), np.int32)
    of_segment[traffic.row] = traffic.groups.of_row
    bygones, count = aside.bygones, len(has_any)
    known = keys(bygones.capture, bygones.frame)
    order = np.argsort(known)
    known, has_any = known[order], np.append(has_any, np.ones(len(bygones), bool))
    chunks = []
    for part in aside.parts:
        names = keys(part.captures, part.first_frame)
        without = among(names, known)
        of = np.empty(len(names), np.int32)
        of[without] = count + order[np.searchsorted(known, names[without])]
        rows = frames.rows(part.captures[~without], part.first_frame[~without])
        of[~without] = of_segment[rows]
        chunk = Chunk(of, part.count, part.asked, part.idle, part.frame, part.capture)
        kept = has_any[of] & (part.count > 0)
        chunk = chunk if kept.all() else chunk.of_runs(kept)
        if len(chunk):
            chunks.append(chunk)
    return tuple(chunks)


def with_idle_times(
    traffic: Traffic, exchanges: Exchanges, folds: Folds, following: Rows
) -> Exchanges:
    """The exchanges, those that follow on folds with the idle times since then."""
    idle_ns = exchanges.idle_ns.copy()
    asked_ns = traffic.time_ns[exchanges.request[following]]
    idle_ns[following] = np.maximum(asked_ns - folds.last_word_ns, 0)
    return replace(exchanges, idle_ns=idle_ns)


def exchanges_after(
    traffic: Traffic, exchanges: Exchanges, folds: Folds, frames: Frames | None = None
) -> Rows:
    """The exchange that follows each fold; -1 where its request begins none any more; int64."""
    frames = frames or Frames(traffic.segments)
    at = np.full(len(traffic), -1, np.int32)
    at[traffic.row[exchanges.request]] = np.arange(len(exchanges), dtype=np.int32)
    return at[frames.rows(folds.capture, folds.frame)].astype(np.int64)
