"""A table grown by parts is the parts behind one another."""

from __future__ import annotations

import subprocess
import sys
from unittest import mock

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.columns import Columns
from netdiag.decode import growth
from netdiag.decode.growth import GrowingTable


class Pair(Columns, frozen=True, eq=False):
    """Two columns of different dtypes."""

    number: npt.NDArray[np.int64]
    flag: npt.NDArray[np.uint8]


class Numbers(Columns, frozen=True, eq=False):
    """A column that can be raised."""

    number: npt.NDArray[np.int32]


def pair(begin: int, count: int) -> Pair:
    numbers = np.arange(begin, begin + count)
    return Pair(numbers, (numbers % 3).astype(np.uint8))


@given(
    sizes=st.lists(st.integers(0, 50), max_size=12), first=st.integers(1, 20), maps=st.booleans()
)
def test_parts_become_one_table(sizes: list[int], first: int, maps: bool) -> None:
    with mock.patch.multiple(growth, FIRST_ROWS=first, IN_MAPS=maps and growth.IN_MAPS):
        table = GrowingTable(pair(0, 0))
        total = 0
        for size in sizes:
            table.add(pair(total, size))
            total += size
        whole = table.finish()
    assert whole.number.tolist() == list(range(total))
    assert whole.flag.tolist() == [n % 3 for n in range(total)]
    assert whole.flag.dtype == np.uint8


def test_rows_in_an_order() -> None:
    table = GrowingTable(pair(0, 0))
    table.add(pair(0, 3))
    table.add(pair(3, 1))
    assert table.finish(np.array([3, 0, 2, 1])).number.tolist() == [3, 0, 2, 1]


def test_parts_are_copied() -> None:
    table = GrowingTable(pair(0, 0))
    part = pair(0, 2)
    table.add(part)
    part.number[:] = 9
    assert table.finish().number.tolist() == [0, 1]


@given(sizes=st.lists(st.integers(0, 50), max_size=12), every=st.integers(1, 5))
def test_rows_are_dropped_as_it_grows(sizes: list[int], every: int) -> None:
    with mock.patch.object(growth, "FIRST_ROWS", 8):
        table, wanted, total = GrowingTable(pair(0, 0)), np.empty(0, np.int64), 0
        for size in sizes:
            table.add(pair(total, size))
            wanted = np.append(wanted, np.arange(total, total + size))
            total += size
            kept = wanted % every == 0
            table.keep(np.flatnonzero(kept))
            wanted = wanted[kept]
            assert table.so_far().number.tolist() == wanted.tolist()
            assert len(table) == len(wanted)
        table.so_far().flag[:] = 9
        assert set(table.finish().flag.tolist()) <= {9}


@pytest.mark.parametrize(("dropped", "own"), [(0, False), (100, False), (600, True)])
def test_few_rows_do_not_keep_the_memory_of_many(dropped: int, own: bool) -> None:
    with mock.patch.object(growth, "FIRST_ROWS", 1000):
        growing = GrowingTable(pair(0, 0))
        growing.add(pair(0, 1000))
    growing.keep(np.arange(dropped, 1000))
    number = growing.finish().number
    assert number.tolist() == list(range(dropped, 1000))
    assert (number.base is None) == own


@given(sizes=st.lists(st.integers(0, 50), max_size=12), every=st.integers(1, 5))
def test_a_table_in_maps_is_the_same(sizes: list[int], every: int) -> None:
    with mock.patch.object(growth, "FIRST_ROWS", 4):
        table, wanted, total = GrowingTable(pair(0, 0)), np.empty(0, np.int64), 0
        looked_at = []
        for size in sizes:
            table.add(pair(total, size))
            wanted = np.append(wanted, np.arange(total, total + size))
            total += size
            looked_at.append((table.so_far(), wanted))  # so its maps can't be moved
        for seen, numbers in looked_at:
            assert seen.number.tolist() == numbers.tolist()
        table.keep(np.flatnonzero(wanted % every == 0))
        wanted = wanted[wanted % every == 0]
        assert table.finish().number.tolist() == wanted.tolist()


def test_few_rows_do_not_keep_a_map() -> None:
    growing = GrowingTable(pair(0, 0))
    growing.add(pair(0, 1000))
    assert growing.finish().number.base is None


def test_what_is_not_negative_in_a_column_can_be_raised() -> None:
    table = GrowingTable(numbers())
    table.add(numbers(3, -1), "number", 4)
    table.add(numbers(-7, 0, 1), "number", 10)
    assert table.finish().number.tolist() == [7, -1, -7, 10, 11]


def numbers(*values: int) -> Numbers:
    return Numbers(np.array(values, np.int32))


def test_a_large_table_is_held_once_as_it_grows() -> None:
    program = """
import resource
import numpy as np
from netdiag.cli.allocator import keep_freed_memory
from netdiag.decode.growth import GrowingTable
from netdiag.decode.segments import Segments
none = Segments.empty()
part = Segments(**{n: np.ones(1 << 18, getattr(none, n).dtype) for n in none.__struct_fields__})
table = GrowingTable(none)
keep_freed_memory()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for _ in range(18):
    table.add(part)
whole = table.finish()
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / (63 * len(whole)))
"""
    run = [sys.executable, "-c", program]
    times = float(subprocess.run(run, capture_output=True, text=True, check=True).stdout)
    assert times < 1.3
