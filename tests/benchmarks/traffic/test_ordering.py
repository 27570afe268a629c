"""Batches that overlap, in time order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from benchmarks.traffic.ordering import in_time_order, merged
from benchmarks.traffic.packets import Packets, frames_alone


def batch(*times: int) -> Packets:
    return frames_alone(np.array(times), np.zeros(len(times), np.int64))


def endless(*batches: Packets) -> Iterator[Packets]:
    yield from batches
    now = max(int(b.time_us.max()) for b in batches)
    while True:
        now += 10
        yield batch(now)


def times(tables: Iterator[Packets]) -> list[int]:
    return [int(time) for table in tables for time in table.time_us]


@pytest.mark.parametrize("count", range(1, 9))
def test_packets_of_overlapping_batches_come_in_order(count: int) -> None:
    source = endless(batch(1, 9, 3), batch(4, 30, 6), batch(7, 8))
    assert times(in_time_order(source, count)) == [1, 3, 4, 6, 7, 8, 9, 30][:count]


def test_of_two_sources_that_which_begins_first_comes_first() -> None:
    both = merged(endless(batch(1, 5), batch(3, 4)), endless(batch(2, 9)))
    assert times(in_time_order(both, 6)) == [1, 2, 3, 4, 5, 9]
