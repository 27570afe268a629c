"""`Explanation`: one kind of timer laid over a set of idle closes.

A timer that looks every g seconds closes between T and T + g. So all closes that it explains lie
within g of each other, T lies between the greatest less g and the least, and the likelihood of n
independent ones is ``g**-n`` wherever T does. An exact timer puts its closes where `Noise` says. A
reuse that was answered after s is a right-censored observation: all that it says is that T + g > s
(Kaplan and Meier, "Nonparametric estimation from incomplete observations", JASA 53, 1958; for
intervals Turnbull, "The empirical distribution function with arbitrarily grouped, censored and
truncated data", JRSS B 38, 1976). Of all such reuses the longest one bounds T most.

What a timer leaves unexplained (early closes for another reason, other servers) costs likelihood.
"""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import distinct
from netdiag.timeouts.setting import any_per_s, mass, round_values, weight
from netdiag.timeouts.timers import TICK_SLACK, Noise, Timer

OTHER_SHARE = 0.02
"""How many idle closes have another cause than the one timer: a drained pool, another server."""

SEVERAL_SHARE = 0.01
"""How many addresses have several servers with different timeouts behind them."""

ON_TIME_SHARE = 0.5
"""How often a timer that is woken by other events is on time."""

LOST_SHARE = 0.02
"""At most so many responses are sent again on a path that still works."""

LOST_RISK = 0.004
"""Accepted risk that more of them were."""

PHASES = 16
"""Traffic in step with a timer meets it at the same phase each time: closes after the same idle
time, which began within the same fraction of a tick, are one observation."""

MOMENT_S = 0.1
"""So are those that one look of the timer found."""


class Observations(Struct, frozen=True, eq=False, dict=True):
    """All that was seen of one timeout.

    Attributes:
        gaps_s: float64, sorted: idle times that ended in a close.
        began_s: float64, when each of them began, on any clock; None where not known.
        survived_s: longest idle time after which the connection still worked.
        noise: of the path.
    """

    gaps_s: npt.NDArray[np.float64]
    began_s: npt.NDArray[np.float64] | None
    survived_s: float | None
    noise: Noise

    def independent(self, chosen: slice, granularity_s: float) -> tuple[int, int]:
        """How many of these closes met a timer of this granularity independently.

        Also how many did not meet it in step, though one look may have found several of them.
        """
        count = int(chosen.stop - chosen.start)
        if self.began_s is None or count < 2:
            return count, count
        since_first, alike, moments = self._told_apart(chosen)
        phase = np.round(since_first % granularity_s * (PHASES / granularity_s)) % PHASES
        cells = len(distinct(phase + alike))
        return min(cells, moments), cells

    def _told_apart(
        self, chosen: slice
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], int]:
        """What tells these closes apart whatever the granularity is.

        When each began; `PHASES` times the number of its idle time among those that differ; and in
        how many moments they came.
        """
        key = chosen.start, chosen.stop
        if key not in self._known:
            assert self.began_s is not None
            began, gaps = self.began_s[chosen], self.gaps_s[chosen]
            # Counted from the first of them, whose phase is the middle of a fraction: what is in
            # step with it then lies in the same one, a little earlier or later.
            since_first = began - began.min()
            alike = PHASES * np.floor((gaps - gaps[0]) / (4 * self.noise.core_s))
            pauses = np.diff(np.sort(began + gaps)) > MOMENT_S
            self._known[key] = since_first, alike, 1 + int(np.count_nonzero(pauses))
        return self._known[key]

    @cached_property
    def _known(
        self,
    ) -> dict[tuple[int, int], tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], int]]:
        return {}


class Explanation(Struct, frozen=True):
    """What one timer makes of the closes.

    Attributes:
        timer: its kind.
        chosen: which of the sorted gaps it explains.
        independent: how many of these are independent observations.
        least_s: where T must lie, at least; `most_s`: at most.
        contradicted: a connection survived longer than this timer allows.
        level: logarithm of its prior times its likelihood, apart from the prior of T.
        weight: logarithm of the same summed over all T: its share in the posterior.
    """

    timer: Timer
    chosen: slice
    independent: int
    least_s: float
    most_s: float
    contradicted: bool
    level: float
    weight: float


