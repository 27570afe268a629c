"""What may stand behind the end of an idle connection, if not the idle timer of its server.

A restart ends all connections at one moment, whatever their age (`netdiag.timeouts.together`); a
server that is short of connections ends some before their time (`netdiag.timeouts.evicted`). Which
ends are none of these shows as soon as enough others of the server are known.
"""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt

from netdiag.columns import Columns, Mask, Rows, begins_of

MOMENT_NS = 1_000_000_000
"""Ends of one server that lie no further apart than this may be one (a restart)."""

FEWEST = 3
"""Fewer ends at one moment are no restart."""

FEWEST_TIMED = 3
"""So many idle times that are alike show a timer."""

SPREAD_RATIO = 1.5
SPREAD_NS = 1_000_000_000
"""Idle times that differ by no more than this factor and a second may be those of one timer."""

EXACT_NS = 90_000_000
"""Idle times that lie no further apart than this are those of a timer that does not tick."""

_STEP_NS = EXACT_NS // 2

Times = npt.NDArray[np.int64]


class Closes(Columns, frozen=True, eq=False):
    """Connections that their servers ended.

    Columns:
        server: uint64.
        time_ns: int64, when.
        idle_ns: int64, how long they had been idle.
        is_sure: bool, whether no limit of the server explains it, nor is it another's on its way.
        comes_again: bool, whether it will be among those that are shown the next time.
    """

    server: npt.NDArray[np.uint64]
    time_ns: Times
    idle_ns: Times
    is_sure: Mask
    comes_again: Mask

    @classmethod
    def none(cls) -> Closes:
        """Without any."""
        times, none = np.empty(0, np.int64), np.empty(0, bool)
        return cls(np.empty(0, np.uint64), times, times, none, none)


class Moments:
    """Tells closes that may be those of a restart. Grows with the closes that are shown to it."""

    def __init__(self) -> None:
        self._latest = Closes.none()

    def see(self, closes: Closes, until_ns: int) -> Mask:
        """Look at further closes: those that may be a restart's, as far as all so far tell; bool.

        None is one of a chain of closes, each a moment at most from the next, that goes on for
        longer than a moment; nor where all at one moment had been idle for about as long.

        Args:
            closes: all that are there to be looked at.
            until_ns: what came before then has nothing to do with those that are still to come.
        """
        every = Closes.concatenate([self._latest, closes])
        self._latest = every.take((every.time_ns >= until_ns) & ~every.comes_again)
        order = np.lexsort((every.time_ns, every.server))
        ordered = every.take(order)
        begins, counts = _chains(ordered)
        most, fewest = _extremes(ordered.idle_ns, begins)
        harmless = (counts < FEWEST) | (most <= SPREAD_RATIO * fewest + SPREAD_NS)
        goes_on = _go_on(ordered)
        may: Mask = ~goes_on & ~np.repeat(harmless, counts)
        sure = np.flatnonzero(ordered.is_sure & goes_on)
        may[sure] = ~_go_on(ordered.take(sure))
        told = np.empty(len(order), bool)
        told[order] = may
        return told[len(every) - len(closes) :]


class Gaps(Columns, frozen=True, eq=False):
    """How long connections had been idle when their servers ended them.

    Columns:
        server: uint64.
        idle_ns: int64.
    """

    server: npt.NDArray[np.uint64]
    idle_ns: Times

    def in_order(self) -> Self:
        """The same by server and length."""
        return self.take(np.lexsort((self.idle_ns, self.server)))


class Timers:
    """Tells closes that a server's exact timer explains. Grows with those that are shown to it."""

    def __init__(self) -> None:
        none = Gaps(np.empty(0, np.uint64), np.empty(0, np.int64))
        self._alone = self._shortest = none

    def see(self, gaps: Gaps) -> Mask:
        """Look at further gaps: those that are about as long as two others of their server; bool.

        Or a little longer.

        Args:
            gaps: of closes for which there is no other reason than idleness.
        """
        every = Gaps.concatenate([self._alone, gaps])
        ordered = every.in_order()
        others = FEWEST_TIMED - 1
        first, last = ordered.take(slice(-others)), ordered.take(slice(others, None))
        alike = (first.server == last.server) & (last.idle_ns - first.idle_ns <= EXACT_NS)
        self._remember(first.take(alike))
        explained = self._are_explained(every)
        self._alone = every.take(~explained)
        return explained[len(every) - len(gaps) :]

    def _remember(self, gaps: Gaps) -> None:
        """Those from which on several are alike: of each step one, however many there are."""
        known = Gaps.concatenate([self._shortest, gaps]).in_order()
        self._shortest = known.take(begins_of(known.server) | begins_of(known.idle_ns // _STEP_NS))

    def _are_explained(self, gaps: Gaps) -> Mask:
        every = Gaps.concatenate([self._shortest, gaps])
        asked = np.arange(len(every)) >= len(self._shortest)
        order = np.lexsort((asked, every.idle_ns, every.server))
        ordered, places = every.take(order), np.arange(len(order))
        before = np.maximum.accumulate(np.where(asked[order], -1, places))
        nearest = ordered.take(np.maximum(before, 0))
        explained = np.empty(len(order), bool)
        explained[order] = (before >= 0) & (nearest.server == ordered.server)
        explained[order] &= ordered.idle_ns - nearest.idle_ns <= EXACT_NS
        return explained[len(self._shortest) :]


def _chains(closes: Closes) -> tuple[Rows, Rows]:
    """Chains of closes, by server and time: each a moment at most from the next.

    Returns:
        Where each begins, and how many it has.
    """
    begins = begins_of(closes.server)
    begins[1:] |= np.diff(closes.time_ns) > MOMENT_NS
    first = np.flatnonzero(begins)
    return first, np.diff(first, append=len(closes))


def _go_on(closes: Closes) -> Mask:
    """Closes in chains that go on for longer than a moment; bool."""
    first, counts = _chains(closes)
    length_ns = closes.time_ns[first + counts - 1] - closes.time_ns[first]
    return np.repeat(length_ns > MOMENT_NS, counts)


def _extremes(values: Times, begins: Rows) -> tuple[Times, Times]:
    """The greatest and the least value of each chain."""
    if not len(begins):
        return values, values
    return np.maximum.reduceat(values, begins), np.minimum.reduceat(values, begins)
