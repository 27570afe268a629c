"""`Settling`: what `SettingAside` does, with a compiled search that sees every segment once.

The search (`netdiag.exchanges.search`) names candidates: exchanges whose rows nobody will ask for,
and connections that had but one. Here they are held against failures elsewhere, and what is left of
them is written down. For the failures tables are made, but only of those connections of which the
search doesn't know that nothing failed on them: of most it does.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, Rows, among
from netdiag.decode.aside import Aside, Folds, Part, Setter, Times
from netdiag.decode.bygones import Bygones
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Segments
from netdiag.exchanges.bystanders import QUIET_NS, find_bystanders, find_over, waiting_since
from netdiag.exchanges.candidates import Candidates, folded
from netdiag.exchanges.elsewhere import Elsewhere, Unseen
from netdiag.exchanges.folding import Held, merged, see
from netdiag.exchanges.observed import Observed
from netdiag.exchanges.search import BYGONE, GONE, REST, STAYS, Search, Stays
from netdiag.exchanges.setting_aside import SettingAside
from netdiag.exchanges.successors import find_successors
from netdiag.native import native

if TYPE_CHECKING:
    from netdiag.exchanges.habits import Habits
    from netdiag.exchanges.letting_go import LettingGo

ROWS = 1 << 18
"""So many rows are held until what is settled among them is set aside."""

LEAST_AT_END = 1 << 15
"""With fewer candidates than this the last rows of a capture are built in no time."""

WORTH = 0.3
"""Setting aside less than this part of the rows costs more time than it saves."""

WORTH_LETTING_GO = 0.02
"""Where less than this part of the rows is of connections that ended well, these stay."""

KEPT, SETTLED, UNDECIDED, OVER = range(4)
"""What becomes of a candidate: its rows are kept for good, or set aside, or it is asked about
again, or its rows are kept and its connection needn't be looked at again."""


def setting_aside(*, one_of_several: bool = False, bygones: bool = False) -> Setter:
    """The fastest way to set aside what is settled of one capture.

    Args:
        one_of_several: whether others come before or after it.
        bygones: whether of connections that ended well no row need stay.
    """
    if native is None:
        return SettingAside(one_of_several=one_of_several)
    return Settling(native, one_of_several=one_of_several, bygones=bygones)


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
        bygones: bool = False,
    ) -> None:
        self._worth = worth
        self._one_of_several = one_of_several
        self._may_let_go = bygones
        self._start_ns: int | None = None
        self.rows = rows
        self._least_at_end = least_at_end
        # What lies in another capture may be the beginning of a tunnel.
        self._search = Search(compiled, stays, guess=not one_of_several)
        self._folds = Folds.empty()
        self._over: list[Folds] = []
        self._parts: list[Part] = []
        self._habits: Habits | None = None
        self._letting_go: LettingGo | None = None
        self._elsewhere, self._unseen = Elsewhere(), Unseen()

    @property
    def to_the_end(self) -> bool:
        """Whether the last rows are worth a look however few they are."""
        found = len(self._search)
        if self._letting_go is not None:
            found = max(found, self._bygone_rows)
        return self._one_of_several or found >= self._least_at_end

    @property
    def _bygone_rows(self) -> int:
        """About so many rows are of connections that may be no more than a row of `Bygones`."""
        in_vain = self._letting_go is not None and self._letting_go.is_in_vain
        return self._search.bygone_rows if self._may_let_go and not in_vain else 0

    def see(self, segments: Segments) -> None:
        """Follow the next segments."""
        if self._start_ns is None and len(segments):
            self._start_ns = int(segments.time_ns.min())
            if self._one_of_several:
                self._unseen.begun_ns = self._start_ns
        self._search.feed(segments)

    def aside(self) -> Aside:
        """What was set aside, with 0 for the capture's index; nothing can be sorted out then."""
        del self._search  # what it knows takes as much as a table needs while it is put in order
        bygones = Bygones.empty() if self._letting_go is None else self._letting_go.bygones()
        folds = Folds.concatenate([self._folds, *self._over])
        return Aside(folds, tuple(self._parts), bygones=bygones)

    def sort_out(self, segments: Segments, samples: Samples) -> tuple[Mask, Mask]:
        """Look at the rows that are not over yet, and those since.

        Args:
            segments: `length` and `tail` of rows that others go into are changed in place.

        Returns:
            kept: bool, which of them are still wanted.
            over: bool, which of these needn't be looked at again.
        """
        end_ns = int(segments.time_ns.max())
        self._search.settle_idle(end_ns - QUIET_NS)
        found, kept = self._search.candidates(), self._search.merge(segments)
        bygones = self._bygone_rows
        worth = int(found.packets.sum(dtype=np.int64)) + bygones
        if worth < self._worth * len(segments):
            over = np.zeros(len(segments), bool)
            if not kept.all():
                undecided = np.full(len(found), UNDECIDED, np.uint8)
                self._search.drop(undecided, np.full(len(segments), REST, np.uint8), kept, over)
            return kept, over
        rest, over = self._search.rest(end_ns - QUIET_NS, len(segments))
        over &= kept
        unknown = np.flatnonzero((rest == REST) & kept)
        seen = see(segments.take(unknown), Folds.empty()).observed(samples, end_ns)
        fate = self._fates(segments, seen, unknown, found, over)
        self._keep_habits(found, fate, segments, samples)
        settled = fate == SETTLED
        if settled.any():
            self._write_down(segments, found if settled.all() else found.take(settled))
        if self._may_let_go:
            self._elsewhere.see(segments, seen)
        if bygones and bygones >= WORTH_LETTING_GO * len(segments):
            waiting = found.first_frame[~settled]
            held = Held(segments, samples, over, self._folds, waiting)
            self._let_go(held, rest, seen)
        else:
            self._unseen.ended_ns = end_ns - QUIET_NS
        self._search.drop(fate, rest, kept, over)
        done = among(self._folds.frame, segments.frame[over])  # a capture's frames ascend
        self._over.append(self._folds.take(done))
        self._folds = self._folds.take(~done)
        return kept, over

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

    def _let_go(self, held: Held, rest: npt.NDArray[np.uint8], seen: Observed) -> None:
        """Have the rows go of connections that ended well, and of which numbers are enough."""
        if self._letting_go is None:
            from netdiag.exchanges.letting_go import LettingGo  # noqa: PLC0415 - seldom needed

            self._letting_go = LettingGo(self._search, self._elsewhere)
        rows = np.flatnonzero((rest == BYGONE) & held.over)
        taken = self._letting_go.take_out(held, rows, seen, self._unseen)
        rest[taken.gone], held.over[taken.undecided] = GONE, False
        gone = among(self._folds.frame, held.segments.frame[taken.gone])
        self._folds = self._folds.take(~gone)
        if len(taken.part):
            self._parts.append(taken.part)

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
