"""`assign`: which line is which occurrence, so that all pairs together cost least.

The assignment problem: each line gets at most one occurrence, each occurrence at most one line, and
a line that no occurrence explains costs something, too. Solved exactly by shortest augmenting paths
(the Hungarian method; R. Jonker and A. Volgenant, "A shortest augmenting path algorithm for dense
and sparse linear assignment problems", Computing 38, 1987), for each group of lines and occurrences
that have to do with one another by itself. Groups are small, as a line can only be what happened at
its time; one that is not (`MOST_EXACT`) gets its cheapest pairs first.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

MOST_EXACT = 80
"""Lines of a group, and its square pairs, for which the exact method takes less than half a
second."""

Costs = Mapping[tuple[int, int], float]


def assign(costs: Costs, unexplained: float) -> dict[int, int]:
    """Choose pairs.

    Args:
        costs: of every pair (line, occurrence) that can be.
        unexplained: what a line without an occurrence costs.

    Returns:
        the occurrence of each line that has one.
    """
    chosen: dict[int, int] = {}
    for group in _groups(costs):
        few = len({line for line, _ in group}) <= MOST_EXACT and len(group) <= MOST_EXACT**2
        solve = _exact if few else _greedy
        chosen |= solve(group, unexplained)
    return chosen


def _groups(costs: Costs) -> list[dict[tuple[int, int], float]]:
    """Pairs that share a line or an occurrence, directly or through others, belong together."""
    leader: dict[tuple[str, int], tuple[str, int]] = {}

    def find(node: tuple[str, int]) -> tuple[str, int]:
        while leader.setdefault(node, node) != node:
            leader[node] = leader[leader[node]]
            node = leader[node]
        return node

    for line, event in costs:
        leader[find(("line", line))] = find(("event", event))
    groups: dict[tuple[str, int], dict[tuple[int, int], float]] = {}
    for pair, cost in costs.items():
        groups.setdefault(find(("line", pair[0])), {})[pair] = cost
    return list(groups.values())


def _greedy(group: Costs, unexplained: float) -> dict[int, int]:
    chosen: dict[int, int] = {}
    taken: set[int] = set()
    for (line, event), cost in sorted(group.items(), key=lambda item: (item[1], item[0])):
        if cost < unexplained and line not in chosen and event not in taken:
            chosen[line] = event
            taken.add(event)
    return chosen


def _exact(group: Costs, unexplained: float) -> dict[int, int]:
    lines = sorted({line for line, _ in group})
    events = sorted({event for _, event in group})
    width = len(events) + len(lines)  # each line may also have a place of its own: unexplained
    matrix = [
        [group.get((line, event), inf) for event in events]
        + [unexplained if place == row else inf for place in range(len(lines))]
        for row, line in enumerate(lines)
    ]
    row_of = _solve(matrix, width)
    return {
        lines[row]: events[column]
        for column, row in enumerate(row_of[: len(events)])
        if row is not None
    }


def _solve(matrix: list[list[float]], width: int) -> list[int | None]:
    """The row that each column is given to: the least sum with every row in one column."""
    row_of: list[int | None] = [None] * width
    row_price, column_price = [0.0] * len(matrix), [0.0] * width
    for first in range(len(matrix)):
        least, before = [inf] * width, [-1] * width
        done = [False] * width
        row, column = first, -1
        while True:
            step, nearest = inf, -1
            for j in range(width):
                if done[j]:
                    continue
                cost = matrix[row][j] - row_price[row] - column_price[j]
                if cost < least[j]:
                    least[j], before[j] = cost, column
                if least[j] < step:
                    step, nearest = least[j], j
            _reprice(row_price, column_price, row_of, done, least, step, first)
            column = nearest
            done[column] = True
            taken_by = row_of[column]
            if taken_by is None:
                break
            row = taken_by
        while column >= 0:
            previous = before[column]
            row_of[column] = first if previous < 0 else row_of[previous]
            column = previous
    return row_of


def _reprice(
    row_price: list[float],
    column_price: list[float],
    row_of: list[int | None],
    done: list[bool],
    least: list[float],
    step: float,
    first: int,
) -> None:
    """Move the prices so that the path found so far costs nothing."""
    row_price[first] += step
    for j, is_done in enumerate(done):
        if is_done:
            owner = row_of[j]
            if owner is not None:
                row_price[owner] += step
            column_price[j] -= step
        else:
            least[j] -= step
