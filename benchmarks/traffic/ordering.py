"""Puts batches of packets in time order without holding more than those still under way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from benchmarks.traffic.packets import Packets


def in_time_order(batches: Iterable[Packets], count: int) -> Iterator[Packets]:
    """The first `count` packets, some at a time.

    No packet of a later batch may lie before the first of an earlier one; what lies after the
    first of the next batch is held until that has come.
    """
    held: list[Packets] = []
    for batch in batches:
        begins_us = int(batch.time_us.min())
        for waiting in held:
            ready = int(np.searchsorted(waiting.time_us, begins_us))
            yield waiting.take(slice(0, min(ready, count)))
            count -= ready
            if count <= 0:
                return
            held = [waiting.take(slice(ready, None))]
        joined = Packets.joined([*held, batch])
        # Of what is held no more than `count` can be wanted; what still comes may lie between.
        held = [joined.take(np.argsort(joined.time_us, kind="stable")[:count])]


def merged(*sources: Iterator[Packets]) -> Iterator[Packets]:
    """The batches of endless sources, the one that begins first next."""
    waiting = [next(source) for source in sources]
    while True:
        begins_us = [int(batch.time_us.min()) for batch in waiting]
        i = begins_us.index(min(begins_us))
        yield waiting[i]
        waiting[i] = next(sources[i])
