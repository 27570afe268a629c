"""`find_race`: what can be said of the race, and no more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.diagnosis.recommendation import Race, client_limit, find_race, find_scope
from netdiag.diagnosis.recommendation.race import _around, two_digits
from tests.conversations import STEP_NS
from tests.messages import get, ok
from tests.recorded import Examined, examine
from tests.scripted import Scripted, pooled, reused


def race(found: Examined) -> Race:
    scope = find_scope(found.scene, found.findings[0])
    limit = client_limit(scope)
    assert limit is not None
    return find_race(scope, limit)


def test_never_seen_is_the_rule_of_three(scripted: Scripted) -> None:
    found = race(scripted(reused(20, 3), pooled(31, 1, client_port=40001)))
    assert (found.tries, found.failed, found.one_in) == (30, 0, 10)


def test_a_reuse_at_once_is_a_try(scripted: Scripted) -> None:
    at_once = pooled(client_port=40001)
    at_once.now_ns -= 2 * STEP_NS  # the answer's own time
    assert race(scripted(reused(20, 3), at_once.asks(get(), ok()))).tries == 1


def test_a_few_tries_say_nothing(scripted: Scripted) -> None:
    assert race(scripted(reused(20, 3), pooled(3, 1, client_port=40001))).one_in is None


def test_gaps_near_the_timeout_make_the_race_likelier(scripted: Scripted) -> None:
    far = race(scripted(reused(20, 30), pooled(40, 1, client_port=40001)))
    near = race(scripted(reused(20, 1), pooled(40, 19, client_port=40001)))
    assert far.check_only_seen == 0
    assert near.check_only_seen == 40
    assert far.check_only_one_in is not None
    assert near.check_only_one_in is not None
    assert near.check_only_one_in < far.check_only_one_in / 5


def test_a_long_way_makes_the_race_likelier() -> None:
    near, far = race(examine("stale")), race(examine("stale-wan-client"))
    assert near.window_s < 0.002
    assert far.window_s > 0.1
    assert near.check_only_one_in is not None
    assert far.check_only_one_in is not None
    assert far.check_only_one_in < near.check_only_one_in / 50


def test_requests_that_do_race_are_of_the_order_that_is_told() -> None:
    """In this capture every idle time was chosen to race: 5 of 25 requests did."""
    found = race(examine("race-client"))
    assert found.check_only_one_in is not None
    assert 5 <= found.check_only_one_in <= 50


def test_no_check_sees_a_connection_that_was_forgotten() -> None:
    assert race(examine("silent-drop-client")).check_only_one_in is None


@given(st.floats(0.5, 1e5), st.integers(-(10**9), 10**9))
def test_idle_times_near_the_timeout_are_told_by_whole_nanoseconds(
    middle_s: float, ns: int
) -> None:
    reach_s = middle_s / 4
    before, last = _around(middle_s, reach_s)
    for idle_ns in (before, before + 1, last, last + 1, max(round(middle_s * 1e9) + ns, 0)):
        assert (abs(idle_ns / 1e9 - middle_s) <= reach_s) == (before < idle_ns <= last)


@given(st.floats(1e-3, 1e12))
def test_two_digits(value: float) -> None:
    rounded = two_digits(value)
    assert rounded >= 1
    assert rounded <= max(value, 1) < rounded * 1.11 + 1
    assert len(str(rounded).rstrip("0")) <= 2


@pytest.mark.parametrize(("value", "told"), [(0.2, 1), (99.9, 99), (287_500, 280_000)])
def test_rounded_down(value: float, told: int) -> None:
    assert two_digits(value) == told
