"""Exact rates: against published values, and against sums that need no logarithm."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netdiag.comparison.rates import (
    SURE,
    Interval,
    Pair,
    fewer,
    interval,
    more,
    trials_needed,
    trials_to_exclude,
)


@pytest.mark.parametrize(
    ("events", "trials", "low", "high"),
    [
        (3, 12, 0.0549, 0.5719),
        (1, 10, 0.0025, 0.4450),
        (5, 10, 0.1871, 0.8129),
        (81, 263, 0.2527, 0.3676),  # Newcombe, Statistics in Medicine 17 (1998), table I
        (15, 148, 0.0578, 0.1617),  # the same
        (1, 29, 0.0009, 0.1776),  # the same
    ],
)
def test_published_intervals(events: int, trials: int, low: float, high: float) -> None:
    found = interval(events, trials)
    assert found.low == pytest.approx(low, abs=6e-5)
    assert found.high == pytest.approx(high, abs=6e-5)


@pytest.mark.parametrize("trials", [1, 10, 300, 10**6])
def test_the_rule_of_three(trials: int) -> None:
    none, every = interval(0, trials), interval(trials, trials)
    assert none.low == 0
    assert none.high == pytest.approx(1 - SURE ** (1 / trials))
    assert none.high <= 3 / trials
    assert every == Interval(pytest.approx(1 - none.high), 1.0)


def test_nothing_tried_allows_everything() -> None:
    assert interval(0, 0) == Interval(0.0, 1.0)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.data())
def test_an_interval_is_what_it_says(trials: int, data: st.DataObject) -> None:
    events = data.draw(st.integers(0, trials))
    found = interval(events, trials)
    assert 0 <= found.low <= events / trials <= found.high <= 1
    if 0 < events < trials:
        assert at_least(events, trials, found.low) == pytest.approx(SURE / 2, rel=1e-6)
        assert 1 - at_least(events + 1, trials, found.high) == pytest.approx(SURE / 2, rel=1e-6)


def at_least(events: int, trials: int, rate: float) -> float:
    return math.fsum(
        math.comb(trials, k) * rate**k * (1 - rate) ** (trials - k)
        for k in range(events, trials + 1)
    )


def test_a_lady_tasting_tea() -> None:
    """Fisher, The Design of Experiments (1935), chapter 2: 1 in 70, and 17 in 70."""
    assert more([Pair(0, 4, 4, 4)]) == pytest.approx(1 / 70)
    assert more([Pair(1, 4, 3, 4)]) == pytest.approx(17 / 70)
    assert fewer([Pair(4, 4, 0, 4)]) == pytest.approx(1 / 70)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 12)] * 4), min_size=1, max_size=3))
def test_tails_are_sums_of_fractions(numbers: list[tuple[int, int, int, int]]) -> None:
    pairs = [Pair(b, b + not_b, a, a + not_a) for b, not_b, a, not_a in numbers]
    assert fewer(pairs) == pytest.approx(float(tail(pairs, below=True)), rel=1e-9)
    assert more(pairs) == pytest.approx(float(tail(pairs, below=False)), rel=1e-9)


def tail(pairs: list[Pair], *, below: bool) -> Fraction:
    chances = {0: Fraction(1)}
    for pair in pairs:
        failed = pair.failed_before + pair.failed_after
        ways = math.comb(pair.trials_before + pair.trials_after, failed)
        grown: dict[int, Fraction] = {}
        for seen, chance in chances.items():
            for k in range(failed + 1):
                some = math.comb(pair.trials_after, k) * math.comb(pair.trials_before, failed - k)
                grown[seen + k] = grown.get(seen + k, Fraction(0)) + chance * Fraction(some, ways)
        chances = grown
    seen = sum(pair.failed_after for pair in pairs)
    return sum((c for k, c in chances.items() if (k <= seen if below else k >= seen)), Fraction(0))


@pytest.mark.parametrize(
    ("pair", "needed"),
    [(Pair(1, 1, 0, 0), 19), (Pair(5, 5, 0, 0), 2), (Pair(2, 2, 0, 0), 5), (Pair(1, 1, 0, 10), 9)],
)
def test_how_many_more_would_tell(pair: Pair, needed: int) -> None:
    assert trials_needed([pair]) == needed
    after = pair.trials_after + needed

    def chance(trials: int) -> float:
        return fewer([Pair(pair.failed_before, pair.trials_before, 0, trials)])

    assert chance(after) <= SURE + 1e-9 < chance(after - 1)


def test_when_none_would() -> None:
    assert trials_needed([Pair(0, 10, 0, 5)]) is None
    assert trials_needed([Pair(3, 10, 1, 5)]) is None
    assert trials_needed([Pair(5, 5, 0, 50)]) == 0


@pytest.mark.parametrize(("rate", "trials"), [(0.5, 5), (0.05, 59), (0.01, 299)])
def test_trials_that_leave_no_room(rate: float, trials: int) -> None:
    assert trials_to_exclude(rate) == trials
    assert interval(0, trials).high <= rate < interval(0, trials - 1).high
