"""`Settling`: what `SettingAside` does, with a compiled search that sees every segment once.

The search follows each four-tuple by itself (`netdiag/native/fold.c`) and names candidates:
those whose rows nobody will ask for. Here they are held against failures elsewhere, and what is
left of them is written down. For the failures tables are made, but only of those connections of
which the search doesn't know that nothing failed on them: of most it does.
"""

from __future__ import annotations

import os
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Mask, Rows, among
from netdiag.decode.aside import Aside, Folds, Part, Setter, Times
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Segments
from netdiag.exchanges.bystanders import QUIET_NS, find_bystanders, find_over, waiting_since
from netdiag.exchanges.candidates import Candidates, folded
from netdiag.exchanges.folding import merged, see
from netdiag.exchanges.meanings import MARKS, frames, shorter_records, turns
from netdiag.exchanges.observed import Observed
from netdiag.exchanges.setting_aside import ENOUGH, LAST, OPENING, SettingAside
from netdiag.exchanges.successors import find_successors
from netdiag.native import native

if TYPE_CHECKING:
    from netdiag.exchanges.habits import Habits

ROWS = 1 << 18
"""So many rows are held until what is settled among them is set aside."""

LEAST_AT_END = 1 << 15
"""With fewer candidates than this the last rows of a capture are built in no time."""

WORTH = 0.3
"""Setting aside less than this part of the rows costs more time than it saves."""

MERGING = (536, 1 << 20, 100_000_000, 8)
"""In the middle of long transfers, segments of at least so many bytes (RFC 9293, section 3.7.1: the
default maximum segment size) go into one of at most so many, as long as no more than so many
nanoseconds lie between two of them, or between the first and the last; so many rows at both ends of
a transfer stay."""

REST = 1
"""Of the rows held: no candidate's, nor of a connection on which nothing failed."""

KEPT, SETTLED, UNDECIDED, OVER = range(4)
"""What becomes of a candidate: its rows are kept for good, or set aside, or it is asked about
again, or its rows are kept and its connection needn't be looked at again."""


def setting_aside(*, one_of_several: bool = False) -> Setter:
    """The fastest way to set aside what is settled of one capture."""
    if native is None:
        return SettingAside(one_of_several=one_of_several)
    return Settling(native, one_of_several=one_of_several)


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


