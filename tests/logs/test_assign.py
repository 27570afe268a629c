"""The assignment, beside all assignments that there are."""

from __future__ import annotations

from itertools import product
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from netdiag.logs import assign as module
from netdiag.logs.assign import assign

UNEXPLAINED = 6.0
PAIR = st.tuples(st.integers(0, 3), st.integers(0, 3))
COSTS = st.dictionaries(PAIR, st.integers(-3, 9).map(float), max_size=12)


def total(costs: dict[tuple[int, int], float], chosen: dict[int, int]) -> float:
    lines = {line for line, _ in costs}
    return sum(costs[pair] for pair in chosen.items()) + UNEXPLAINED * len(lines - set(chosen))


@given(COSTS)
def test_nothing_costs_less(costs: dict[tuple[int, int], float]) -> None:
    lines = sorted({line for line, _ in costs})
    every = [
        {line: event for line, event in zip(lines, events, strict=True) if event is not None}
        for events in product([None, 0, 1, 2, 3], repeat=len(lines))
    ]
    possible = [
        chosen
        for chosen in every
        if len(set(chosen.values())) == len(chosen) and costs.keys() >= set(chosen.items())
    ]
    assert total(costs, assign(costs, UNEXPLAINED)) == min(total(costs, c) for c in possible)


@given(COSTS)
def test_a_large_group_still_gets_each_at_most_once(costs: dict[tuple[int, int], float]) -> None:
    with patch.object(module, "MOST_EXACT", 0):
        chosen = assign(costs, UNEXPLAINED)
    assert len(set(chosen.values())) == len(chosen)
    assert all(costs[pair] < UNEXPLAINED for pair in chosen.items())
