"""Bounds of a timeout, against timers whose setting is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.timeouts import IdleTimeout, estimate
from netdiag.timeouts.timers import JITTER_S
from tests.timeouts import simulation
from tests.timeouts.simulation import COUNTS, KINDS, SETTINGS, is_close, is_inside


def closes(
    *gaps: float, survived: float | None = None, declared: float | None = None, path: float = 0.0
) -> IdleTimeout:
    timeout = estimate(np.array(gaps), survived, declared, path)
    assert timeout is not None
    return timeout


# --- simulation ------------------------------------------------------------------------------

RUNS, SEED = 200, 20261122


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("name", KINDS)
def test_the_true_timeout_lies_in_the_range(name: str, count: int) -> None:
    """In at least 99 of 100 captures, whatever the timer and however few the closes."""
    inside = sum(is_inside(*run) for run in simulation.runs(name, count, RUNS, SEED))
    assert inside >= 0.99 * RUNS


@pytest.mark.parametrize(
    ("name", "count"),
    [("exact", 1), ("exact, from afar", 2), ("up to 60 ms late", 3), ("1 s tick", 10)],
)
def test_an_estimate_is_right_within_a_hundredth(name: str, count: int) -> None:
    found = list(simulation.runs(name, count, RUNS, SEED))
    assert sum(is_close(*run) for run in found) >= 0.97 * RUNS
    assert all(run.consistent for _, run in found)


@pytest.mark.parametrize("name", ["exact", "up to 60 ms late", "exact, from afar"])
def test_many_closes_make_a_narrow_range(name: str) -> None:
    for setting, found in simulation.runs(name, 100, 50, SEED):
        assert found.low_s is not None and found.high_s is not None
        assert found.high_s - found.low_s < 0.2 + 0.003 * setting
        assert found.confidence == "high" or setting < 3


@pytest.mark.parametrize("count", [1, 3, 10])
@pytest.mark.parametrize("setting", SETTINGS)
def test_the_likely_setting_is_the_one_configured(setting: float, count: int) -> None:
    rng = np.random.default_rng(setting * 100 + count)
    for _ in range(20):
        found = closes(*(setting + rng.uniform(0, 0.004, count)))
        assert found.likely_setting_s == setting


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_likely_setting_of_an_event_loop_that_is_a_little_late(setting: float) -> None:
    """Tomcat, aiohttp, nginx under load: up to 60 ms; one close tells as much as many."""
    for late in (0.0, 0.02, 0.04, 0.059):
        assert closes(setting + late).likely_setting_s == setting
        assert closes(setting, setting + late / 2, setting + late).likely_setting_s == setting


# --- one case at a time ----------------------------------------------------------------------


def test_without_observations_there_is_nothing_to_say() -> None:
    assert estimate(np.empty(0), None) is None
    assert estimate(np.empty(0), None, 5.0) is None


def test_survivals_alone_bound_from_below() -> None:
    found = closes(survived=12.5, declared=20)
    assert (found.low_s, found.high_s, found.estimate_s) == (12.5, None, None)
    assert (found.closes, found.longest_survived_s, found.declared_s) == (0, 12.5, 20)
    assert (found.confidence, found.consistent) == ("low", True)


def test_one_close_a_moment_after_a_round_value_is_that_of_an_exact_timer() -> None:
    found = closes(20.001)
    assert found.estimate_s == 20
    assert found.low_s == pytest.approx(19.93, abs=0.01)
    assert found.high_s == pytest.approx(20.001 + JITTER_S)
    assert (found.closes, found.confidence) == (1, "medium")


def test_one_close_elsewhere_may_be_that_of_any_timer() -> None:
    found = closes(27.3)
    assert (found.low_s, found.confidence) == (0, "low")
    assert found.high_s == pytest.approx(27.3 + JITTER_S)


def test_a_survival_narrows_the_range_of_one_close() -> None:
    """But it may have come between the timeout and the next look of the timer."""
    found = closes(5.5, survived=5.3)
    assert found.low_s is not None
    assert found.low_s < 4.3


def test_a_survival_bounds_an_exact_timer() -> None:
    found = closes(5.001, 5.002, 5.004, survived=4.99)
    assert found.low_s == pytest.approx(4.93, abs=0.01)


def test_a_survival_beyond_the_closes_contradicts_them() -> None:
    found = closes(5.0, 5.01, survived=30)
    assert not found.consistent
    assert found.confidence == "low"
    assert found.longest_survived_s == 30


def test_a_survival_within_a_tick_of_the_closes_does_not() -> None:
    assert closes(5.1, 5.6, 5.9, survived=5.7).consistent


def test_two_servers_behind_one_address() -> None:
    """Two timers: the estimate is of the one with more closes, and says that it isn't all."""
    found = closes(5.0, 5.001, 5.002, 60.0, 60.01)
    assert found.likely_setting_s == 5
    assert [(group.likely_setting_s, group.closes) for group in found.groups] == [(5, 3), (60, 2)]
    assert (found.consistent, found.confidence, found.closes) == (False, "low", 5)


