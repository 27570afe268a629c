"""One table of segments out of those of several captures, in time order.

Each capture keeps its own order, even where its clock went back. Which captures are copies of
others is said here, too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from netdiag.columns import Rows
from netdiag.decode.growth import GrowingTable
from netdiag.decode.segments import Segments

OWN_COLUMNS = ("capture", "sample")
"""Columns that differ between copies of one capture."""


def is_copy(one: Segments, other: Segments) -> bool:
    """Whether two captures hold the same segments; empty ones are no copies."""
    if len(one) == 0 or len(one) != len(other):
        return False
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in Segments.__struct_fields__
        if name not in OWN_COLUMNS
    )


def merge(tables: list[Segments]) -> Segments:
    """One table of those of all captures; `tables` is emptied, to hold no column twice."""
    full = [table for table in tables if len(table)]
    tables.clear()
    if len(full) < 2:
        return full[0] if full else Segments.empty()
    full.sort(key=lambda table: int(table.time_ns[0]))
    order = merged_order([table.time_ns for table in full])
    table = GrowingTable(Segments.empty())
    while full:
        table.add(full.pop(0))
    return table.finish(order)


def merged_order(times: Sequence[npt.NDArray[np.int64]]) -> Rows | None:
    """The rows of all captures, behind one another, in time order; None if they are in it.

    Captures are merged by the running maximum of their times, so that a clock that goes back
    a little doesn't tear its capture apart. Rows of the same time stay in the captures' order.
    """
    keys = np.concatenate([np.maximum.accumulate(t) for t in times])
    if (keys[1:] >= keys[:-1]).all():
        return None
    return np.argsort(keys, kind="stable")
