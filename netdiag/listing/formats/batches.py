"""`batches`: a few thousand rows at a time, so that a million connections need no more memory."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.columns import Rows

AT_ONCE = 5_000


def batches(rows: Rows) -> Iterator[Rows]:
    """The rows, some at a time."""
    for begin in range(0, len(rows), AT_ONCE):
        yield rows[begin : begin + AT_ONCE]
