"""An idle end is told from a restart's, and one that made room, by the others of its server."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.exchanges.idle_ends import EXACT_NS, MOMENT_NS, Closes, Gaps, Moments, Timers

MS = 1_000_000
FOREVER_AGO = -(1 << 62)


def closes(
    *those: tuple[float, float], server: int = 80, sure: bool = True, again: bool = False
) -> Closes:
    """Each at so many seconds, after so many of idleness."""
    times, idle = zip(*those, strict=True)
    return Closes(
        server=np.full(len(those), server, np.uint64),
        time_ns=(np.array(times) * 1e9).astype(np.int64),
        idle_ns=(np.array(idle) * 1e9).astype(np.int64),
        is_sure=np.full(len(those), sure),
        comes_again=np.full(len(those), again),
    )


def told(*parts: Closes) -> list[bool]:
    return Moments().see(Closes.concatenate(parts), FOREVER_AGO).tolist()


RESTART = closes((100, 3), (100.2, 9), (100.5, 30))
"""At one moment, whatever their age."""


def test_many_that_end_at_one_moment_may_be_a_restart() -> None:
    assert told(RESTART) == [True] * 3
    assert told(RESTART.take(slice(2))) == [False] * 2
    assert told(RESTART, closes((200, 3))) == [True] * 3 + [False]
    assert told(RESTART.take(slice(2)), closes((100.5, 30), server=81)) == [False] * 3


@pytest.mark.parametrize(("oldest_s", "may"), [(5.4, False), (5.6, True)])
def test_those_of_one_age_are_ended_by_a_timer(oldest_s: float, may: bool) -> None:
    assert told(closes((100, 3), (100.2, 4), (100.5, oldest_s))) == [may] * 3


@pytest.mark.parametrize(("last_s", "may"), [(101, True), (101.1, False), (101.6, True)])
def test_a_chain_that_goes_on_is_no_moment(last_s: float, may: bool) -> None:
    """But one that is near enough to the last of the others."""
    chain = told(RESTART, closes((last_s, 3)))
    assert chain == [may] * 3 + [last_s == 101]


def test_a_chain_is_as_sure_as_its_links() -> None:
    """What may have ended for another reason holds none together."""
    links = closes((100.9, 3), (101.8, 3))
    assert told(RESTART, links) == [False] * 5
    doubtful = closes((100.9, 3), (101.8, 3), sure=False)
    assert told(RESTART, doubtful) == [True] * 3 + [False] * 2


def test_what_was_shown_before_counts_for_as_long_as_is_asked_for() -> None:
    for until_s, expected in ((99, [True]), (100.1, [True]), (100.3, [False])):
        moments = Moments()
        first = moments.see(RESTART.take(slice(2)), int(until_s * 1e9))
        assert first.tolist() == [False] * 2
        late = closes((100.7, 60), (100.8, 3)).take(slice(1 if until_s < 100 else 2))
        assert moments.see(late, FOREVER_AGO).tolist() == expected * len(late)


def test_what_comes_again_counts_once() -> None:
    moments = Moments()
    for again in (True, True, False):
        late = closes((100, 3), (100.2, 9), again=again)
        assert moments.see(late, FOREVER_AGO).tolist() == [False] * 2
    assert moments.see(closes((100.5, 30)), FOREVER_AGO).tolist() == [True]


def test_without_closes_there_is_no_restart() -> None:
    assert told(Closes.none()) == []


def explained(timers: Timers, *idle_ms: float, server: int = 80) -> list[bool]:
    idle_ns = (np.array(idle_ms) * MS).astype(np.int64)
    return timers.see(Gaps(np.full(len(idle_ms), server, np.uint64), idle_ns)).tolist()


def test_a_timer_shows_by_three_that_are_alike() -> None:
    assert explained(Timers(), 5000, 5020) == [False] * 2
    assert explained(Timers(), 5020, 3000, 5000, 5040, 9000) == [True, False, True, True, False]
    assert explained(Timers(), 5000, 5040, 5000 + EXACT_NS // MS) == [True] * 3
    assert explained(Timers(), 5000, 5040, 5001 + EXACT_NS // MS) == [False] * 3


def test_then_it_explains_others_after_them() -> None:
    """Not those before them: they came before its time."""
    timers = Timers()
    explained(timers, 5000, 5000, 5030)
    assert explained(timers, 5089, 4990, 5091, 5000) == [True, False, False, True]
    assert explained(timers, 5010, server=81) == [False]
    assert explained(timers) == []


def test_those_that_were_alone_count_when_others_come() -> None:
    timers = Timers()
    assert explained(timers, 5000, 9000) == [False] * 2
    assert explained(timers, 5040) == [False]
    assert explained(timers, 5020, server=81) == [False]
    assert explained(timers, 5080) == [True]
    assert explained(timers, 9000) == [False]
    assert timers._alone.idle_ns.tolist() == [9000 * MS, 5020 * MS, 9000 * MS]


def test_a_timer_that_ticks_is_known_tick_by_tick() -> None:
    timers = Timers()
    explained(timers, *range(5000, 6000, 20))
    every = range(5000, 5960, 7)
    assert explained(timers, *every) == [True] * len(every)
    assert len(timers._shortest) <= 1000 * MS // (EXACT_NS // 2) + 2


def test_the_bounds_of_a_moment_are_those_of_a_chain() -> None:
    apart = MOMENT_NS / 1e9
    assert told(closes((0, 1), (apart, 9), (apart / 2, 30))) == [True] * 3
    assert told(closes((0, 1), (apart + 1e-9, 9), (apart / 2, 30))) == [False] * 3
