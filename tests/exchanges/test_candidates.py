"""Candidates of the compiled search become records and folds."""

from __future__ import annotations

import numpy as np

from netdiag.exchanges.candidates import Candidates, folded

COLUMNS = Candidates.__struct_fields__


def candidates(**columns: list[int]) -> Candidates:
    """Those columns; every other one is of ones."""
    count = len(next(iter(columns.values())))
    table = Candidates.of_rows(count)
    for name in COLUMNS:
        getattr(table, name)[:] = columns.get(name, [1] * count)
    return table


def test_connections_are_told_apart_by_endpoints_and_by_their_first_frame() -> None:
    found = candidates(flow=[3, 3, 3, 5], first_frame=[1, 1, 9, 9])
    first, count = found.by_connection()
    assert (first.tolist(), count.tolist()) == ([0, 2, 3], [2, 1, 1])


def test_runs_become_folds_with_sums() -> None:
    found = candidates(
        packets=[3, 4, 5],
        sent=[10, 20, 30],
        received=[1, 2, 3],
        length=[7, 9, 8],
        word_ns=[5, 6, 7],
    )
    folds = folded(found, np.array([False, True, True]), np.array([50, 60], np.uint32))
    assert folds.frame.tolist() == [50, 60]
    assert folds.exchanges.tolist() == [2, 1]
    assert folds.packets.tolist() == [7, 5]
    assert folds.client_bytes.tolist() == [30, 30]
    assert folds.server_bytes.tolist() == [3, 3]
    assert folds.last_word_ns.tolist() == [6, 7]
    assert folds.longest.tolist() == [9, 8]
    assert folds.shortest.tolist() == [7, 8]
