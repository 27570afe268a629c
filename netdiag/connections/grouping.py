"""Sorts segments by four-tuple, both directions together, keeping capture order inside each.

Leaves to `splitting` that one four-tuple can serve several connections in turn.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, Rows
from netdiag.decode.segments import Segments

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio: spreads keys


def by_four_tuple(segments: Segments) -> tuple[Rows, Mask]:
    """The order that brings each four-tuple's segments together, and where each begins.

    Returns:
        rows: int64, a permutation of the segments; stable, so capture order holds inside.
        begins: bool, true on the first row of each four-tuple, in the sorted order.
    """
    low = np.minimum(segments.source, segments.destination)
    high = np.maximum(segments.source, segments.destination)
    key = (low * _MULTIPLIER) ^ (high * _MULTIPLIER >> np.uint64(17)) ^ (high << np.uint64(13))
    rows = np.argsort(key, kind="stable")
    begins = _changes(key[rows])
    if np.array_equal(begins, _changes(low[rows]) | _changes(high[rows])):
        return rows, begins
    # Two four-tuples share a key: by chance, or because somebody chose them so. Sort exactly.
    rows = np.lexsort((high, low))
    return rows, _changes(low[rows]) | _changes(high[rows])


def _changes(values: npt.NDArray[np.uint64]) -> Mask:
    changed = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=changed[1:])
    return changed