def explain(seen: Observations, timer: Timer) -> Explanation:
    """Lay a timer over the closes so that it explains as many as it can."""
    gaps, noise = seen.gaps_s, seen.noise
    reach = reach_s(timer, noise)
    chosen = _densest(gaps, reach + noise.early_s, seen.survived_s)
    mine = gaps if chosen.stop - chosen.start == len(gaps) else gaps[chosen]
    first, last = float(mine[0]), float(mine[-1])
    most = _upper(mine, noise)
    least = max(last - reach, first - noise.late_s if timer.is_woken else 0.0, 0.0)
    contradicted = seen.survived_s is not None and seen.survived_s - reach > most
    if seen.survived_s is not None and not contradicted:
        least = max(least, seen.survived_s - reach)
    independent, level = _likelihood(seen, timer, chosen, mine)
    level += math.log(timer.share) + (math.log(SEVERAL_SHARE) if contradicted else 0.0)
    level += (len(gaps) - len(mine)) * math.log(OTHER_SHARE / max(first, 0.1))
    if timer.is_on_time:
        prior = any_per_s(first) + sum(
            weight(value) * math.exp(noise.log_place(noise.where(mine), value))
            for value in round_values(least, most)
        )
    else:
        prior = mass(least, most)
    return Explanation(
        timer,
        chosen,
        independent,
        least,
        most,
        contradicted,
        level,
        level + math.log(max(prior, 1e-300)),
    )


def reach_s(timer: Timer, noise: Noise) -> float:
    """How long after its timeout a close may still come."""
    if timer.granularity_s == 0:
        return noise.late_s
    lost_s = min(
        noise.lost_s, timer.granularity_s / 2
    )  # of two that differ by more, one is a guest
    return timer.granularity_s * (1 + TICK_SLACK) + lost_s + noise.late_s


def _likelihood(
    seen: Observations, timer: Timer, chosen: slice, mine: npt.NDArray[np.float64]
) -> tuple[int, float]:
    """How many observations these closes are, and the logarithm of their likelihood.

    That of a timer on time lacks the factor that depends on T, `Noise.log_place`.
    """
    noise, tick_s = seen.noise, timer.granularity_s
    if tick_s == 0:
        return len(mine), noise.log_spread(mine)
    if timer.is_woken:
        on_time = int(np.searchsorted(mine, mine[0] + noise.core_s, "right"))
        level = on_time * math.log(ON_TIME_SHARE) + (on_time - 1) * math.log(noise.peak_per_s)
        return len(mine), level + (len(mine) - on_time) * math.log((1 - ON_TIME_SHARE) / tick_s)
    independent, steps = seen.independent(chosen, tick_s)
    width = max(tick_s + noise.core_s, float(mine[-1] - mine[0]))
    level = -independent * math.log(width) + (steps - independent) * math.log(1 / MOMENT_S)
    return independent, level + (len(mine) - steps) * math.log(noise.peak_per_s)


def _densest(gaps: npt.NDArray[np.float64], width_s: float, survived_s: float | None) -> slice:
    """The largest run of sorted gaps that lie this close together.

    Where two are equally large, one that the survivals don't contradict, then the longer gaps: a
    close before the timeout has some other cause, one after it has not.
    """
    if gaps[-1] - gaps[0] <= width_s:
        return slice(0, len(gaps))
    stops = np.searchsorted(gaps, gaps + width_s, "right")
    sizes = stops - np.arange(len(gaps))
    floor = 0.0 if survived_s is None else survived_s - width_s
    start = int(np.lexsort((gaps, gaps >= floor, sizes))[-1])
    return slice(start, int(stops[start]))


def _upper(gaps: npt.NDArray[np.float64], noise: Noise) -> float:
    """The timeout is at most the least gap, or the least that no late response has shortened."""
    least = float(gaps[0])
    if noise.is_far:
        lost = _at_most_lost(len(gaps))
        rank = float(gaps[lost]) if lost < len(gaps) else math.inf
        least = min(least + noise.lost_s, rank)
    return least + noise.early_s


def _at_most_lost(count: int) -> int:
    """How many of so many responses were sent again, at most (binomial)."""
    term = total = (1 - LOST_SHARE) ** count
    lost = 0
    while 1 - total > LOST_RISK and lost < count:
        lost += 1
        term *= (count - lost + 1) / lost * LOST_SHARE / (1 - LOST_SHARE)
        total += term
    return lost
