"""The verdict: what counts allow to say, and how seldom it is wrong."""

from __future__ import annotations

import random

import pytest

from netdiag.comparison.judge import Counts, judge
from netdiag.comparison.model import Exposure, Fates


def exposure(harmed: int, moments: int, lost: int | None = None) -> Exposure:
    return Exposure(
        idle_s=3.0,
        occasions=moments,
        moments=moments,
        harmed_moments=harmed,
        lost_moments=harmed if lost is None else lost,
        fates=Fates(harmed=harmed, other=moments - harmed),
    )


def counts(
    before: tuple[int, int], after: tuple[int, int], lost: int | None = None, **more: bool
) -> Counts:
    return Counts(exposure(*before), exposure(*after, lost), **more)


@pytest.mark.parametrize(
    ("before", "after", "outcome", "reason"),
    [
        ((17, 17), (0, 18), "worked", None),
        ((5, 5), (0, 5), "worked", None),
        ((5, 5), (0, 4), "unproven", "too-few"),
        ((1, 1), (0, 18), "unproven", "too-few"),
        ((1, 1), (0, 19), "worked", None),
        ((17, 17), (0, 0), "unproven", "no-occasion-after"),
        ((17, 17), (17, 17), "did-not-work", None),
        ((17, 17), (1, 1), "did-not-work", None),
        ((17, 17), (3, 17), "less", None),
        ((2, 100), (30, 100), "worse", None),
        ((0, 40), (3, 40), "worse", None),
        ((0, 40), (0, 40), "not-comparable", "nothing-failed-before"),
        ((3, 3000), (0, 3000), "unproven", "too-few"),
        ((30, 3000), (0, 3000), "worked", None),
    ],
)
def test_outcomes(
    before: tuple[int, int], after: tuple[int, int], outcome: str, reason: str | None
) -> None:
    found = judge([counts(before, after)])
    assert (found.outcome, found.reason) == (outcome, reason)


def test_retries_hide_what_goes_on() -> None:
    assert judge([counts((17, 17), (18, 20), lost=0)]).outcome == "absorbed"
    assert judge([counts((17, 17), (18, 20), lost=1)]).outcome == "did-not-work"
    always = Counts(exposure(17, 17, lost=0), exposure(18, 20, lost=0))
    assert judge([always]).outcome == "did-not-work"


def test_how_many_more_would_tell_is_right() -> None:
    found = judge([counts((5, 5), (0, 1))])
    assert found.more_needed == 4
    assert judge([counts((5, 5), (0, 5))]).outcome == "worked"


def test_what_set_the_bound_is_no_evidence() -> None:
    assert judge([counts((1, 1), (0, 30), discount=True)]).outcome == "unproven"
    assert judge([counts((1, 1), (0, 30), discount=True)]).more_needed is None


def test_servers_are_judged_together_each_by_its_own_rate() -> None:
    few = [counts((1, 1), (0, 6))] * 5
    assert judge(few[:1]).outcome == "unproven"
    assert judge(few).outcome == "worked"
    moved = [counts((9, 9), (0, 0)), counts((0, 9), (0, 90))]
    assert judge(moved).outcome == "unproven", "the server that failed has not been tried"


def test_confidence_follows_the_amounts() -> None:
    assert judge([counts((17, 17), (0, 18))]).confidence == "high"
    assert judge([counts((2, 2), (0, 6))]).confidence == "medium"
    assert judge([counts((17, 17), (0, 1))]).confidence == "low"


AMOUNTS = [(5, 5), (10, 40), (40, 10), (300, 300), (2000, 500)]
RATES = [0.002, 0.02, 0.2, 0.5, 0.9, 1.0]


def drawn(rng: random.Random, trials: int, rate: float) -> tuple[int, int]:
    return sum(rng.random() < rate for _ in range(trials)), trials


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize(("before", "after"), AMOUNTS)
def test_where_nothing_changed_it_seldom_says_so(before: int, after: int, rate: float) -> None:
    """A cure is claimed, or worsening, in no more than one of twenty cases each."""
    rng = random.Random(f"{before} {after} {rate}")
    rounds = 200
    seen = [
        judge([counts(drawn(rng, before, rate), drawn(rng, after, rate))]).outcome
        for _ in range(rounds)
    ]
    claimed = seen.count("worked") + seen.count("less")
    assert claimed <= 0.05 * rounds + 3 * (0.05 * 0.95 * rounds) ** 0.5
    assert seen.count("worked") <= claimed


def test_over_all_amounts_it_is_within_the_error() -> None:
    rng = random.Random(1)
    seen = [
        judge([counts(drawn(rng, n, rate), drawn(rng, m, rate))]).outcome
        for n, m in AMOUNTS
        for rate in RATES
        for _ in range(60)
    ]
    assert seen.count("worked") <= 0.05 * len(seen)


@pytest.mark.parametrize(
    ("before", "after", "rate"), [(10, 40, 1.0), (40, 40, 0.5), (300, 300, 0.1), (3000, 3000, 0.01)]
)
def test_a_cure_with_enough_traffic_is_seen(before: int, after: int, rate: float) -> None:
    rng = random.Random(f"{before} {after} {rate}")
    seen = [
        judge([counts(drawn(rng, before, rate), (0, after))]).outcome == "worked" for _ in range(50)
    ]
    assert sum(seen) >= 49


def test_half_a_cure_is_none() -> None:
    rng = random.Random(2)
    seen = {judge([counts(drawn(rng, 200, 0.8), drawn(rng, 200, 0.3))]).outcome for _ in range(20)}
    assert seen == {"less"}


def of_a_path(rng: random.Random, number: int, rate: float) -> list[tuple[float, bool]]:
    """Silences, and whether the request after each was harmed, whatever its length."""
    return [(rng.uniform(1, 60), rng.random() < rate) for _ in range(number)]


@pytest.mark.parametrize("rate", [0.05, 0.3, 0.9])
def test_a_bound_that_the_failures_set_is_no_head_start(rate: float) -> None:
    """Where no timeout is known, only silences count that are as long as one that harmed."""
    rng = random.Random(f"{rate}")
    claims = rounds = 0
    for _ in range(400):
        old, new = of_a_path(rng, 20, rate), of_a_path(rng, 40, rate)
        bound = min((idle for idle, harmed in old if harmed), default=None)
        if bound is None:
            continue
        before = [harmed for idle, harmed in old if idle >= bound]
        after = [harmed for idle, harmed in new if idle >= bound]
        rounds += 1
        tried = counts((sum(before), len(before)), (sum(after), len(after)), discount=True)
        claims += judge([tried]).outcome in {"worked", "less"}
    assert claims <= 0.05 * rounds + 3 * (0.05 * 0.95 * rounds) ** 0.5
