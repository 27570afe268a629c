"""`Aside`: what is remembered of exchanges whose rows were set aside while a capture was read.

An answered request in the middle of a long connection's life says when it was asked and how long
the connection had lain idle before, and nothing else that anybody reads. So it is a few bytes here,
and not several rows of `Segments` for as long as the analysis lasts. Which exchanges those are is
for the exchanges room to say (`netdiag.exchanges.setting_aside`); this is only their shape.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt
from msgspec import Struct, field
from msgspec.structs import replace

from netdiag.columns import Columns, Mask, Rows, among
from netdiag.decode.bygones import Bygones
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Segments

_UNITS = (1_000_000, 1000, 1)
_FEW = 64  # tell a unit that is too coarse without a look at all


class Folds(Columns, frozen=True, eq=False):
    """One row a fold: exchanges in a row on one connection, and the request that follows them.

    Columns:
        capture: uint16, index of the capture file.
        frame: uint32, that request's frame; it is not set aside.
        exchanges: int64, how many were.
        packets: int64, segments that they had.
        client_bytes: int64, payload bytes from the client.
        server_bytes: int64, payload bytes from the server.
        last_word_ns: int64, time of the last byte of the last response.
        longest_idle_ns: int64, the longest idle time before one of them.
        longest: int64, payload bytes of the longest of the segments that the requests begin with.
        shortest: int64, of the shortest of them.
    """

    capture: npt.NDArray[np.uint16]
    frame: npt.NDArray[np.uint32]
    exchanges: npt.NDArray[np.int64]
    packets: npt.NDArray[np.int64]
    client_bytes: npt.NDArray[np.int64]
    server_bytes: npt.NDArray[np.int64]
    last_word_ns: npt.NDArray[np.int64]
    longest_idle_ns: npt.NDArray[np.int64]
    longest: npt.NDArray[np.int64]
    shortest: npt.NDArray[np.int64]

    @classmethod
    def empty(cls) -> Self:
        """No folds."""
        none = np.empty(0, np.int64)
        return cls(np.empty(0, np.uint16), np.empty(0, np.uint32), *[none] * 8)


class Times(Struct, frozen=True, eq=False):
    """Times or durations in as few bytes as they fit into, without loss.

    Attributes:
        base_ns: what is added to each.
        unit_ns: what each is counted in.
        counts: uint32; int64 where that is too narrow.
    """

    base_ns: int
    unit_ns: int
    counts: npt.NDArray[np.uint32] | npt.NDArray[np.int64]

    @classmethod
    def of(cls, values_ns: npt.NDArray[np.int64]) -> Self:
        """Keep these int64 values."""
        if len(values_ns) == 0:
            return cls(0, 1, np.empty(0, np.uint32))
        base_ns, unit_ns = int(values_ns.min()), 1
        past_ns = values_ns - base_ns
        for unit_ns in _UNITS:
            if (past_ns[:_FEW] % unit_ns).any():
                continue
            counts = past_ns // unit_ns  # by one number: much faster than what is left over
            if np.array_equal(counts * unit_ns, past_ns):
                break
        if int(past_ns.max()) // unit_ns >= 1 << 32:
            return cls(base_ns, 1, past_ns)
        return cls(base_ns, unit_ns, counts.astype(np.uint32))

    def __len__(self) -> int:
        return len(self.counts)

    def take(self, rows: slice | Rows | Mask) -> Times:
        """Some of them."""
        return Times(self.base_ns, self.unit_ns, self.counts[rows])

    def values_ns(self) -> npt.NDArray[np.int64]:
        """The values again; int64."""
        values = self.counts.astype(np.int64)
        values *= self.unit_ns
        values += self.base_ns
        return values

    @classmethod
    def values_of(cls, several: Sequence[Times]) -> npt.NDArray[np.int64]:
        """The values of several, one after another; int64."""
        counts = [each.counts for each in several]
        lengths = [len(each) for each in counts]
        values = np.concatenate([np.empty(0, np.int64), *counts])
        values *= np.repeat(np.array([each.unit_ns for each in several], np.int64), lengths)
        values += np.repeat(np.array([each.base_ns for each in several], np.int64), lengths)
        return values

    @classmethod
    def concatenate(cls, several: Sequence[Times]) -> Times:
        """At least one, one after another."""
        base_ns, unit_ns = min(each.base_ns for each in several), several[0].unit_ns
        steps = [divmod(each.base_ns - base_ns, unit_ns) for each in several]
        if not all(
            each.unit_ns == unit_ns
            and each.counts.dtype == np.uint32
            and rest == 0
            and int(each.counts.max(initial=0)) + more < 1 << 32
            for each, (more, rest) in zip(several, steps, strict=True)
        ):
            return cls.of(cls.values_of(several))
        counts = [
            each.counts + np.uint32(more) for each, (more, _) in zip(several, steps, strict=True)
        ]
        return cls(base_ns, unit_ns, np.concatenate(counts))

    def ordered(self) -> Times:
        """The same from the least to the greatest."""
        return replace(self, counts=np.sort(self.counts))

    def range_ns(self) -> tuple[int, int]:
        """The least and the greatest of at least one."""
        least, most = int(self.counts.min()), int(self.counts.max())
        return self.base_ns + least * self.unit_ns, self.base_ns + most * self.unit_ns

    def greatest(self, count: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
        """The greatest of each run, given how many each has: at least one; int64."""
        begin = np.cumsum(count, dtype=np.int64) - count
        return replace(self, counts=np.maximum.reduceat(self.counts, begin)).values_ns()

    def above(self, limit_ns: int) -> Mask:
        """Which of them are greater, found without the values; bool."""
        limit = (limit_ns - self.base_ns) // self.unit_ns
        if not 0 <= limit <= np.iinfo(self.counts.dtype).max:
            return np.full(len(self.counts), limit < 0)
        return self.counts > self.counts.dtype.type(limit)

    def among(self, wanted_ns: npt.NDArray[np.int64]) -> Rows:
        """The rows of those that are one of these values, given in order; int64.

        Most are ruled out by a look at two bytes of each.
        """
        counts, rest = np.divmod(wanted_ns - self.base_ns, self.unit_ns)
        counts = counts[(rest == 0) & (counts >= 0) & (counts <= np.iinfo(self.counts.dtype).max)]
        wanted = counts.astype(self.counts.dtype)
        maybe = np.zeros(1 << 16, bool)
        maybe[wanted.astype(np.uint16)] = True
        rows = np.flatnonzero(maybe.take(self.counts.astype(np.uint16)))
        found: Rows = rows[among(self.counts[rows], wanted)]
        return found


class Part(Struct, frozen=True, eq=False):
    """The exchanges that were set aside at one time, by connection, then in time order.

    Attributes:
        capture: index of the capture file.
        first_frame: uint32, one a connection: the first frame that the capture has of it.
        count: uint32, one a connection: how many of its exchanges are here.
        asked: when each exchange's request began.
        idle: how long the connection had been idle before.
        frame: uint32, the frame of each exchange's request.
        first_capture: uint16, one a connection: index of the capture that `first_frame` is in;
            None where it is that of the exchanges.
    """

    capture: int
    first_frame: npt.NDArray[np.uint32]
    count: npt.NDArray[np.uint32]
    asked: Times
    idle: Times
    frame: npt.NDArray[np.uint32]
    first_capture: npt.NDArray[np.uint16] | None = None

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def captures(self) -> npt.NDArray[np.uint16]:
        """The capture of each connection's first frame; uint16."""
        if self.first_capture is None:
            return np.full(len(self.count), self.capture, np.uint16)
        return self.first_capture


