"""`IdleTimeout`: what a set of idle times says about the timer behind them.

A close after an idle gap g says T <= g, because a timer never fires early; it fires up to one
granularity late. Seen from afar, a gap is as well longer or shorter by how much later or earlier
the FIN arrived than the response had. A reuse after g that was answered says T > g: a
right-censored observation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

JITTER_S = 0.005
"""What scheduling adds to or takes from a gap at most, usually."""

LATE_S = 0.06
"""How late servers were seen to act on a timer that does not tick: nginx up to 66 ms, Tomcat 53."""

FAR_S = 0.002
"""A path to the server with a longer round trip than this can shorten gaps, too."""

JITTER_OF_PATH = 0.25
"""How much of a round trip may vary: a late response shortens a gap, a late FIN lengthens it."""

NOISE_S = 0.25
"""Gaps of a far server that lie closer together than this differ by the path, not by a tick."""

FEWEST_ALIKE = 4
"""So many ticks of a second lie within `NOISE_S` of each other in one case of twenty."""

EARLY_SHARE = 1 / 3
"""At most so many gaps were shortened by a response that was sent again."""

RISK = 0.01
"""Accepted risk that the true timeout lies below the range."""

SAME_TIMER_S = 1.1
SAME_TIMER_RATIO = 1.35
"""Gaps of one timer lie this close together: one tick of a second, 10 s on 30 s (the JDK's
server), 30 s on 120 s (waitress)."""

EXACT_S = 0.1
"""Gaps that lie closer together than this come from a timer that does not tick."""

SWEEP_S = 2.0
"""Gaps that differ by more than this come from a timer that looks only now and then."""

BUFFER_S = 1.1
"""How much longer than declared a server may wait (Node.js adds a second to what it says)."""

WHOLE_FROM_S = 5.0
"""Nobody configures half seconds from here on."""

ROUND_S = (60.0, 30.0, 10.0, 5.0, 1.0, 0.5)
"""What people configure: 5, 20, 30 or 60 seconds, not 19.97. The roundest first."""


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
    gaps_s: npt.NDArray[np.float64],
    survived_s: float | None,
    declared_s: float | None = None,
    path_s: float = 0.0,
) -> IdleTimeout | None:
    """Bound a timeout from both sides; None without any observation.

    Args:
        gaps_s: float64, idle times that ended in a close by this side, in any order.
        survived_s: longest idle time after which the connection was used again with success.
        declared_s: what the server said of itself.
        path_s: round trip between the capture point and the side that closes.
    """
    if len(gaps_s) == 0:
        if survived_s is None:
            return None
        return IdleTimeout(
            None, survived_s, None, 0, survived_s, None, None, declared_s, "low", True
        )
    gaps = np.sort(gaps_s)
    jitter_s = max(JITTER_S, path_s * JITTER_OF_PATH)
    timer = one_timer = _one_timer(gaps, survived_s)
    if path_s > FAR_S:
        timer = _without_early(timer, jitter_s)
    bounds = _from_ticks(one_timer, path_s, jitter_s)
    if path_s > FAR_S and float(timer[-1] - timer[0]) <= NOISE_S:
        bounds = _from_noise(timer, jitter_s, sure=len(timer) == len(one_timer), ticks=bounds)
    least, most = float(timer[0]), float(timer[-1])
    # A coarse timer may let a reuse through that comes after the timeout, before the next tick.
    contradicted = survived_s is not None and survived_s > most + SAME_TIMER_S
    low = bounds.low
    if survived_s is not None and survived_s < least - jitter_s:
        low = max(low, survived_s - _lateness(timer))
    setting = likely_setting(bounds, low, most - least, declared_s)
    is_possible = setting is not None and low <= setting <= bounds.high
    best = setting if setting is not None and is_possible else max(bounds.best, low)
    consistent = 3 * len(timer) >= 2 * len(gaps) and not contradicted
    return IdleTimeout(
        estimate_s=best,
        low_s=low,
        high_s=bounds.high,
        closes=len(gaps),
        longest_survived_s=survived_s,
        likely_setting_s=setting,
        granularity_s=max(most - (best if setting is None else setting), 0.0),
        declared_s=declared_s,
        confidence=_confidence(len(timer), consistent, bounds.high, low),
        consistent=consistent,
    )


def _lateness(timer: npt.NDArray[np.float64]) -> float:
    """How long after its timeout a connection may still live: a tick, unless the gaps say less."""
    spread = float(timer[-1] - timer[0])
    if len(timer) >= 3 and spread <= EXACT_S:
        return 0.0
    return max(SAME_TIMER_S, spread)


@dataclass(frozen=True, slots=True)
class _Bounds:
    """What gaps alone say: the best value, the range, and how far a setting may be from it."""

    low: float
    best: float
    high: float
    below: float
    above: float


def _from_ticks(timer: npt.NDArray[np.float64], path_s: float, jitter_s: float) -> _Bounds:
    """Gaps seen near the timer, or of a coarse one: the timeout is at most the least of them.

    The lower bound is that of the lower end of a uniform distribution: with the least gap x and
    the range r of n gaps, ``x - r * (risk**(-1 / (n - 1)) - 1)`` lies below it with probability
    ``1 - risk`` (the classical interval; Mood, Graybill and Boes, "Introduction to the Theory of
    Statistics", chapter VIII).
    """
    least, spread, count = float(timer[0]), float(timer[-1] - timer[0]), len(timer)
    low = 0.0
    if count > 1:
        factor = float(RISK ** (-1 / (count - 1))) - 1
        low = max(least - jitter_s - LATE_S - max(spread, JITTER_S) * factor, 0.0)
    high = (float(np.median(timer)) if path_s > FAR_S else least) + jitter_s
    below = max(LATE_S, 0.005 * least, min(spread, SAME_TIMER_S))
    return _Bounds(low, least, high, below, jitter_s)


def _from_noise(
    timer: npt.NDArray[np.float64], jitter_s: float, *, sure: bool, ticks: _Bounds
) -> _Bounds:
    """Gaps of an exact timer seen over a path: the timeout is in their middle.

    The median of n gaps lies between the least and the greatest with probability
    ``1 - 2**(1 - n)``; with few gaps the range is widened by as much again. A few ticks of a
    coarse timer may lie as close together by chance: then, or where gaps were left out, the
    range goes down to theirs.
    """
    middle, spread = float(np.median(timer)), float(timer[-1] - timer[0])
    margin = jitter_s if len(timer) > 6 else max(jitter_s, spread)
    near = max(jitter_s, spread, 0.005 * middle)
    low = max(float(timer[0]) - margin - LATE_S, 0.0)
    return _Bounds(
        low=low if sure and len(timer) >= FEWEST_ALIKE else min(low, ticks.low),
        best=middle,
        high=float(timer[-1]) + margin,
        below=near,
        above=near,
    )


def _one_timer(gaps: npt.NDArray[np.float64], survived_s: float | None) -> npt.NDArray[np.float64]:
    """The largest set of sorted gaps that one timer explains.

    Where two sets are equally large, one that the survivals don't contradict, then the longer
    gaps: a close before the timeout has some other cause, one after it has not.
    """
    stops = np.searchsorted(gaps, np.maximum(gaps + SAME_TIMER_S, gaps * SAME_TIMER_RATIO), "right")
    floor = 0.0 if survived_s is None else survived_s - JITTER_S
    sizes = stops - np.arange(len(gaps))
    start = int(np.lexsort((gaps, gaps >= floor, sizes))[-1])
    return gaps[start : stops[start]]


def _without_early(timer: npt.NDArray[np.float64], jitter_s: float) -> npt.NDArray[np.float64]:
    """Drop a few gaps far below the densest half (the "shorth"): late responses made them short."""
    half = len(timer) // 2 + 1
    widths = timer[half - 1 :] - timer[: len(timer) - half + 1]
    start = int(widths.argmin())
    floor = timer[start] - 3 * max(float(widths[start]), jitter_s)
    early = int(np.searchsorted(timer, floor))
    return timer[early:] if early <= len(timer) * EARLY_SHARE else timer


def likely_setting(
    bounds: _Bounds, low: float, spread: float, declared_s: float | None
) -> float | None:
    """The roundest value near the estimate; None where nothing round is near.

    Args:
        bounds: what the gaps say.
        low: lower end of the range, with the survivals.
        spread: how far apart the gaps lie.
        declared_s: what the server said; believed where the closes come within its buffer.
    """
    if declared_s is not None and -bounds.above <= bounds.best - declared_s <= BUFFER_S:
        return declared_s
    top = bounds.best + bounds.above
    widths = [bounds.best - low] if spread > SWEEP_S else [bounds.below, 1.0]
    for width in widths:
        bottom = max(low - JITTER_S, bounds.best - width, 0.0)
        for unit in ROUND_S if top < WHOLE_FROM_S else ROUND_S[:-1]:
            value = float(np.floor(top / unit) * unit)
            if value > 0 and value >= bottom:
                return value
    return None


def _confidence(count: int, consistent: bool, high: float, low: float) -> str:
    if not consistent:
        return "low"
    narrow = high - low <= max(0.1 * high, SAME_TIMER_S)
    if count >= 3 and narrow:
        return "high"
    return "medium" if count >= 2 or narrow else "low"
