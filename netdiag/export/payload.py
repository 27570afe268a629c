"""How many bytes the requests and responses of exchanges have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from netdiag.columns import Rows
from netdiag.connections import Traffic

if TYPE_CHECKING:
    from netdiag.export.source import Source

SEGMENTS_AT_ONCE = 1 << 20
"""Bounds what is held of them: one request may be a download of gigabytes."""


def request_bytes(source: Source, rows: Rows) -> npt.NDArray[np.int64]:
    """New payload of the client from the first to the last row of each request; int64."""
    exchanges = source.scene.exchanges
    first, last = exchanges.request[rows], exchanges.request_end[rows]
    return _between(source.scene.traffic, first, last, from_client=True)


def response_bytes(source: Source, rows: Rows) -> npt.NDArray[np.int64]:
    """New payload of the server from the first to the last row of each response; 0 without."""
    exchanges = source.scene.exchanges
    first, last = exchanges.response[rows], exchanges.response_end[rows]
    total = np.zeros(len(rows), np.int64)
    there = np.flatnonzero(first >= 0)
    total[there] = _between(source.scene.traffic, first[there], last[there], from_client=False)
    return total


def _between(
    traffic: Traffic, first: Rows, last: Rows, *, from_client: bool
) -> npt.NDArray[np.int64]:
    """The sum of one side's new bytes over each span of rows; int64."""
    total = np.zeros(len(first), np.int64)
    count = last - first + 1
    before = np.cumsum(count) - count
    for begin in range(0, int(count.sum()), SEGMENTS_AT_ONCE):
        end = min(begin + SEGMENTS_AT_ONCE, int(count.sum()))
        low, high = np.searchsorted(before, [begin, end - 1], side="right")
        spans = slice(int(low) - 1, int(high))  # those of which a part lies between
        edges = np.maximum(before[spans], begin)
        sizes = np.diff(edges, append=end)
        rows = np.arange(begin, end) + np.repeat(first[spans] - before[spans], sizes)
        said = np.where(traffic.from_client[rows] == from_client, traffic.new_bytes[rows], 0)
        total[spans] += np.add.reduceat(said, edges - begin)
    return total
