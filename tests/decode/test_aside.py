"""What was set aside is kept in few bytes, and nothing of it is lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from netdiag.decode.aside import Aside, Folds, Part, Streams, Times
from tests.connections.gone import gone

times = st.integers(-(1 << 60), 1 << 60)


@given(values=st.lists(times, max_size=20), unit=st.sampled_from([1, 1000, 1_000_000]))
def test_times_come_back_as_they_were(values: list[int], unit: int) -> None:
    wanted = np.array(values, np.int64) // unit * unit
    assert Times.of(wanted).values_ns().tolist() == wanted.tolist()
    assert Times.of(wanted).take(slice(1, 3)).values_ns().tolist() == wanted.tolist()[1:3]


@given(
    values=st.lists(times, min_size=1, max_size=20),
    unit=st.sampled_from([1, 1000, 1_000_000]),
    others=st.lists(times),
)
def test_they_are_compared_as_they_are_kept(
    values: list[int], unit: int, others: list[int]
) -> None:
    wanted = np.array(values, np.int64) // unit * unit
    kept = Times.of(wanted)
    near = sorted({*others, *(value + way for value in wanted.tolist() for way in (-1, 0, 1))})
    for limit in near:
        assert kept.above(limit).tolist() == (wanted > limit).tolist()
    some = np.array(near[:: max(len(near) // 5, 1)])
    assert kept.among(some).tolist() == np.flatnonzero(np.isin(wanted, some)).tolist()
    assert kept.range_ns() == (wanted.min(), wanted.max())
    runs = np.array([1, len(wanted) - 1] if len(wanted) > 1 else [1], np.uint32)
    longest = [part.max() for part in np.split(wanted, np.cumsum(runs)[:-1].astype(np.int64))]
    assert kept.greatest(runs).tolist() == longest


@given(st.lists(st.lists(times, max_size=5), max_size=4))
def test_values_of_several_follow_each_other(several: list[list[int]]) -> None:
    kept = [Times.of(np.array(values, np.int64)) for values in several]
    assert Times.values_of(kept).tolist() == [value for values in several for value in values]


units = st.sampled_from([1, 1000, 1_000_000])


@given(st.lists(st.tuples(units, st.lists(st.integers(-50, 1 << 33), max_size=5)), min_size=1))
def test_several_become_one(several: list[tuple[int, list[int]]]) -> None:
    values = [value * unit for unit, counts in several for value in counts]
    one = Times.concatenate([Times.of(np.array(c, np.int64) * unit) for unit, c in several])
    assert one.values_ns().tolist() == values
    assert one.ordered().values_ns().tolist() == sorted(values)


def test_several_of_one_unit_stay_narrow() -> None:
    parts = [Times.of(np.array(each) * 1000) for each in ([5, 9], [2], [7, 1_000_000])]
    assert Times.concatenate(parts).counts.tolist() == [3, 7, 0, 5, 999_998]


@pytest.mark.parametrize(
    ("step_ns", "width"), [(1, 4), (999_999, 8), (999_000, 4), (100_000_000_000, 4)]
)
def test_they_are_as_narrow_as_they_can_be(step_ns: int, width: int) -> None:
    values = 1_700_000_000_000_000_000 + np.arange(10_000) * step_ns
    assert Times.of(values).counts.itemsize == width


def part(capture: int = 0) -> Part:
    one = np.array([1], np.uint32)
    return Part(capture, one, one, Times.of(np.array([5])), Times.of(np.array([2])), one)


def folds(frame: int, packets: int) -> Folds:
    number = np.array([packets])
    return Folds(np.zeros(1, np.uint16), np.array([frame], np.uint32), *[number] * 8)


def test_captures_together() -> None:
    one, other = Aside(folds(7, 4), (part(),)), Aside(folds(7, 8), (part(), part()))
    both = Aside.together([one.of_capture(0), other.of_capture(1)])
    assert both.folds.packets.sum() == 12
    assert both.folds.capture.tolist() == [0, 1]
    assert [each.capture for each in both.parts] == [0, 1, 1]
    assert [each.captures.tolist() for each in both.parts] == [[0], [1], [1]]
    assert sum(map(len, both.parts)) == 3


def test_connections_without_rows_lie_in_order_of_their_servers() -> None:
    asides = [
        replace(Aside.nothing(), bygones=replace(gone(frame), server=np.array([server], np.uint64)))
        for frame, server in ((1, 82), (2, 80), (3, 81))
    ]
    assert Aside.together(asides).bygones.server.tolist() == [80, 81, 82]
    assert Aside.together(asides).bygones.frame.tolist() == [2, 3, 1]


def test_nothing() -> None:
    assert not len(Aside.nothing().folds) and not len(Aside.together([]).folds)


def test_a_connection_may_begin_in_another_capture() -> None:
    streams = (Streams(0, np.array([1, 9], np.uint32)),)
    named = replace(part(), first_capture=np.array([3], np.uint16))
    aside = Aside(folds(7, 4), (named,), streams).of_capture(5)
    assert (aside.parts[0].capture, aside.parts[0].captures.tolist()) == (5, [3])
    assert [each.capture for each in Aside.together([aside, aside]).streams] == [5, 5]
