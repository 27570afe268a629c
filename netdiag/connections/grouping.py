"""Sorts segments by four-tuple, both directions together, keeping capture order inside each.

Leaves to `splitting` that one four-tuple can serve several connections in turn.
"""

from __future__ import annotations

import os

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, Rows
from netdiag.decode.segments import Segments
from netdiag.native import native

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio: spreads keys


def by_four_tuple(segments: Segments) -> tuple[Rows, Mask]:
    """The order that brings each four-tuple's segments together, and where each begins.

    Returns:
        rows: int64, a permutation of the segments; the four-tuple that appears first comes
            first, and inside each capture order holds.
        begins: bool, true on the first row of each four-tuple, in the sorted order.
    """
    if native is None:
        return by_sorted_keys(segments)
    count = len(segments)
    number, rows, begins = (
        np.empty(count, np.int64),
        np.empty(count, np.int64),
        np.empty(count, bool),
    )
    secret = int.from_bytes(os.urandom(8), "big")
    native.group(segments.source, segments.destination, secret, number, rows, begins)
    return rows, begins


def by_sorted_keys(segments: Segments) -> tuple[Rows, Mask]:
    """`by_four_tuple` without a compiled step.

    Sorting 64-bit numbers is several times as fast as sorting an index by them, so the row numbers
    ride in the low bits of the keys. What is left of a key may be the same for two four-tuples, by
    chance or because somebody chose them so; then they are sorted exactly.
    """
    low = np.minimum(segments.source, segments.destination)
    high = np.maximum(segments.source, segments.destination)
    bits = np.uint64(max(len(low) - 1, 1).bit_length())
    key = _mix(low, high)
    key >>= bits
    key <<= bits
    key |= np.arange(len(low), dtype=np.uint64)
    key.sort()
    rows = (key & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    begins = _changes(key >> bits)
    if not np.array_equal(begins, _changes(low[rows]) | _changes(high[rows])):
        rows = np.lexsort((high, low))
        begins = _changes(low[rows]) | _changes(high[rows])
    return _by_appearance(rows, begins)


def _by_appearance(rows: Rows, begins: Mask) -> tuple[Rows, Mask]:
    """The same groups, in the order of their first rows."""
    start = np.flatnonzero(begins)
    size = np.diff(np.append(start, len(rows)))
    order = np.argsort(rows[start])
    start, size = start[order], size[order]
    placed = np.cumsum(size) - size
    begins = np.zeros(len(rows), bool)
    begins[placed] = True
    return rows[np.repeat(start - placed, size) + np.arange(len(rows))], begins


def _mix(low: npt.NDArray[np.uint64], high: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Keys whose upper bits depend on every bit of both endpoints."""
    key: npt.NDArray[np.uint64] = low * _MULTIPLIER
    key ^= high
    key ^= key >> np.uint64(32)
    key *= _MULTIPLIER
    key ^= key >> np.uint64(29)
    key *= _MULTIPLIER
    return key


def _changes(values: npt.NDArray[np.uint64]) -> Mask:
    changed = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=changed[1:])
    return changed
