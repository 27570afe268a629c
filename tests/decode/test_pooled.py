"""What is remembered of some rows goes with them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netdiag.decode.pooled import Pooled

COUNT = 8


def at(*rows: int) -> Pooled:
    """Of those rows; each number tells which row it was once."""
    row = np.array(rows, np.uint32)
    return Pooled(row, row * 10, row * 100, row + 1, row + 2)


def told(pooled: Pooled) -> dict[int, int]:
    assert pooled.row.dtype == np.uint32
    assert (np.diff(pooled.row.astype(np.int64)) > 0).all()
    assert pooled.longest_idle_ns.tolist() == (pooled.asked_ns * 10).tolist()
    assert pooled.exchanges.tolist() == (pooled.end_frame - 1).tolist()
    return dict(zip(pooled.row.tolist(), (pooled.asked_ns // 10).tolist(), strict=True))


places = st.sets(st.integers(0, COUNT - 1)).map(lambda rows: at(*sorted(rows)))


@given(pooled=places, rows=st.lists(st.integers(0, COUNT - 1), max_size=12))
def test_rows_in_any_order_and_twice(pooled: Pooled, rows: list[int]) -> None:
    among = pooled.among(np.array(rows, np.int64), COUNT)
    assert told(among) == {n: row for n, row in enumerate(rows) if row in pooled.row}


@given(pooled=places, begin=st.integers(0, COUNT), stop=st.integers(0, COUNT))
def test_a_slice(pooled: Pooled, begin: int, stop: int) -> None:
    expected = {n: row for n, row in enumerate(range(COUNT)[begin:stop]) if row in pooled.row}
    assert told(pooled.among(slice(begin, stop), COUNT)) == expected


@given(pooled=places, order=st.permutations(range(COUNT)))
def test_another_order(pooled: Pooled, order: list[int]) -> None:
    expected = {n: row for n, row in enumerate(order) if row in pooled.row}
    assert told(pooled.in_order(np.array(order))) == expected


def test_several_tables() -> None:
    both = Pooled.together([at(0, 2), Pooled.empty(), at(1)], [3, 2, 4])
    assert told(both) == {0: 0, 2: 2, 6: 1}
    assert len(Pooled.together([Pooled.empty()], [3])) == 0
