"""Rates of rare events: what an amount allows to say of one, and of the difference of two.

Everything is exact, since the counts are small: binomial tails and hypergeometric sums, from
`math.lgamma`. What is counted, and what the answers mean, is left to `netdiag.comparison.judge`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from msgspec import Struct

SURE = 0.05
"""The error that is put up with: one in twenty."""

_HALVINGS = 45
"""So many of them find a rate to thirteen digits."""

MOST_NEEDED = 1_000_000
"""Nobody waits for more trials than this."""


class Interval(Struct, frozen=True):
    """The rates that are compatible with a count, from `low` to `high`."""

    low: float
    high: float


class Pair(Struct, frozen=True):
    """The same trials before a change and after it.

    Attributes:
        failed_before: of the `trials_before`; with `failed_after` of the `trials_after`.
    """

    failed_before: int
    trials_before: int
    failed_after: int
    trials_after: int


def interval(events: int, trials: int, error: float = SURE) -> Interval:
    """The exact interval of Clopper and Pearson for a rate (Biometrika 26, 1934).

    Its ends are the rates at which so many events or more, or so many or fewer, are as unlikely as
    half the error. With no event at all (or nothing but events) there is one end only, which gets
    all of the error: 0 of n then allows ``1 - error**(1/n)``, about ``3/n``, the rule of three
    (Hanley and Lippman-Hand, JAMA 249, 1983).
    """
    if trials <= 0:
        return Interval(0.0, 1.0)
    if events <= 0:
        return Interval(0.0, -math.expm1(math.log(error) / trials))
    if events >= trials:
        return Interval(math.exp(math.log(error) / trials), 1.0)
    low = _first(lambda rate: _at_least(events, trials, rate) >= error / 2)
    high = _first(lambda rate: 1 - _at_least(events + 1, trials, rate) <= error / 2)
    return Interval(low, high)


def fewer(pairs: Sequence[Pair]) -> float:
    """How likely so few failures after the change are if it has changed nothing; 0 to 1.

    Fisher's exact test, one-sided (Statistical Methods for Research Workers, section 21.02;
    Agresti, Categorical Data Analysis, section 3.5): given how many trials and how many failures
    there are in all, the number of failures that fall into those after the change is
    hypergeometric. Several servers have a distribution each, and their sum is compared (the exact
    test of Gart for a common odds ratio, Biometrika 57, 1970): no server's rate is taken for
    another's.
    """
    return _tail(pairs, below=True)


def more(pairs: Sequence[Pair]) -> float:
    """How likely so many failures after the change are if it has changed nothing; 0 to 1."""
    return _tail(pairs, below=False)


def is_unlikely(chance: float, error: float = SURE) -> bool:
    """Whether it is no greater than the error, but for the last digits of a sum."""
    return chance <= error * (1 + 1e-9)


def trials_to_exclude(rate: float, error: float = SURE) -> int:
    """So many trials without a failure leave no room for this rate (0 < rate < 1)."""
    return math.ceil(math.log(error) / math.log1p(-rate) - 1e-9)


def trials_needed(pairs: Sequence[Pair], error: float = SURE) -> int | None:
    """How many more trials without a failure would tell; None where no number would.

    They are taken to come at the server with the most failures before the change.
    """
    if sum(pair.failed_before for pair in pairs) == 0 or any(p.failed_after for p in pairs):
        return None
    index = max(range(len(pairs)), key=lambda i: pairs[i].failed_before)

    def is_enough(trials: int) -> bool:
        first = pairs[index]
        longer = Pair(first.failed_before, first.trials_before, 0, first.trials_after + trials)
        rest = [pair for i, pair in enumerate(pairs) if i != index]
        return is_unlikely(math.prod(_none_after(pair) for pair in [longer, *rest]), error)

    low, high = -1, 1
    if is_enough(0):
        return 0
    while not is_enough(high):
        low, high = high, 2 * high
        if high > MOST_NEEDED:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def _none_after(pair: Pair) -> float:
    """The probability that all failures fall before the change."""
    total = pair.trials_before + pair.trials_after
    failed = pair.failed_before + pair.failed_after
    if failed > pair.trials_before:
        return 0.0
    return math.exp(_choose(pair.trials_before, failed) - _choose(total, failed))


def _tail(pairs: Sequence[Pair], *, below: bool) -> float:
    seen = sum(pair.failed_after for pair in pairs)
    chances = [1.0]
    for pair in pairs:
        chances = _sum_of(chances, _hypergeometric(pair))
    part = chances[: seen + 1] if below else chances[seen:]
    return min(math.fsum(part), 1.0)


def _hypergeometric(pair: Pair) -> list[float]:
    """The probability of 0, 1, 2, … failures after the change."""
    before, after = pair.trials_before, pair.trials_after
    failed = pair.failed_before + pair.failed_after
    everything = _choose(before + after, failed)
    return [
        math.exp(_choose(after, k) + _choose(before, failed - k) - everything)
        if failed - k <= before
        else 0.0
        for k in range(min(failed, after) + 1)
    ]


def _sum_of(one: list[float], other: list[float]) -> list[float]:
    """The distribution of the sum of two counts."""
    import numpy as np  # noqa: PLC0415 - beside its only use

    chances: list[float] = np.convolve(one, other).tolist()
    return chances


def _at_least(events: int, trials: int, rate: float) -> float:
    """The probability of so many events or more (0 < events <= trials)."""
    if rate <= 0:
        return 0.0
    if rate >= 1:
        return 1.0
    yes, no = math.log(rate), math.log1p(-rate)
    likeliest = (trials + 1) * rate
    upwards = events > likeliest  # the shorter way to sum, and the one that loses no digits
    terms = range(events, trials + 1) if upwards else range(events - 1, -1, -1)
    total, term = 0.0, 0.0
    for k in terms:
        term = math.exp(_choose(trials, k) + k * yes + (trials - k) * no)
        total += term
        if term < total * 1e-17:
            break
    return min(total, 1.0) if upwards else max(1.0 - total, 0.0)


def _choose(n: int, k: int) -> float:
    """The logarithm of the number of ways to choose k of n."""
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _first(holds: Callable[[float], bool]) -> float:
    """The least rate for which it holds, of something that holds from some rate on."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