class Streams(Struct, frozen=True, eq=False):
    """Where the streams of a capture begin of which the first rows may have been set aside.

    Attributes:
        capture: index of the capture file.
        frame: uint32, ascending: the first frame that the capture has of each TCP stream.
    """

    capture: int
    frame: npt.NDArray[np.uint32]


class Aside(Struct, frozen=True, eq=False):
    """Everything that was set aside.

    Attributes:
        folds: in no order.
        parts: in the order in which they were set aside.
        streams: of captures of which whole streams were.
        bygones: whole connections, by server.
    """

    folds: Folds
    parts: tuple[Part, ...] = ()
    streams: tuple[Streams, ...] = ()
    bygones: Bygones = field(default_factory=Bygones.empty)

    @classmethod
    def nothing(cls) -> Self:
        """Nothing was."""
        return cls(Folds.empty())

    def of_capture(self, index: int) -> Aside:
        """The same with another index for its only capture."""
        folds = replace(self.folds, capture=np.full(len(self.folds), index, np.uint16))
        parts = tuple(replace(part, capture=index) for part in self.parts)
        streams = tuple(replace(each, capture=index) for each in self.streams)
        return Aside(folds, parts, streams, self.bygones.of_capture(index))

    @classmethod
    def together(cls, several: Sequence[Aside]) -> Aside:
        """What was set aside of several captures."""
        if not several:
            return Aside.nothing()
        folds = Folds.concatenate([each.folds for each in several])
        parts = tuple(part for each in several for part in each.parts)
        streams = tuple(those for each in several for those in each.streams)
        bygones = Bygones.by_server([each.bygones for each in several])
        return Aside(folds, parts, streams, bygones)


class Setter(Protocol):
    """Decides what is set aside of one capture; made anew for each."""

    @property
    def rows(self) -> int:
        """With so many rows a table is worth looking at."""

    @property
    def to_the_end(self) -> bool:
        """Whether the last rows of the capture are worth a look however few they are."""

    def see(self, segments: Segments) -> None:
        """Take note of the next segments, before they are asked about."""

    def sort_out(self, segments: Segments, samples: Samples) -> tuple[Mask, Mask]:
        """Look at the rows that are not over yet, and those since.

        Returns:
            kept: bool, which of them are still wanted.
            over: bool, which of these needn't be looked at again.
        """

    def aside(self) -> Aside:
        """What was set aside, with 0 for the capture's index; nothing can be sorted out then."""


class SetterFactory(Protocol):
    """Makes a `Setter` for one capture."""

    def __call__(self, *, one_of_several: bool = False) -> Setter:
        """For the only capture, or for one of several that follow on each other."""


MakeSetter = Callable[[], Setter | None]


def keep_all() -> None:
    """Makes nothing: all rows are kept."""
