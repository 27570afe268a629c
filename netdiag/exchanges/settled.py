"""`Settled`: exchanges without rows, beside those of `Exchanges` that have them.

Made from the `Aside` of captures: what was set aside while they were read finds its place again on
the connections that the rest of their rows make.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from netdiag.columns import Columns, Rows
from netdiag.connections import Connections, Traffic
from netdiag.decode.aside import Aside, Folds, Part
from netdiag.decode.segments import Segments
from netdiag.exchanges.table import Exchanges

Numbers = npt.NDArray[np.int64]


class Chunk(Columns, frozen=True, eq=False):
    """Some exchanges without rows, by connection, then in time order. All were answered.

    Columns:
        connection: int32, row of `Connections`.
        asked_ns: int64, when the request began.
        idle_ns: int64, as in `Exchanges`.
        frame: uint32, the request's frame.
        capture: uint16, index of the capture that has it.
    """

    connection: npt.NDArray[np.int32]
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
        longest_idle_ns: int64, one a connection: the longest idle time before one of them; -1
            without any.
    """

    count: Numbers
    client_bytes: Numbers
    server_bytes: Numbers
    longest: Numbers
    longest_idle_ns: Numbers
    _parts: tuple[tuple[Part, npt.NDArray[np.int32]], ...] = ()

    def __len__(self) -> int:
        return int(self.count.sum())

    @classmethod
    def nothing(cls, connections: int) -> Settled:
        """For so many connections of which all rows are there."""
        none = np.zeros(connections, np.int64)
        return cls(none, none, none, none, none - 1)

    def chunks(self) -> Iterator[Chunk]:
        """All of the exchanges; each is held as long as it is looked at, and no longer."""
        for part, of in self._parts:
            chunk = _chunk(part, np.repeat(of, part.count), slice(None))
            kept = chunk.connection >= 0
            yield chunk if kept.all() else chunk.take(kept)

    def on(self, connection: int) -> Chunk | None:
        """Those of one connection in time order; None without any."""
        if not self.count[connection]:
            return None
        return Chunk.concatenate([_of_part(part, of, connection) for part, of in self._parts])


def _chunk(part: Part, connection: npt.NDArray[np.int32], rows: slice) -> Chunk:
    """Rows of a part, with the connection of each."""
    return Chunk(
        connection,
        part.asked.take(rows).values_ns(),
        part.idle.take(rows).values_ns(),
        part.frame[rows],
        np.broadcast_to(np.uint16(part.capture), len(connection)),
    )


def _of_part(part: Part, of: npt.NDArray[np.int32], connection: int) -> Chunk:
    stop = np.cumsum(part.count, dtype=np.int64)
    runs = np.flatnonzero(of == connection)
    rows = slice(0, 0)
    if len(runs):
        rows = slice(int(stop[runs[0]]) - int(part.count[runs[0]]), int(stop[runs[0]]))
    return _chunk(part, np.full(rows.stop - rows.start, connection, np.int32), rows)


def settle(
    traffic: Traffic, connections: Connections, exchanges: Exchanges, aside: Aside
) -> tuple[Exchanges, Settled]:
    """The exchanges with their idle times, and those without rows.

    An exchange whose predecessor was set aside has been idle since the end of that one.
    """
    if not len(aside.folds):
        return exchanges, Settled.nothing(len(connections))
    following = exchanges_after(traffic, exchanges, aside.folds)
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
    of_segment = np.empty(len(traffic), np.int32)
    of_segment[traffic.row] = traffic.groups.of_row
    parts = []
    for part in aside.parts:
        captures = np.full(len(part.count), part.capture, np.uint16)
        of = of_segment[rows_of_frames(traffic.segments, captures, part.first_frame)]
        parts.append((part, np.where(count[of] > 0, of, np.int32(-1))))
    settled = Settled(count, client_bytes, server_bytes, longest, count * 0 - 1, tuple(parts))
    for chunk in settled.chunks():
        np.maximum.at(settled.longest_idle_ns, chunk.connection, chunk.idle_ns)
    return exchanges, settled


def with_idle_times(
    traffic: Traffic, exchanges: Exchanges, folds: Folds, following: Rows
) -> Exchanges:
    """The exchanges, those that follow on folds with the idle times since then."""
    idle_ns = exchanges.idle_ns.copy()
    asked_ns = traffic.time_ns[exchanges.request[following]]
    idle_ns[following] = np.maximum(asked_ns - folds.last_word_ns, 0)
    return replace(exchanges, idle_ns=idle_ns)


def exchanges_after(traffic: Traffic, exchanges: Exchanges, folds: Folds) -> Rows:
    """The exchange that follows each fold; -1 where its request begins none any more; int64."""
    at = np.full(len(traffic), -1, np.int32)
    at[traffic.row[exchanges.request]] = np.arange(len(exchanges), dtype=np.int32)
    return at[rows_of_frames(traffic.segments, folds.capture, folds.frame)].astype(np.int64)


def rows_of_frames(
    segments: Segments, capture: npt.NDArray[np.uint16], frame: npt.NDArray[np.uint32]
) -> Rows:
    """The rows of frames that are all there; int64."""
    if not len(frame):
        return np.empty(0, np.int64)
    known = segments.capture
    if known.min() == known.max():
        return np.searchsorted(segments.frame, frame)  # a capture's frames ascend
    keys = known.astype(np.uint64) << np.uint64(32) | segments.frame
    order = np.argsort(keys)
    wanted = capture.astype(np.uint64) << np.uint64(32) | frame
    rows: Rows = order[np.searchsorted(keys, wanted, sorter=order)]
    return rows
