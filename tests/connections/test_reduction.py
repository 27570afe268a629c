"""`Groups`, against loops."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netdiag.connections.reduction import Groups

rows = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.integers(-(1 << 40), 1 << 40)), max_size=40
)


@given(rows)
def test_every_reduction_is_what_a_loop_finds(rows: list[tuple[bool, bool, int]]) -> None:
    begins = np.array([starts or i == 0 for i, (starts, _, _) in enumerate(rows)], bool)
    mask = np.array([true for _, true, _ in rows], bool)
    values = np.array([value for _, _, value in rows], np.int64)
    runs: list[list[int]] = []
    for i, starts in enumerate(begins.tolist()):
        if starts:
            runs.append([])
        runs[-1].append(i)
    true_rows = [[i for i in run if mask[i]] for run in runs]

    groups = Groups.beginning(begins)
    assert len(groups) == len(runs)
    assert groups.start.tolist() == [run[0] for run in runs]
    assert groups.stop.tolist() == [run[-1] + 1 for run in runs]
    assert groups.of_row.tolist() == [n for n, run in enumerate(runs) for _ in run]
    assert groups.first(mask).tolist() == [min(run, default=-1) for run in true_rows]
    assert groups.last(mask).tolist() == [max(run, default=-1) for run in true_rows]
    assert groups.count(mask).tolist() == [len(run) for run in true_rows]
    assert groups.sum(values, mask).tolist() == [
        sum(int(values[i]) for i in run) for run in true_rows
    ]


def test_sums_beyond_the_precision_of_floats_are_exact() -> None:
    begins = np.array([True, False, True, False])
    values = np.array([(1 << 60) + 1, 1, (1 << 60) + 3, 0], np.int64)
    total = Groups.beginning(begins).sum(values, np.ones(4, bool))
    assert total.tolist() == [(1 << 60) + 2, (1 << 60) + 3]
