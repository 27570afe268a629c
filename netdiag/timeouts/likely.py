"""The likely setting: of all that people configure, what the closes make likeliest."""

from __future__ import annotations

import math
from collections.abc import Sequence

from netdiag.timeouts.explanation import Explanation, Observations
from netdiag.timeouts.setting import (
    BUFFER_S,
    KNOWN_SHARE,
    Known,
    any_per_s,
    mass,
    round_values,
    weight,
)
from netdiag.timeouts.timers import Timer

UNDOCUMENTED_S = 2.0
"""Where nothing says how often a product's timer looks, it may be this often: what looks less often
is told of it."""

COARSE_FROM_S = 0.5
"""A setting below this can't be told from closes that tick."""


def likely_setting(
    seen: Observations,
    kept: Sequence[tuple[Explanation, float]],
    declared_s: float | None,
    known: Known | None,
) -> tuple[float | None, str | None]:
    """The likeliest configured value, and what it rests on; None where none is likely.

    Args:
        seen: the observations.
        kept: the explanations that come into question, the likeliest first.
        declared_s: what the server said; believed where the closes come within its buffer.
        known: what is documented of its product.
    """
    best = kept[0][0]
    if declared_s is not None and best.least_s - BUFFER_S <= declared_s <= best.most_s:
        return declared_s, "declared"
    top = max(each.level for each, _ in kept)
    scores: dict[float, float] = {}
    for each, _ in kept:
        shift, defaults = each.timer.shift_s, _defaults(known, each.timer)
        for value in {*round_values(each.least_s - shift, each.most_s - shift), *defaults}:
            if known is not None and known.whole_seconds and value % 1:
                continue
            prior = weight(value) + (KNOWN_SHARE / len(defaults) if value in defaults else 0.0)
            odds = prior * _likelihood(seen, each, value + shift) * math.exp(each.level - top)
            scores[value] = scores.get(value, 0.0) + odds
    other = _of_any_value(best) * math.exp(best.level - top)
    value = max(scores, key=lambda v: (scores[v], v), default=0.0)
    if scores.get(value, 0.0) <= other:
        return None, None
    if known is not None and value in _defaults(known, best.timer):
        return value, f"default of {known.product}"
    return value, "round value in range"


def _defaults(known: Known | None, timer: Timer) -> tuple[float, ...]:
    """The product's defaults, as far as it can have such a timer.

    A close at 65 s speaks for no default of 5 s of a program that looks every second.
    """
    if known is None:
        return ()
    coarsest_s = UNDOCUMENTED_S if known.granularity_s is None else known.granularity_s
    return known.defaults_s if timer.is_on_time or timer.granularity_s <= coarsest_s else ()


def _likelihood(seen: Observations, each: Explanation, timeout_s: float) -> float:
    """The factor of the likelihood that depends on the timeout."""
    if not each.least_s - 1e-9 <= timeout_s <= each.most_s + 1e-9:
        return 0.0
    if not each.timer.is_on_time:
        return 1.0
    return math.exp(seen.noise.log_place(seen.noise.where(seen.gaps_s[each.chosen]), timeout_s))


def _of_any_value(best: Explanation) -> float:
    """What speaks for a timeout that is not round."""
    if best.timer.is_on_time:
        return any_per_s(best.most_s)
    return mass(0.0, best.most_s) if best.most_s < COARSE_FROM_S else 0.0
