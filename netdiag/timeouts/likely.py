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
    defaults = () if known is None else known.defaults_s
    top = max(each.level for each, _ in kept)
    scores: dict[float, float] = {}
    for each, _ in kept:
        shift = each.timer.shift_s
        for value in {*round_values(each.least_s - shift, each.most_s - shift), *defaults}:
            prior = weight(value) + (KNOWN_SHARE / len(defaults) if value in defaults else 0.0)
            odds = prior * _likelihood(seen, each, value + shift) * math.exp(each.level - top)
            scores[value] = scores.get(value, 0.0) + odds
    other = _of_any_value(best) * math.exp(best.level - top)
    value = max(scores, key=lambda v: (scores[v], v), default=0.0)
    if scores.get(value, 0.0) <= other:
        return None, None
    if value in defaults and known is not None:
        return value, f"default of {known.product}"
    return value, "round value in range"


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
