"""Finds which connection a new one takes the place of.

A pool gives out the connection that was given back last (LIFO: Apache HttpClient, Node.js, Go,
HikariCP). So a new connection is taken to stand for the one that was let go of last and that no
other new connection stands for yet, as a closing bracket stands for the last open one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, Rows, begins_of


def find_predecessors(
    pool: npt.NDArray[np.int64], time_ns: npt.NDArray[np.int64], is_new: Mask
) -> Rows:
    """For each event the one whose place it takes, by index; -1 for none.

    Args:
        pool: int64, which pool each event belongs to (a client and its server).
        time_ns: int64, when a connection was let go of, or a new one was opened.
        is_new: bool, whether it is a new one.
    """
    found = np.full(len(pool), -1, np.int64)
    if len(pool) == 0:
        return found
    order = np.lexsort((is_new, time_ns, pool))
    pools, new = pool[order], is_new[order]
    level = _level(pools, new)
    # At each level of each pool, connections that go and those that come take turns.
    turns = np.lexsort((np.arange(len(order)), level, pools))
    before, after = turns[:-1], turns[1:]
    same = (pools[before] == pools[after]) & (level[before] == level[after]) & (level[after] > 0)
    pairs = same & ~new[before] & new[after]
    found[order[after[pairs]]] = order[before[pairs]]
    return found


def _level(pools: npt.NDArray[np.int64], new: Mask) -> npt.NDArray[np.int64]:
    """How many connections are waiting for a successor: after one goes, before one comes.

    A new connection that finds none is at level 0, and leaves none.
    """
    step = np.where(new, -1, 1)
    total = np.cumsum(step)
    is_first = begins_of(pools)
    begins, index = np.flatnonzero(is_first), np.cumsum(is_first) - 1
    height = total - (total[begins] - step[begins])[index]
    # The lowest height so far in each pool: the pools are set so far below one another that
    # the lowest of all so far is always this pool's.
    below = index * (2 * len(pools) + 2)
    lowest = np.minimum.accumulate(np.minimum(height, 0) - below) + below
    waiting = height - np.minimum(lowest, 0)
    lowest_before = np.append(0, lowest[:-1])
    lowest_before[begins] = 0
    finds_none = new & (height < lowest_before)
    level: npt.NDArray[np.int64] = np.where(new, np.where(finds_none, 0, waiting + 1), waiting)
    return level
