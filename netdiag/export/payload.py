"""How many bytes the requests and responses of exchanges have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from netdiag.columns import Rows
from netdiag.connections import Traffic

if TYPE_CHECKING:
    from netdiag.export.source import Source


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
    """The sum of one side's new bytes over each span of rows, of which no two overlap."""
    if len(first) == 0:
        return np.empty(0, np.int64)
    order = np.argsort(first, kind="stable")
    count = (last - first + 1)[order]
    before = np.cumsum(count) - count
    every = np.arange(int(count.sum())) + np.repeat(first[order] - before, count)
    said = np.where(traffic.from_client[every] == from_client, traffic.new_bytes[every], 0)
    total = np.empty(len(first), np.int64)
    total[order] = np.add.reduceat(said, before)
    return total
