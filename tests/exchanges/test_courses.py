"""What is remembered of a connection follows from when what came to pass on it."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from netdiag.decode.bygones import How
from netdiag.exchanges.courses import Courses, answered_well, ended_in_time, note, went_on_ns
from netdiag.exchanges.role import Protocol

MS = 1_000_000
TIMES_MS = {
    "begun": 0,
    "to_server": 1,
    "round_trip": 2,
    "asked": 10,
    "last_asked": 10,
    "answered": 30,
    "went_on": -1,
    "said": 40,
    "word": 40,
    "close": 41,
    "left": 45,
    "last": 46,
    "longest_idle": -1,
}


def course(**other_ms: float) -> Courses:
    """One that the server ended right with its answer, with other times than usual."""
    times = {f"{k}_ns": np.array([int(v * MS)]) for k, v in (TIMES_MS | other_ms).items()}
    return Courses(
        frame=np.array([1], np.uint32),
        client=np.array([9 << 16 | 40_000], np.uint64),
        server=np.array([8 << 16 | 80], np.uint64),
        by_server=times["close_ns"] < times["left_ns"],
        end_frame=np.array([7], np.uint32),
        announced=np.zeros(1, bool),
        asked_for=np.zeros(1, bool),
        protocol=np.array([Protocol.HTTP1], np.uint8),
        status=np.array([200], np.uint16),
        exchanges=np.ones(1, np.int64),
        **times,
    )


@pytest.mark.parametrize(
    ("other", "in_time"),
    [
        ({}, True),
        ({"word": 1009, "close": 1010, "left": 1010, "last": 1010}, True),
        ({"word": 1010, "close": 1010, "left": 1010, "last": 1010}, False),
        ({"left": 540, "last": 540}, True),
        ({"left": 541, "last": 541}, False),
        ({"last": 1040}, True),
        ({"last": 1041}, False),
        ({"left": 39}, False),
    ],
)
def test_nobody_waited(other: dict[str, float], in_time: bool) -> None:
    assert ended_in_time(course(**other)).tolist() == [in_time]


@pytest.mark.parametrize(("close_ms", "in_time"), [(289, True), (290, False)])
def test_an_announced_end_that_comes_late(close_ms: int, in_time: bool) -> None:
    late = course(close=close_ms, left=close_ms + 1, last=close_ms + 1)
    assert ended_in_time(late).tolist() == [True]
    assert ended_in_time(replace(late, announced=np.ones(1, bool))).tolist() == [in_time]


@pytest.mark.parametrize(("status", "well"), [(200, True), (404, True), (408, False), (0, False)])
def test_an_answer_in_clear_has_a_status(status: int, well: bool) -> None:
    one = replace(course(), status=np.array([status], np.uint16))
    assert answered_well(one).tolist() == [well]
    in_tls = replace(one, protocol=np.array([Protocol.TLS], np.uint8))
    assert answered_well(in_tls).tolist() == [True]


def test_what_is_remembered() -> None:
    found = note(course())
    assert found.how.tolist() == [How.BY_SERVER | How.UNASKED]
    assert found.end_ns.tolist() == found.closed_ns.tolist() == [41 * MS]
    times = found.last_asked_ns, found.answered_ns, found.word_ns, found.ended_ns
    assert [time.tolist() for time in times] == [[10 * MS], [30 * MS], [40 * MS], [46 * MS]]
    assert found.first_asked_ns.tolist() == [10 * MS]
    assert found.end_frame.tolist() == [0]
    assert went_on_ns(course(), found).tolist() == [-MS]


def test_of_one_that_its_client_ended_when_idle() -> None:
    one = course(left=290, close=291, last=292)
    found = note(one)
    assert found.how.tolist() == [How.IDLE]
    assert (found.idle_ns.tolist(), found.end_ns.tolist()) == ([250 * MS], [290 * MS])
    assert found.end_frame.tolist() == [7]
    assert went_on_ns(one, found).tolist() == [30 * MS]


def test_of_one_with_several_requests() -> None:
    one = course(last_asked=20, longest_idle=5, went_on=15)
    found = note(replace(one, exchanges=np.array([3])))
    assert found.exchanges.tolist() == [3]
    assert found.first_asked_ns.tolist() == [10 * MS]
    assert found.last_asked_ns.tolist() == [20 * MS]
    assert found.longest_idle_ns.tolist() == [5 * MS]
    assert went_on_ns(one, found).tolist() == [15 * MS]


@pytest.mark.parametrize(
    ("said_ms", "how"), [(279, How.BY_SERVER | How.UNASKED), (280, How.BY_SERVER)]
)
def test_in_tls_a_farewell_may_be_part_of_what_looks_like_an_answer(said_ms: int, how: How) -> None:
    late = course(said=said_ms, word=said_ms, close=said_ms + 1, left=said_ms + 2, last=said_ms + 2)
    in_tls = replace(late, protocol=np.array([Protocol.TLS], np.uint8))
    assert note(in_tls).how.tolist() == [how]
    assert note(late).how.tolist() == [How.BY_SERVER | How.UNASKED]


def test_who_had_asked_for_the_end() -> None:
    asked = replace(course(), asked_for=np.ones(1, bool))
    assert note(asked).how.tolist() == [How.BY_SERVER]
