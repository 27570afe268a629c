"""Arithmetic modulo 2**32, against plain integers that never wrap."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.connections.sequence import (
    HALF,
    MODULUS,
    covers,
    covers_each,
    distance,
    distances,
    highest_before,
    unwrap,
)

near_the_edges = st.builds(
    lambda edge, offset: (edge + offset) % MODULUS,
    st.sampled_from([0, HALF, MODULUS - 1]),
    st.integers(-3, 3),
)
numbers = st.integers(0, MODULUS - 1) | near_the_edges
steps = st.integers(-HALF, HALF - 1) | st.integers(-3, 3) | st.sampled_from([-HALF, HALF - 1])
many_groups = st.lists(st.lists(steps, min_size=1, max_size=12), max_size=6)


def column(values: list[int]) -> np.ndarray:
    return np.array([value % MODULUS for value in values], np.uint32)


def begins_of(groups: list[list[int]]) -> np.ndarray:
    return np.array([i == 0 for group in groups for i in range(len(group))], bool)


@given(start=st.integers(0, 1 << 40), step=steps)
def test_distance_finds_the_step_between_two_positions(start: int, step: int) -> None:
    end = start + step
    assert distance(start % MODULUS, end % MODULUS) == step
    assert distances(column([start]), column([end])).tolist() == [step]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (MODULUS - 1, 0, 1),
        (0, MODULUS - 1, -1),
        (HALF - 1, HALF, 1),
        (HALF, HALF - 1, -1),
        (MODULUS - 10, 10, 20),
        (10, MODULUS - 10, -20),
        (0, HALF - 1, HALF - 1),
        (0, HALF, -HALF),
        (5, 5, 0),
    ],
)
def test_distance_at_the_wraps(start: int, end: int, expected: int) -> None:
    assert distance(start, end) == expected
    assert distances(column([start]), column([end])).tolist() == [expected]


@given(start=numbers, end=numbers)
def test_distance_is_the_same_for_one_and_for_many(start: int, end: int) -> None:
    many = distances(column([start, start]), column([end, end]))
    assert many.tolist() == [distance(start, end)] * 2
    assert many.dtype == np.int64


@given(sequence=st.integers(0, 1 << 34), ahead=st.integers(-HALF + 1, HALF - 1))
def test_an_acknowledgement_covers_what_lies_before_it(sequence: int, ahead: int) -> None:
    assert covers((sequence + ahead) % MODULUS, sequence % MODULUS) == (ahead > 0)
    assert covers_each(column([sequence + ahead]), column([sequence])).tolist() == [ahead > 0]


@given(base=numbers, groups=many_groups)
def test_unwrapped_positions_are_sums_of_steps(base: int, groups: list[list[int]]) -> None:
    wire, expected = [], []
    for number, group in enumerate(groups):
        position = 0
        for i, step in enumerate(group):
            position += 0 if i == 0 else step
            wire.append(base + 1_000_003 * number + position)
            expected.append(position)
    positions = unwrap(column(wire), begins_of(groups))
    assert positions.tolist() == expected
    assert positions.dtype == np.int64


def test_unwrapped_positions_count_on_past_many_wraps() -> None:
    quarter = MODULUS // 4
    wire = column([7 + quarter * i for i in range(40)])
    positions = unwrap(wire, np.arange(40) == 0)
    assert positions.tolist() == [quarter * i for i in range(40)]


far = st.integers(-(1 << 33), 1 << 33)
with_floors = st.lists(
    st.tuples(far, st.lists(far | st.integers(-3, 3), min_size=1, max_size=12)), max_size=6
)


@given(groups=with_floors)
def test_highest_before_is_a_running_maximum_within_each_group(
    groups: list[tuple[int, list[int]]],
) -> None:
    expected, floors = [], []
    for floor, values in groups:
        highest = floor
        for value in values:
            expected.append(highest)
            highest = max(highest, value)
        floors.append(floor)
    values = np.array([v for _, group in groups for v in group], np.int64)
    a_group = np.array(floors, np.int64)
    begins = begins_of([group for _, group in groups])
    found = highest_before(values, begins, a_group)
    assert found.tolist() == expected
    assert found.dtype == np.int64


def test_nothing_gives_nothing() -> None:
    nothing, never = np.empty(0, np.int64), np.empty(0, bool)
    assert len(unwrap(np.empty(0, np.uint32), never)) == 0
    assert len(highest_before(nothing, never, nothing)) == 0
