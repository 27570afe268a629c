"""A connection is none that a limit ended once another one of its server got further."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from netdiag.decode.bygones import Bygones, How
from netdiag.exchanges.limits import Limits
from tests.connections.gone import gone, pooled

UNASKED, ASKED, BY_CLIENT = How.BY_SERVER | How.UNASKED, How.BY_SERVER, How(0)
S = 10**9


def one(how: How, exchanges: int, age_s: float, server: int = 80) -> Bygones:
    each = pooled(gone(), exchanges)
    return replace(
        each,
        how=np.array([how], np.uint8),
        closed_ns=each.begun_ns + int(age_s * S),
        server=np.array([server], np.uint64),
    )


def told(*those: tuple[Bygones, float], limits: Limits | None = None) -> list[bool]:
    """Of each connection, with the age at which it went on."""
    limits = Limits() if limits is None else limits
    every = Bygones.concatenate([each for each, _ in those])
    went_on_ns = every.begun_ns + np.array([int(age_s * S) for _, age_s in those])
    return limits.may_have_ended(every, went_on_ns).tolist()


def test_nobody_got_further_than_the_last() -> None:
    assert told((one(UNASKED, 5, 20), 19)) == [True]
    assert told((one(ASKED, 5, 20), 19)) == [True]  # by its age
    assert told((one(BY_CLIENT, 5, 20), 19)) == [False]
    assert told((one(ASKED, 5, 0.5), 0.4)) == [False]


def test_of_several_those_with_fewer_requests_are_none() -> None:
    young = 0.9
    those = [(one(UNASKED, count, young), young / 2) for count in (5, 4, 1)]
    assert told(*those) == [True, False, False]
    further = (one(BY_CLIENT, 6, young), young)
    assert told(further, *those) == [False, False, False, False]
    elsewhere = (one(BY_CLIENT, 6, young, server=81), young)
    assert told(elsewhere, *those) == [False, True, False, False]


def test_of_several_those_that_were_younger_are_none() -> None:
    those = [(one(ASKED, 2, age_s), 1) for age_s in (20, 17, 15)]
    assert told(*those) == [True, True, False]
    assert told((one(BY_CLIENT, 2, 30), 1), *those) == [False] * 4


def test_an_answer_that_did_not_end_one_tells_when_it_came_later() -> None:
    """The oldest is left aside here: it may be at its age's limit in any case."""
    oldest = (one(BY_CLIENT, 9, 100), 1)
    assert told(oldest, (one(UNASKED, 2, 20), 19)) == [False, True]
    assert told(oldest, (one(UNASKED, 2, 20), 20)) == [False, False]
    assert told((one(BY_CLIENT, 9, 100), 20), (one(UNASKED, 2, 20), 19)) == [False, False]
    young = (one(UNASKED, 1, 0.9), -1)
    assert told(oldest, young, (one(UNASKED, 2, 20), 19)) == [False, False, False]


def test_it_remembers_those_before() -> None:
    limits = Limits()
    assert told((one(UNASKED, 5, 20), 19), limits=limits) == [True]
    assert told((one(UNASKED, 4, 0.9), 0.5), limits=limits) == [False]
    assert told((one(UNASKED, 4, 12), 11), limits=limits) == [False]
    assert told((one(UNASKED, 5, 12), 11), limits=limits) == [True]
    assert told((one(ASKED, 4, 16), 15), limits=limits) == [True]
    assert told((one(ASKED, 4, 15.9), 15), limits=limits) == [False]