class Settling:
    """Sets aside what is settled of one capture.

    Attributes:
        rows: with so many rows a table is worth looking at.
    """

    def __init__(
        self,
        compiled: ModuleType,
        rows: int = ROWS,
        least_at_end: int = LEAST_AT_END,
        worth: float = WORTH,
        stays: Stays = STAYS,
        *,
        one_of_several: bool = False,
    ) -> None:
        self._worth = worth
        self._one_of_several = one_of_several
        self._start_ns: int | None = None
        self.rows = rows
        self._least_at_end = least_at_end
        self._compiled = compiled
        self._secret = int.from_bytes(os.urandom(8), "big")
        self._fold = compiled.fold_new(
            # What lies in another capture may be the beginning of a tunnel.
            *(self._secret, bytes(MARKS), turns(), not one_of_several),
            *(shorter_records(), frames()),
            *(stays.last, stays.opening, stays.enough),
            *(MERGING[0], 2 * MERGING[3]),
        )
        self._folds = Folds.empty()
        self._over: list[Folds] = []
        self._parts: list[Part] = []
        self._habits: Habits | None = None

    @property
    def to_the_end(self) -> bool:
        """Whether the last rows are worth a look however few they are."""
        found: int = self._compiled.fold_count(self._fold)
        return self._one_of_several or found >= self._least_at_end

    def see(self, segments: Segments) -> None:
        """Follow the next segments."""
        if self._start_ns is None and len(segments):
            self._start_ns = int(segments.time_ns.min())
        self._compiled.fold_feed(
            self._fold,
            *(segments.source, segments.destination, segments.sequence),
            *(segments.acknowledgment, segments.flags, segments.window),
            *(segments.length, segments.ttl, segments.time_ns),
            *(segments.mark, segments.detail, segments.frame, segments.tail),
        )

    def aside(self) -> Aside:
        """What was set aside so far, with 0 for the capture's index."""
        return Aside(Folds.concatenate([self._folds, *self._over]), tuple(self._parts))

    def sort_out(self, segments: Segments, samples: Samples) -> tuple[Mask, Mask]:
        """Look at the rows that are not over yet, and those since.

        Args:
            segments: `length` and `tail` of rows that others go into are changed in place.

        Returns:
            kept: bool, which of them are still wanted.
            over: bool, which of these needn't be looked at again.
        """
        found = Candidates.of_rows(self._compiled.fold_count(self._fold))
        self._compiled.fold_candidates(
            self._fold, *(getattr(found, name) for name in Candidates.__struct_fields__)
        )
        over, kept = np.zeros(len(segments), bool), self._merge(segments)
        rest = np.full(len(segments), REST, np.uint8)
        if found.packets.sum(dtype=np.int64) < self._worth * len(segments):
            if not kept.all():
                undecided = np.full(len(found), UNDECIDED, np.uint8)
                self._compiled.fold_drop(self._fold, undecided, rest, kept, over)
            return kept, over
        end_ns = int(segments.time_ns.max())
        self._compiled.fold_rest(self._fold, end_ns - QUIET_NS, rest, over)
        over &= kept
        unknown = np.flatnonzero((rest == REST) & kept)
        seen = see(segments.take(unknown), Folds.empty()).observed(samples, end_ns)
        fate = self._fates(segments, seen, unknown, found, over)
        self._keep_habits(found, fate, segments, samples)
        settled = fate == SETTLED
        if settled.any():
            self._write_down(segments, found if settled.all() else found.take(settled))
        self._compiled.fold_drop(self._fold, fate, rest, kept, over)
        done = among(self._folds.frame, segments.frame[over])  # a capture's frames ascend
        self._over.append(self._folds.take(done))
        self._folds = self._folds.take(~done)
        return kept, over

    def _merge(self, segments: Segments) -> Mask:
        """Let rows in the middle of long transfers go into others; bool, which are left."""
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

    def _fates(
        self, segments: Segments, seen: Observed, rows: Rows, found: Candidates, over: Mask
    ) -> npt.NDArray[np.uint8]:
        """What becomes of the candidates: a failure elsewhere may be compared with some; uint8.

        Args:
            seen: the tables of all rows that belong to none of them, nor to a connection of which
                it is known that nothing failed on it.
            rows: int64, ascending: those rows.
            over: bool, is filled with the rows of connections that needn't be looked at again, but
                for those of candidates.
        """
        fate = np.full(len(found), SETTLED, np.uint8)
        others = found.requests(segments)
        fate[find_bystanders(seen, others)] = KEPT
        if self._one_of_several and self._start_ns is not None:
            fate[find_successors(seen, self._start_ns, others)] = KEPT
        fate[found.asked_ns >= waiting_since(seen)] = UNDECIDED
        unsettled = np.flatnonzero(fate != SETTLED)
        begins = np.searchsorted(segments.frame, found.first_frame[unsettled])
        is_over, at = find_over(seen), rows[seen.traffic.row]
        connection = np.full(len(segments), -1, np.int32)  # of the others nothing failed
        connection[at] = seen.traffic.groups.of_row
        undecided = connection[begins[fate[unsettled] == UNDECIDED]]
        is_over[undecided[undecided >= 0]] = False
        over[at] = is_over[seen.traffic.groups.of_row]
        fate[unsettled[over[begins]]] = OVER
        return fate

    def _keep_habits(
        self,
        found: Candidates,
        fate: npt.NDArray[np.uint8],
        segments: Segments,
        samples: Samples,
    ) -> None:
        """Keep those of the candidates that show how a database's clients check connections."""
        chosen = found.in_turns(segments) & (fate != UNDECIDED)
        if not chosen.any():
            return
        if self._habits is None:
            from netdiag.exchanges.habits import Habits  # noqa: PLC0415 - seldom needed

            self._habits = Habits()
        kept = self._habits.keep(found, chosen, segments, samples)
        fate[kept[fate[kept] == SETTLED]] = KEPT

    def _write_down(self, segments: Segments, found: Candidates) -> None:
        """Note the exchanges, and the folds that they make with those before."""
        first, count = found.by_connection()
        frame = segments.frame.take(found.request)
        self._parts.append(
            Part(
                capture=0,
                first_frame=found.first_frame[first],
                count=count.astype(np.uint32),
                asked=Times.of(found.asked_ns),
                idle=Times.of(found.idle_ns),
                frame=frame,
            )
        )
        last = np.append(found.next[:-1] != found.request[1:], True)
        first_frame = frame[np.append(True, last[:-1])]
        new = folded(found, last, following=segments.frame[found.next[last]])
        self._folds = merged(self._folds, first_frame, new)
