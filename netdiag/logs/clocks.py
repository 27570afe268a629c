"""`estimate_shift`: how far the clock of a log is from that of the capture.

From the times of a log's lines and those of the capture's events, and which of them can be meant
by which. Every pair that can be gives a difference; a true shift is where many of them lie close
together, more than chance puts anywhere else. What is no more than that is said to be not
determined: a wrong shift would join lines to the wrong occurrences, with confidence.
"""

from __future__ import annotations

from math import exp, lgamma, log

import numpy as np
import numpy.typing as npt
from msgspec import Struct

Times = npt.NDArray[np.int64]

SPREAD_NS = 400_000_000
"""How far apart the differences of true pairs lie: from the packet until the line is written."""
PARTS = (1, 4, 16)
"""What agrees more closely than that is looked for in narrower windows, by so much."""
LEAST_PAIRS = 3
MOST_LOOKED_AT = 10_000_000
"""So many differences are looked at to find the window in which most agree."""
CHANCE = 1e-3
"""A shift that chance brings about more often than this is none."""


class Shift(Struct, frozen=True):
    """The log's clock minus the capture's, in nanoseconds, zone included.

    Attributes:
        estimate_ns: the median of the pairs.
        low_ns: the least of the pairs, with `high_ns` the greatest.
        pairs: lines and events that agree on it, each counted once.
        rival_pairs: as many agree on the next best.
    """

    estimate_ns: int
    low_ns: int
    high_ns: int
    pairs: int
    rival_pairs: int


def estimate_shift(
    lines: Times,
    events: Times,
    allowed: npt.NDArray[np.bool_],
    spread_ns: int = SPREAD_NS,
    least_ns: int = 0,
) -> Shift | None:
    """Estimate the shift; None where too few agree, or others as well.

    Pairs that agree to the millisecond prove more than those that agree to half a second, so both
    is tried.

    Args:
        lines: int64, times of lines.
        events: int64, times of events.
        allowed: bool, lines by events, which line can be which event.
        spread_ns: how far apart the differences of true pairs may lie.
        least_ns: how far apart they lie at least, as the lines' times have no more digits.
    """
    line, event = np.nonzero(allowed)
    if len(line) < LEAST_PAIRS:
        return None
    difference = lines[line] - events[event]
    order = np.argsort(difference, kind="stable")
    pairs = _Pairs(difference[order], lines, events, line[order], event[order])
    for part in PARTS:
        window_ns = spread_ns // part
        if part > 1 and window_ns < least_ns:
            break
        found = _agreeing(pairs, window_ns)
        if found is not None:
            middle, rivals = found
            return shift_around(lines, events, allowed, middle, spread_ns, rivals)
    return None


class _Pairs(Struct, frozen=True):
    """Pairs of a line and an event by their difference, the least first; parallel columns."""

    difference: Times
    lines: Times
    events: Times
    line: npt.NDArray[np.intp]
    event: npt.NDArray[np.intp]


def _agreeing(pairs: _Pairs, window_ns: int) -> tuple[int, int] | None:
    """What most pairs agree on within a window, and how many agree on the next best."""
    difference = pairs.difference
    stop = np.searchsorted(difference, difference + window_ns, side="right")
    moments = (
        _moments(pairs.lines, window_ns)[pairs.line],
        _moments(pairs.events, window_ns)[pairs.event],
    )
    best = _best(difference, stop, moments, None, window_ns)
    if best is None or best[1] < LEAST_PAIRS:
        return None
    start, count = best
    rival = _best(difference, stop, moments, int(difference[start]), window_ns)
    rivals = 0 if rival is None else rival[1]
    everyone = min(len(np.unique(moments[0])), len(np.unique(moments[1])))
    if rivals > count - _lead(count, everyone) or not _is_rare(difference, count, window_ns):
        return None
    return int(np.median(difference[start : stop[start]])), rivals


def shift_around(
    lines: Times,
    events: Times,
    allowed: npt.NDArray[np.bool_],
    middle_ns: int,
    spread_ns: int = SPREAD_NS,
    rivals: int = 0,
) -> Shift:
    """The shift that is known to be near `middle_ns`, from all pairs that agree with that.

    There must be one.
    """
    line, event = np.nonzero(allowed)
    difference = lines[line] - events[event]
    near = np.abs(difference - middle_ns) <= spread_ns
    order = np.argsort(np.abs(difference[near] - middle_ns), kind="stable")
    chosen = _each_once(difference[near][order], line[near][order], event[near][order])
    return Shift(int(np.median(chosen)), int(chosen.min()), int(chosen.max()), len(chosen), rivals)


def _lead(pairs: int, everyone: int) -> int:
    """By how many pairs a shift must lead: by one where it explains all that there is."""
    return 1 if pairs >= everyone else max(2, pairs // 6)


def _moments(times: Times, spread_ns: int) -> npt.NDArray[np.int64]:
    """The number of the moment in which each time lies: a burst is one, and proves no more."""
    order = np.argsort(times, kind="stable")
    new = np.diff(times[order], prepend=times[order][:1]) > spread_ns
    number = np.empty(len(times), np.int64)
    number[order] = np.cumsum(new)
    return number


def _best(
    difference: Times,
    stop: npt.NDArray[np.intp],
    moments: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
    but_ns: int | None,
    spread_ns: int,
) -> tuple[int, int] | None:
    """Where the window begins in which most moments agree, and how many; not near `but_ns`."""
    count = stop - np.arange(len(stop))
    if but_ns is not None:
        count = np.where(np.abs(difference - but_ns) <= 2 * spread_ns, 0, count)
    best: tuple[int, int] | None = None
    looked_at = 0
    # What a window counts is no less than what it holds in moments: the fullest come first, and no
    # other is looked at once a window holds as many moments as the next has differences.
    for start in np.argsort(-count, kind="stable")[:400].tolist():
        if count[start] == 0 or (best is not None and count[start] <= best[1]):
            break
        looked_at += int(count[start])
        if best is not None and looked_at > MOST_LOOKED_AT:
            break
        inside = slice(start, int(stop[start]))
        agree = min(len(np.unique(moments[0][inside])), len(np.unique(moments[1][inside])))
        if best is None or agree > best[1]:
            best = start, agree
    return best


def _is_rare(difference: Times, pairs: int, spread_ns: int) -> bool:
    """Whether chance alone would seldom put so many differences into any one window.

    As if they were scattered evenly over their range (a Poisson process): the chance of a window
    to hold as many, times the number of windows.
    """
    span = max(int(difference[-1] - difference[0]), spread_ns)
    windows = span / spread_ns
    mean = max(len(difference) / windows, 1e-9)
    if mean >= pairs:
        return False
    logarithm = pairs * log(mean) - mean - lgamma(pairs + 1)
    return exp(logarithm) * windows / (1 - mean / (pairs + 1)) < CHANCE


def _each_once(difference: Times, line: npt.NDArray[np.intp], event: npt.NDArray[np.intp]) -> Times:
    """The differences of pairs, each line and each event at most once, the first come first."""
    lines, events = set[int](), set[int]()
    chosen = []
    for by, i, j in zip(difference.tolist(), line.tolist(), event.tolist(), strict=True):
        if i not in lines and j not in events:
            lines.add(i)
            events.add(j)
            chosen.append(by)
    return np.array(chosen, np.int64)
