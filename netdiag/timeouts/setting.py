"""What people configure: the prior for a timeout before anything was seen.

A timeout may lie anywhere between a quarter of a second and eight hours, on a logarithmic scale;
most are round. The prior only weighs what the gaps allow: it never moves a setting out of the
range.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import numpy.typing as npt
from msgspec import Struct

SHORTEST_S, LONGEST_S = 0.1, 28_800.0
_SCALE = math.log(LONGEST_S / SHORTEST_S)

ANY_SHARE = 0.1
"""Timeouts that are not round."""

ROUND = (
    (60.0, 0.25),
    (30.0, 0.10),
    (10.0, 0.20),
    (5.0, 0.17),
    (1.0, 0.15),
    (0.5, 0.02),
    (0.1, 0.01),
)
"""Multiples of these are what people configure (5, 20, 30 or 60 seconds, not 19.97), each with
its share."""

_STEP_S = 0.1
"""The finest of them."""

_STEPS = round(LONGEST_S / _STEP_S) + 1
_USUAL_STEPS = round(900 / _STEP_S)

KNOWN_SHARE = 0.5
"""How much of the prior goes to what a server declares or its product has as default."""

BUFFER_S = 1.1
"""How much longer than declared a server may wait (Node.js adds a second to what it says)."""


class Known(Struct, frozen=True):
    """What is known of a server besides its closes: a prior, never a proof.

    Attributes:
        product: the product's name.
        defaults_s: its documented defaults.
        granularity_s: how often its timer looks, where that is documented; 0: it does not tick.
        shift_s: how much later than set it acts at the earliest; negative: earlier.
        whole_seconds: whether its setting takes no fractions of a second.
    """

    product: str
    defaults_s: tuple[float, ...] = ()
    granularity_s: float | None = None
    shift_s: float = 0.0
    whole_seconds: bool = False


def weight(value_s: float) -> float:
    """Prior probability of exactly this setting; 0 where it is not round."""
    step = round(value_s / _STEP_S)
    if abs(value_s / _STEP_S - step) > 1e-6 or not 0 < step < _STEPS:
        return 0.0
    weights = _weights(step + 1)
    return float(weights[step + 1] - weights[step])


def any_per_s(value_s: float) -> float:
    """Prior density, per second, of timeouts that are not round."""
    return ANY_SHARE / (max(value_s, SHORTEST_S) * _SCALE)


def mass(low_s: float, high_s: float) -> float:
    """Prior probability of a timeout between these two."""
    low_s = max(low_s, SHORTEST_S / 2)
    if high_s <= low_s:
        return 0.0
    first = min(math.ceil(low_s / _STEP_S - 1e-9), _STEPS)
    stop = min(math.floor(high_s / _STEP_S + 1e-9) + 1, _STEPS)
    weights = _weights(max(first, stop))
    round_ones = float(weights[stop] - weights[first]) if stop > first else 0.0
    return round_ones + ANY_SHARE * math.log(high_s / low_s) / _SCALE


def round_values(low_s: float, high_s: float) -> list[float]:
    """The largest multiple of each unit between these two, without repetition."""
    values: list[float] = []
    for unit, _ in ROUND:
        value = round(math.floor(high_s / unit + 1e-9) * unit, 6)
        if value > 0 and value >= low_s - 1e-9 and value not in values:
            values.append(value)
    return values


def _weights(most: int) -> npt.NDArray[np.float64]:
    """Cumulated prior of round values: entry i is that of all below i steps, up to `most`; float64.

    Few timeouts are so long that all are needed.
    """
    return _cumulated(_USUAL_STEPS if most <= _USUAL_STEPS else _STEPS)


@cache
def _cumulated(count: int) -> npt.NDArray[np.float64]:
    values = np.arange(count) * _STEP_S
    weights = np.zeros(len(values))
    for unit, share in ROUND:
        every = round(unit / _STEP_S)
        weights[every::every] += share * unit / (values[every::every] * _SCALE)
    return np.concatenate([[0.0], np.cumsum(weights)])
