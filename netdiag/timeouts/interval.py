"""The range of a timeout, over all timers that may stand behind the closes.

Each timer gives a range of its own, and its share in the posterior says how much risk may be taken
with it: the likelier the timer, the less. The union of all these is a credible set whatever the
timer is (a mixture over a discrete nuisance parameter; Box and Tiao, "Bayesian Inference in
Statistical Analysis", 1973, chapter 1). Given the timer, the upper end is the least gap, since no
timer fires early, and the lower end that of the classical interval for the lower end of a uniform
distribution of known width g: of n gaps, the least exceeds ``T + x`` with probability
``(1 - x / g)**n`` (David and Nagaraja, "Order Statistics", 3rd edition 2003, chapter 2).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from netdiag.timeouts.explanation import Explanation, Observations, explain, reach_s
from netdiag.timeouts.timers import Timer

RISK, RISK_OF_ONE = 0.001, 0.002
"""Accepted risk that the true timeout lies below the range, for each timer in question; with one
close a moment after a round value, an exact timer is taken for granted."""


def likeliest(seen: Observations, timers: Sequence[Timer]) -> list[tuple[Explanation, float]]:
    """The explanations to be taken into account, the likeliest first, with their probabilities."""
    explanations = [explain(seen, timer) for timer in timers]
    top = max(each.weight for each in explanations)
    shares = [math.exp(each.weight - top) for each in explanations]
    total = sum(shares)
    ranked = [(each, share / total) for each, share in zip(explanations, shares, strict=True)]
    ranked.sort(key=lambda pair: -pair[1])
    return [pair for pair in ranked if pair[1] > _risk(seen)]


def bounds(seen: Observations, kept: Sequence[tuple[Explanation, float]]) -> tuple[float, float]:
    """The range that these leave: from the lowest to the highest of theirs."""
    low = min(_lower(seen, each, min(_risk(seen) / share, 1.0)) for each, share in kept)
    return low, max(each.most_s for each, _ in kept)


def _risk(seen: Observations) -> float:
    return RISK_OF_ONE if len(seen.gaps_s) == 1 else RISK


def _lower(seen: Observations, each: Explanation, risk: float) -> float:
    least = float(seen.gaps_s[each.chosen.start])
    if each.timer.is_on_time:
        return max(each.least_s, least - seen.noise.late_s)
    tick_s = reach_s(each.timer, seen.noise) - seen.noise.late_s
    reach = tick_s * (1 - math.pow(risk, 1 / each.independent)) + seen.noise.late_s
    return max(each.least_s, least - reach)
