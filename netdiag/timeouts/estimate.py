"""`IdleTimeout`: what a set of idle times says about the timer behind them.

A close after an idle gap g says T <= g, because a timer never fires early; it fires up to one
granularity late. A reuse after g that was answered says T > g: a right-censored observation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

JITTER_S = 0.005
"""What scheduling and the way to the capture point add to or take from a gap at most, usually."""

RISK = 0.01
"""Accepted risk that the true timeout lies below the range."""

SAME_TIMER_S = 1.1
SAME_TIMER_RATIO = 1.3
"""Gaps of one timer lie this close together: one tick of a second, or waitress' 30 s on 120 s."""

BUFFER_S = 1.1
"""How much longer than declared a server may wait (Node.js adds a second to what it says)."""


@dataclass(frozen=True, slots=True)
class IdleTimeout:
    """The idle time after which one side ends a connection. All times in seconds.

    Attributes:
        estimate_s: the best single value; None where only a lower bound is known.
        low_s: the timeout is greater than this; None where nothing bounds it.
        high_s: the timeout is at most this; None where no close measured it.
        closes: how many closes measured it.
        longest_survived_s: longest idle after which the connection still worked.
        likely_setting_s: the configured value that the evidence points to.
        granularity_s: how far above the setting the closes came.
        declared_s: what the server's ``Keep-Alive: timeout=`` said.
        confidence: ``high``, ``medium`` or ``low``.
        consistent: whether one fixed timeout explains all observations.
    """

    estimate_s: float | None
    low_s: float | None
    high_s: float | None
    closes: int
    longest_survived_s: float | None
    likely_setting_s: float | None
    granularity_s: float | None
    declared_s: float | None
    confidence: str
    consistent: bool


def estimate(
    gaps_s: npt.NDArray[np.float64], survived_s: float | None, declared_s: float | None = None
) -> IdleTimeout | None:
    """Bound a timeout from both sides; None without any observation.

    The lower bound from closes alone is that of the lower end of a uniform distribution: with
    the least gap x and the range r of n gaps, ``x - r * (risk**(-1 / (n - 1)) - 1)`` lies below
    it with probability ``1 - risk`` (the classical interval; Mood, Graybill and Boes,
    "Introduction to the Theory of Statistics", chapter VIII).

    Args:
        gaps_s: float64, idle times that ended in a close by this side, in any order.
        survived_s: longest idle time after which the connection was used again with success.
        declared_s: what the server said of itself.
    """
    if len(gaps_s) == 0:
        if survived_s is None:
            return None
        return IdleTimeout(
            None, survived_s, None, 0, survived_s, None, None, declared_s, "low", True
        )
    gaps = np.sort(gaps_s)
    timer = _one_timer(gaps, survived_s)
    least, spread, count = float(timer[0]), float(timer[-1] - timer[0]), len(timer)
    # A coarse timer may let a reuse through that comes after the timeout, before the next tick.
    contradicted = survived_s is not None and survived_s > float(timer[-1]) + SAME_TIMER_S
    floor = survived_s if survived_s is not None and survived_s < least else 0.0
    low = max(floor, _lower_bound(least, spread, count))
    best = max(least - spread / max(count - 1, 1), low) if count > 1 else least
    setting = likely_setting(best, low, least, spread, declared_s)
    consistent = len(timer) == len(gaps) and not contradicted
    return IdleTimeout(
        estimate_s=best,
        low_s=low,
        high_s=least + JITTER_S,
        closes=len(gaps),
        longest_survived_s=survived_s,
        likely_setting_s=setting,
        granularity_s=max(float(timer[-1]) - (best if setting is None else setting), 0.0),
        declared_s=declared_s,
        confidence=_confidence(count, consistent, least, low),
        consistent=consistent,
    )


def _one_timer(gaps: npt.NDArray[np.float64], survived_s: float | None) -> npt.NDArray[np.float64]:
    """The largest set of sorted gaps that one timer explains.

    Where two sets are equally large, one that the survivals don't contradict, then the longer
    gaps: a close before the timeout has some other cause, one after it has not.
    """
    stops = np.searchsorted(gaps, np.maximum(gaps + SAME_TIMER_S, gaps * SAME_TIMER_RATIO), "right")
    floor = 0.0 if survived_s is None else survived_s - JITTER_S
    sizes = stops - np.arange(len(gaps))
    start = max(range(len(gaps)), key=lambda i: (sizes[i], gaps[i] >= floor, gaps[i]))
    return gaps[start : stops[start]]


def _lower_bound(least: float, spread: float, count: int) -> float:
    if count < 2:
        return 0.0
    range_s = max(spread, JITTER_S)
    factor = float(RISK ** (-1 / (count - 1))) - 1
    return max(float(least - JITTER_S - range_s * factor), 0.0)


def likely_setting(
    best: float, low: float, high: float, spread: float, declared_s: float | None
) -> float | None:
    """The roundest value near the estimate; None where nothing round is near.

    People configure 5, 20, 30 or 60 seconds, not 19.97.

    Args:
        best: the estimate in seconds.
        low: lower end of the range that the evidence allows.
        high: least gap.
        spread: how far apart the gaps lie.
        declared_s: what the server said; believed where the closes come within its buffer.
    """
    if declared_s is not None and -JITTER_S <= high - declared_s <= BUFFER_S:
        return declared_s
    for width in (max(0.06, 0.005 * high, min(spread, SAME_TIMER_S)), 1.0):
        bottom = max(low, best - width, 0.0)
        for unit in (60.0, 30.0, 10.0, 5.0, 1.0, 0.5):
            value = np.floor((high + JITTER_S) / unit) * unit
            if value > 0 and value >= bottom - JITTER_S:
                return float(value)
    return None


def _confidence(count: int, consistent: bool, least: float, low: float) -> str:
    if not consistent:
        return "low"
    narrow = least - low <= max(0.1 * least, SAME_TIMER_S)
    if count >= 3 and narrow:
        return "high"
    return "medium" if count >= 2 or narrow else "low"
