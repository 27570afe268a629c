"""`Columns`: tables of numpy arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.columns import (
    Columns,
    among,
    any_between,
    begins_of,
    distinct,
    last_of,
    mask_of,
    median,
    one_of,
    place_in_run,
    repeated,
    rows_between,
    rows_of_each,
    span,
    values_at,
)


@given(st.lists(st.integers(0, 2)))
def test_runs_begin_where_a_value_is_not_that_before_it(values: list[int]) -> None:
    expected = [i == 0 or value != values[i - 1] for i, value in enumerate(values)]
    assert begins_of(np.array(values, np.int32)).tolist() == expected


def test_a_mask_of_some_rows() -> None:
    assert mask_of(np.array([2, 0, 2]), 4).tolist() == [True, False, True, False]
    assert mask_of(np.empty(0, np.int64), 2).tolist() == [False, False]


class Fruit(Columns, frozen=True, eq=False):
    """Two columns of different dtypes."""

    weight: npt.NDArray[np.uint16]
    ripe: npt.NDArray[np.bool_]


def fruit(*weights: int) -> Fruit:
    weight = np.array(weights, np.uint16)
    return Fruit(weight, weight > 100)


def rows(table: Fruit) -> list[tuple[int, bool]]:
    return list(zip(table.weight.tolist(), table.ripe.tolist(), strict=True))


def test_its_length_is_that_of_its_columns() -> None:
    assert len(fruit()) == 0
    assert len(fruit(50, 150, 250)) == 3


@pytest.mark.parametrize(
    ("chosen", "weights"),
    [
        (np.array([2, 0, 2]), [250, 50, 250]),
        (np.array([True, False, True]), [50, 250]),
        (slice(1, None), [150, 250]),
        (np.array([], np.int64), []),
    ],
    ids=["indices", "mask", "slice", "nothing"],
)
def test_take_keeps_rows_together(chosen: npt.NDArray[np.int64], weights: list[int]) -> None:
    taken = fruit(50, 150, 250).take(chosen)
    assert isinstance(taken, Fruit)
    assert rows(taken) == [(weight, weight > 100) for weight in weights]
    assert (taken.weight.dtype, taken.ripe.dtype) == (np.uint16, np.bool_)


def test_take_copies_what_indices_choose() -> None:
    table = fruit(1, 2)
    taken = table.take(np.array([0]))
    taken.weight[0] = 99
    assert table.weight[0] == 1


def test_concatenate_keeps_the_order() -> None:
    table = Fruit.concatenate([fruit(1, 200), fruit(), fruit(3)])
    assert rows(table) == [(1, False), (200, True), (3, False)]
    assert table.weight.dtype == np.uint16


def test_concatenating_one_table_costs_nothing() -> None:
    table = fruit(1)
    assert Fruit.concatenate([table]) is table


def test_a_table_is_frozen() -> None:
    with pytest.raises(AttributeError):
        fruit(1).weight = np.zeros(1, np.uint16)  # type: ignore[misc]


@given(st.lists(st.integers(-9, 9) | st.integers(-(1 << 62), 1 << 62)))
def test_distinct_values_are_those_of_numpy(values: list[int]) -> None:
    column = np.array(values, np.int64)
    found = distinct(column)
    assert found.tolist() == np.unique(column).tolist()
    assert found.dtype == column.dtype


@given(st.lists(st.floats(-1e9, 1e9), min_size=1))
def test_a_median_is_that_of_numpy(values: list[float]) -> None:
    assert median(np.array(values)) == np.median(values)


@pytest.mark.parametrize("column", [[], [3], [3, 1, 3, 2]])
def test_one_of_a_few_values_is_that_of_numpy(column: list[int]) -> None:
    rows = np.array(column, np.int64)
    found = one_of(rows, (2, 3))
    assert found.tolist() == np.isin(rows, (2, 3)).tolist()
    assert found.dtype == np.bool_


@given(st.lists(st.integers(-9, 9)), st.lists(st.integers(-9, 9)))
def test_among_many_values_is_that_of_numpy(values: list[int], wanted: list[int]) -> None:
    column, ordered = np.array(values, np.int64), np.sort(np.array(wanted, np.int64))
    assert among(column, ordered).tolist() == np.isin(column, ordered).tolist()


@given(st.lists(st.integers(0, 9)), st.integers(0, 9))
def test_span_is_where_an_ascending_column_holds_a_value(values: list[int], wanted: int) -> None:
    column = np.array(sorted(values), np.int32)
    where = span(column, wanted)
    assert column[where].tolist() == [wanted] * values.count(wanted)
    assert (column[: where.start] < wanted).all() and (column[where.stop :] > wanted).all()


@given(st.lists(st.integers(0, 3)), st.integers(4, 5))
def test_rows_of_each_value_in_order(values: list[int], count: int) -> None:
    found = rows_of_each(np.array(values, np.uint16), count)
    assert [rows.tolist() for rows in found] == [
        [row for row, value in enumerate(values) if value == wanted] for wanted in range(count)
    ]


def test_all_rows_are_those_of_the_only_value() -> None:
    (rows,) = rows_of_each(np.zeros(3, np.uint16), 1)
    assert rows.tolist() == [0, 1, 2]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9))))
def test_the_last_of_each_group(pairs: list[tuple[int, int]]) -> None:
    group, values = np.array(pairs, np.int64).reshape(-1, 2).T
    last = dict(pairs)
    assert last_of(5, group, values).tolist() == [last.get(place, -1) for place in range(5)]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3))))
def test_rows_between_are_those_of_each_stretch(stretches: list[tuple[int, int]]) -> None:
    begin, count = np.array(stretches, np.int64).reshape(-1, 2).T
    found = rows_between(begin, count)
    assert found.tolist() == [row for at, many in stretches for row in range(at, at + many)]


def test_values_at_rows_of_which_any_may_be_missing() -> None:
    column = np.array([7, 0, 255], np.uint8)
    got = values_at(column, np.array([2, -1, 0, -9, 1]), -5)
    assert got.dtype == np.int64
    assert got.tolist() == [255, -5, 7, -5, 0]
    assert values_at(column[:0], np.array([-1]), -5).tolist() == [-5]


def test_repeated_values() -> None:
    assert repeated(np.array([3, 1, 3, 2, 1, 3])).tolist() == [1, 3, 3]
    assert repeated(np.array([2, 1])).tolist() == []
    assert repeated(np.empty(0, np.uint64)).tolist() == []


def test_places_in_runs() -> None:
    assert place_in_run(np.array([4, 4, 7, 9, 9, 9])).tolist() == [0, 1, 0, 0, 1, 2]
    assert place_in_run(np.empty(0, np.int32)).tolist() == []


def test_stretches_that_hold_a_value() -> None:
    ordered, first = np.array([3, 7, 7]), np.array([0, 0, 4, 7, 8])
    last = np.array([2, 3, 6, 7, 9])
    assert any_between(ordered, first, last).tolist() == [False, True, False, True, False]
    assert not any_between(ordered[:0], first, last).any()
