"""Connections without rows have a word in how old those of a server grow."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from netdiag.decode.bygones import Bygones, How
from netdiag.timeouts.lives import Further, Lives, by_timer, extremes, greatest
from tests.connections.gone import gone

S = 10**9


def lives(*ages_s: float, idle_s: tuple[float, ...]) -> Lives:
    """Connections that one server ended, begun ten seconds after each other."""
    age = (np.array(ages_s) * S).astype(np.int64)
    count = len(age)
    return Lives(
        server=np.zeros(count, np.int64),
        closed=np.ones(count, bool),
        age=age,
        life=age,
        begun_ns=np.arange(count) * 10 * S,
        idle=(np.array(idle_s) * S).astype(np.int64),
    )


def old(how: How, *ages_s: float, server: int = 80) -> Bygones:
    each = Bygones.concatenate([gone(1 + n) for n in range(len(ages_s))])
    return replace(
        each,
        how=np.full(len(ages_s), how, np.uint8),
        closed_ns=each.begun_ns + (np.array(ages_s) * S).astype(np.int64),
        server=np.full(len(ages_s), server, np.uint64),
    )


SERVERS = np.array([80], np.uint64)
NONE_SURVIVED = np.full(1, -1)
AT_TWENTY = lives(20, 20.1, 20.2, 20.05, idle_s=(1, 9, 4, 15))


def test_those_of_the_same_age_ended_by_it() -> None:
    assert by_timer(AT_TWENTY, NONE_SURVIVED).tolist() == [True] * 4


def test_an_older_one_without_rows_tells_that_there_is_no_limit() -> None:
    for how in (How(0), How.BY_SERVER):
        every = AT_TWENTY.with_those(Further.of(old(how, 40), SERVERS))
        assert not by_timer(every, NONE_SURVIVED).any()
    elsewhere = AT_TWENTY.with_those(Further.of(old(How(0), 40, server=81), SERVERS))
    assert by_timer(elsewhere, NONE_SURVIVED).tolist() == [True] * 4


def test_many_that_end_at_any_age_make_the_oldest_lie_near_each_other_by_chance() -> None:
    few = AT_TWENTY.with_those(Further.of(old(How(0), 12, 14), SERVERS))
    assert by_timer(few, NONE_SURVIVED).sum() == 4
    ages = np.linspace(10.2, 16, 60).tolist()
    many = AT_TWENTY.with_those(Further.of(old(How.BY_SERVER, *ages), SERVERS))
    assert not by_timer(many, NONE_SURVIVED).any()


def test_ends_of_very_young_ones_are_no_rate() -> None:
    """They would hide a limit of two seconds."""
    at_two = lives(2, 2.01, 2.02, 2.005, idle_s=(0.1, 1.9, 0.3, 1.6))
    assert by_timer(at_two, np.full(1, 4 * S)).sum() == 4
    young = old(How.BY_SERVER, *([0.99] * 60))
    assert by_timer(at_two.with_those(Further.of(young, SERVERS)), np.full(1, 4 * S)).sum() == 4
    assert not at_two.with_those(Further.of(young, SERVERS)).closed[4:].any()


def test_the_least_and_the_greatest_of_each() -> None:
    group, values = np.array([0, 2, 0, 2, 2]), np.array([5, 1, 7, 9, 3])
    chosen = np.array([True, True, True, False, True])
    assert greatest(group, chosen, values).tolist() == [7, -1, 3]
    least, most = extremes(group, chosen, values)
    assert (least.tolist(), most.tolist()) == ([5, -1, 1], [7, -1, 3])