def test_of_two_equal_sets_the_one_that_survivals_allow() -> None:
    assert closes(5.0, 5.001, 60.0, 60.01, survived=30).likely_setting_s == 60


def test_of_two_equal_sets_the_longer_gaps() -> None:
    """A close before the timeout has some other cause."""
    assert closes(5.0, 5.01, 60.0, 60.01).likely_setting_s == 60


def test_a_sweep_of_thirty_seconds_on_two_minutes_is_one_timer() -> None:
    """What waitress does."""
    found = closes(128.1, 130.1, 132.2, 134.2)
    assert found.consistent
    assert found.low_s is not None and found.low_s < 120


def test_closes_of_one_sweep_are_one_observation() -> None:
    """However many it finds: their gaps differ as the beginnings of their idle times do."""
    gaps = np.array([128.1, 130.1, 132.2, 134.2])
    found = estimate(gaps, None, began_s=134.2 - gaps)
    assert found is not None and found.low_s is not None
    assert found.low_s < 105
    assert found.likely_setting_s == 120


def test_closes_in_step_with_the_timer_are_one_observation() -> None:
    """A request every ten seconds meets a tick of ten seconds at the same phase each time."""
    gaps = np.full(10, 27.3)
    found = estimate(gaps, None, began_s=np.arange(10) * 60.0 + 0.7)
    assert found is not None and found.low_s is not None
    assert found.low_s < 20
    apart = estimate(gaps, None, began_s=np.arange(10) * 63.7)
    assert apart is not None and apart.low_s == pytest.approx(27.2, abs=0.05)


def test_what_a_server_declares_is_believed_within_its_buffer() -> None:
    """Node.js says 5 and waits for 6."""
    found = closes(6.0, 6.001, declared=5)
    assert (found.likely_setting_s, found.declared_s) == (5, 5)
    assert found.granularity_s == pytest.approx(1.001)


@pytest.mark.parametrize("declared", [4, 7, 60])
def test_and_not_otherwise(declared: float) -> None:
    found = closes(6.0, 6.001, declared=declared)
    assert (found.likely_setting_s, found.declared_s) == (6, declared)


def test_a_gap_measured_a_little_short_is_still_that_setting() -> None:
    """The way to the capture point may take from a gap, too."""
    found = closes(4.996, 4.999)
    assert found.likely_setting_s == 5
    assert found.high_s is not None and found.high_s >= 5


def test_from_afar_the_setting_is_in_the_middle_of_the_gaps() -> None:
    """A late response shortens a gap as much as a late FIN lengthens it."""
    gaps = (19.97, 19.99, 20.0, 20.01, 20.03)
    found = closes(*gaps, path=0.1)
    assert found.likely_setting_s == 20
    assert found.high_s is not None and found.high_s > 20
    assert found.estimate_s == pytest.approx(20, abs=0.01)


def test_from_afar_a_response_that_was_sent_again_shortens_one_gap() -> None:
    found = closes(19.7, 20.0, 20.001, 20.002, 20.003, 20.004, path=0.1)
    assert found.likely_setting_s == 20
    assert found.consistent
    assert found.high_s is not None and found.high_s >= 20


def test_half_seconds_are_settings_as_well() -> None:
    assert closes(0.5, 0.501, 0.502).likely_setting_s == 0.5
    assert closes(2.5, 2.501, 2.502).likely_setting_s == 2.5


positive = st.floats(0.25, 4000, allow_nan=False)


@given(
    gaps=st.lists(positive, max_size=20),
    survived=st.none() | positive,
    declared=st.none() | st.floats(0, 4000),
    path=st.just(0.0) | st.floats(0, 0.5),
)
def test_whatever_was_observed_the_numbers_are_in_order(
    gaps: list[float], survived: float | None, declared: float | None, path: float
) -> None:
    found = estimate(np.array(gaps), survived, declared, path)
    if found is None:
        assert not gaps and survived is None
        return
    assert found.closes == len(gaps)
    assert found.longest_survived_s == survived
    assert found.confidence in ("high", "medium", "low")
    assert found.consistent or found.confidence == "low"
    if gaps:
        assert found.low_s is not None and found.high_s is not None
        assert found.estimate_s is not None and found.granularity_s is not None
        assert 0 <= found.low_s <= found.estimate_s <= found.high_s
        assert path or found.high_s <= max(gaps) + JITTER_S
        assert found.granularity_s >= 0


@given(gaps=st.lists(positive, min_size=1, max_size=12), seed=st.randoms())
def test_the_order_of_observations_does_not_matter(gaps: list[float], seed: object) -> None:
    shuffled = list(gaps)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    assert closes(*shuffled) == closes(*gaps)
