"""One timer laid over closes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from netdiag.timeouts.explanation import Explanation, Observations, explain
from netdiag.timeouts.timers import Noise, Timer

EXACT, TICK, SWEEP = Timer(0, 0.5), Timer(1, 0.3), Timer(10, 0.2)


def lay(
    timer: Timer,
    *gaps: float,
    survived: float | None = None,
    path: float = 0.0,
    began: list[float] | None = None,
) -> Explanation:
    noise = Noise.over(path, gaps[0])
    times = None if began is None else np.array(began)
    return explain(Observations(np.array(gaps), times, survived, noise), timer)


def test_a_sweep_bounds_the_timeout_by_the_least_and_the_greatest_gap() -> None:
    found = lay(SWEEP, 21.0, 24.0, 28.0)
    assert found.least_s == pytest.approx(28 - 10, abs=0.3)
    assert found.most_s == pytest.approx(21, abs=0.01)
    assert found.independent == 3


def test_an_exact_timer_leaves_out_what_lies_apart() -> None:
    found = lay(EXACT, 3.0, 5.0, 5.001, 5.002, 60.0)
    assert (found.chosen.start, found.chosen.stop) == (1, 4)
    assert found.least_s == pytest.approx(4.93, abs=0.01)


def test_closes_in_a_row_speak_for_the_finer_timer() -> None:
    gaps = (20.2, 20.3, 20.5, 20.9)
    assert lay(TICK, *gaps).weight > lay(SWEEP, *gaps).weight > lay(EXACT, *gaps).weight


def test_a_survival_bounds_less_the_coarser_the_timer() -> None:
    assert lay(EXACT, 20.0, survived=19.99).least_s == pytest.approx(19.93, abs=0.01)
    assert lay(TICK, 20.0, survived=19.99).least_s == pytest.approx(18.9, abs=0.02)
    assert lay(SWEEP, 20.0, survived=19.99).least_s == pytest.approx(9.7, abs=0.1)


def test_a_survival_that_the_timer_rules_out_costs() -> None:
    found, before = lay(TICK, 20.0, survived=30), lay(TICK, 20.0)
    assert found.contradicted and not before.contradicted
    assert found.level < before.level - 4
    assert found.least_s == before.least_s


def test_closes_of_one_look_are_one_observation() -> None:
    gaps = (21.0, 24.0, 28.0)
    assert lay(SWEEP, *gaps, began=[7, 4, 0]).independent == 1
    assert lay(SWEEP, *gaps, began=[7, 104, 250]).independent == 3


def test_from_afar_the_least_gaps_may_be_those_of_late_responses() -> None:
    near = lay(EXACT, 19.99, 20.0, 20.01, 20.02)
    far = lay(EXACT, 19.99, 20.0, 20.01, 20.02, path=0.08)
    assert near.most_s == pytest.approx(19.995)
    assert far.most_s == pytest.approx(20.02)


@pytest.mark.parametrize("timer", [EXACT, TICK, SWEEP, Timer(1, 0.1, is_woken=True)])
def test_weights_are_finite_and_ranges_in_order(timer: Timer) -> None:
    for gaps in ((0.3,), (5.0, 60.0), (20.0, 20.5, 20.9, 3600.0)):
        found = lay(timer, *gaps)
        assert math.isfinite(found.weight)
        assert 0 <= found.least_s <= found.most_s
