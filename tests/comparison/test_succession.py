"""`find_predecessors`: brackets, by columns and by a stack."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.comparison.succession import find_predecessors

Event = tuple[int, int, bool]


def by_columns(events: list[Event]) -> list[int]:
    pool, time, is_new = (np.array(column) for column in zip(*events, strict=True))
    return find_predecessors(pool, time, is_new.astype(bool)).tolist()


def by_stack(events: list[Event]) -> list[int]:
    found = [-1] * len(events)
    waiting: dict[int, list[int]] = {}
    for i in sorted(range(len(events)), key=lambda i: (events[i][1], events[i][2], i)):
        pool, _, is_new = events[i]
        stack = waiting.setdefault(pool, [])
        if not is_new:
            stack.append(i)
        elif stack:
            found[i] = stack.pop()
    return found


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("-+", [-1, 0]),
        ("+-+", [-1, -1, 1]),
        ("--++", [-1, -1, 1, 0]),
        ("++-+", [-1, -1, -1, 2]),
        ("-++-+", [-1, 0, -1, -1, 3]),
        ("-", [-1]),
    ],
)
def test_the_last_that_went_is_followed_first(story: str, expected: list[int]) -> None:
    events = [(0, time, sign == "+") for time, sign in enumerate(story)]
    assert by_columns(events) == expected


def test_nothing() -> None:
    nothing = np.zeros(0, np.int64)
    assert len(find_predecessors(nothing, nothing, nothing.astype(bool))) == 0


def test_pools_do_not_share() -> None:
    assert by_columns([(1, 0, False), (2, 1, True), (1, 2, True)]) == [-1, -1, 0]


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 40), st.booleans()), min_size=1, max_size=60
    )
)
def test_it_is_what_a_stack_finds(events: list[Event]) -> None:
    assert by_columns(events) == by_stack(events)
