"""`Search`: the compiled search for what is settled, as columns go in and come out.

It follows each four-tuple by itself (`netdiag/native/fold.c`) and remembers the rows held by their
numbers: what is dropped of them here must be dropped there, too.
"""

from __future__ import annotations

import os
from types import ModuleType

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Mask, Rows
from netdiag.decode.segments import Flag, Segments
from netdiag.exchanges.candidates import Candidates
from netdiag.exchanges.meanings import MARKS, frames, shorter_records, turns
from netdiag.exchanges.setting_aside import ENOUGH, LAST, OPENING

Fates = npt.NDArray[np.uint8]

MERGING = (536, 1 << 20, 100_000_000, 8)
"""In the middle of long transfers, segments of at least so many bytes (RFC 9293, section 3.7.1: the
default maximum segment size) go into one of at most so many, as long as no more than so many
nanoseconds lie between two of them, or between the first and the last; so many rows at both ends of
a transfer stay."""

REST, BYGONE, GONE = 1, 3, 4
"""Of the rows held: no candidate's, nor of a connection on which nothing failed; of one that is
over, with nothing unanswered; the same, and not needed any more."""

_BEGINNING = Flag.SYN | Flag.ACK | Flag.FIN | Flag.RST

BYGONE_ROWS = 8
"""So many segments at least has one, three of them to begin with."""


class Stays(Struct, frozen=True):
    """What stays of connections.

    Attributes:
        last: so many exchanges at the end of each so far; one at a good end.
        opening: so many rows at the beginning of each,
        enough: until so many without a SYN have stayed, which tell where the capture was taken.
    """

    last: int = LAST
    opening: int = OPENING
    enough: int = ENOUGH


STAYS = Stays()


class Search:
    """What the search knows of one capture.

    Args:
        compiled: `netdiag.native`.
        stays: what is no candidate.
        guess: whether ports may tell clients from servers.
    """

    def __init__(self, compiled: ModuleType, stays: Stays = STAYS, *, guess: bool = True) -> None:
        self._compiled = compiled
        self._secret = int.from_bytes(os.urandom(8), "big")
        self._fold = compiled.fold_new(
            *(self._secret, bytes(MARKS), turns(), guess),
            *(shorter_records(), frames()),
            *(stays.last, stays.opening, stays.enough),
            *(MERGING[0], 2 * MERGING[3]),
        )

    def __len__(self) -> int:
        """How many candidates there are."""
        found: int = self._compiled.fold_count(self._fold)
        return found

    @property
    def bygone_rows(self) -> int:
        """About so many rows are of connections that have ended with nothing unanswered."""
        return BYGONE_ROWS * int(self._compiled.fold_bygones(self._fold))

    def feed(self, segments: Segments) -> None:
        """Follow the next segments."""
        self._compiled.fold_feed(
            self._fold,
            *(segments.source, segments.destination, segments.sequence),
            *(segments.acknowledgment, segments.flags, segments.window),
            *(segments.length, segments.ttl, segments.time_ns),
            *(segments.mark, segments.detail, segments.frame, segments.tail),
        )

    def settle_idle(self, before_ns: int) -> None:
        """Of connections that have been idle since then, make candidates of all but one exchange.

        That is the last one; as at the end of a connection, which may come any time.
        """
        self._compiled.fold_idle(self._fold, before_ns)

    def candidates(self) -> Candidates:
        """All of them."""
        found = Candidates.of_rows(len(self))
        columns = (getattr(found, name) for name in Candidates.__struct_fields__)
        self._compiled.fold_candidates(self._fold, *columns)
        return found

    def merge(self, segments: Segments) -> Mask:
        """Let rows in the middle of long transfers go into others; bool, which are left.

        Args:
            segments: all rows held; `length` and `tail` of those that others go into are changed.
        """
        kept = np.ones(len(segments), bool)
        if not self._compiled.fold_had_long_run(self._fold):
            return kept
        self._compiled.merge(
            *(self._secret, *MERGING),
            *(segments.source, segments.destination, segments.sequence, segments.acknowledgment),
            *(segments.flags, segments.ttl, segments.way, segments.mark, segments.window),
            *(segments.time_ns, segments.sample, segments.length, segments.tail, kept),
        )
        return kept

    def rest(self, before_ns: int, rows: int) -> tuple[Fates, Mask]:
        """Tell the rows of candidates from the others.

        Args:
            before_ns: what ended before then may be over.
            rows: how many are held.

        Returns:
            rest: uint8, 0 for candidates' rows; REST, BYGONE, or 2 where nothing failed.
            over: bool, which of the others are of connections that are over.
        """
        rest, over = np.empty(rows, np.uint8), np.empty(rows, bool)
        self._compiled.fold_rest(self._fold, before_ns, rest, over)
        return rest, over

    def singles(
        self, segments: Segments, rows: Rows
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        """Connections with one exchange in HTTP/1 and nothing out of the ordinary.

        Args:
            segments: all rows held.
            rows: int64, ascending: those of connections that are over.

        Returns:
            int64 (9, connections), their rows as `netdiag.exchanges.singles` has them; int32, the
            number of each row's connection among these, or -1.
        """
        opens = (segments.flags[rows] & _BEGINNING) == Flag.SYN
        found = np.empty((9, np.count_nonzero(opens)), np.int64)
        of = np.empty(len(rows), np.int32)
        count = self._compiled.fold_singles(
            *(self._fold, rows, segments.source, segments.destination),
            *(segments.sequence, segments.acknowledgment, segments.flags, segments.window),
            *(segments.length, segments.mark, segments.detail, segments.time_ns, of, found),
        )
        return found[:, :count], of

    def drop(self, fate: Fates, rest: Fates, kept: Mask, over: Mask) -> None:
        """Let go of what is settled, gone or over: see `netdiag/native/fold_drop.c`.

        Args:
            fate: uint8, one a candidate.
            rest: uint8, as above, with GONE for what is.
            kept: bool, one a row held: what is still wanted; rows are taken out.
            over: bool, the same: what needn't be looked at again; rows are added.
        """
        self._compiled.fold_drop(self._fold, fate, rest, kept, over)
