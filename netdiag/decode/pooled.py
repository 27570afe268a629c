"""`Pooled`: what is remembered of those connections without rows that lay idle.

Most connections of a busy capture carry one exchange and are gone. Of one that was asked again, or
had been idle when it ended, some numbers more are wanted; they are here, so that the others need no
room for them. They belong to rows of `netdiag.decode.bygones`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from netdiag.columns import Columns, Rows, mask_of


class Pooled(Columns, frozen=True, eq=False):
    """One row a connection that carried several exchanges, or had been idle when it ended.

    Columns:
        row: uint32, ascending: its row of `Bygones`.
        asked_ns: int64, when its first request began.
        longest_idle_ns: int64, the longest idle time before one of its requests; -1 with only one.
        exchanges: uint32, how many it carried.
        end_frame: uint32, its first FIN, or the close_notify before that, of either side.
    """

    row: npt.NDArray[np.uint32]
    asked_ns: npt.NDArray[np.int64]
    longest_idle_ns: npt.NDArray[np.int64]
    exchanges: npt.NDArray[np.uint32]
    end_frame: npt.NDArray[np.uint32]

    @classmethod
    def empty(cls) -> Self:
        """None of them."""
        four, times = np.empty(0, np.uint32), np.empty(0, np.int64)
        return cls(four, times, times, four, four)

    def among(self, rows: Rows | slice, count: int) -> Self:
        """Those that are among some rows of `count`, by their places among these."""
        if len(self) == 0:
            return self
        if isinstance(rows, slice):
            begin, stop, _ = rows.indices(count)
            ends = np.array([begin, stop], self.row.dtype)
            some = self.take(slice(*np.searchsorted(self.row, ends).tolist()))
            return replace(some, row=some.row - ends[0])
        place = np.flatnonzero(mask_of(self.row, count)[rows])
        wanted = rows[place].astype(self.row.dtype)
        return replace(
            self.take(np.searchsorted(self.row, wanted)), row=place.astype(self.row.dtype)
        )

    def put(self, column: npt.NDArray[Any], values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """A column of `Bygones` with `values` in these rows."""
        column[self.row] = values
        return column

    def behind(self, count: int) -> Self:
        """The same where `count` other rows come before."""
        return replace(self, row=self.row + np.uint32(count))

    @classmethod
    def together(cls, parts: Sequence[Self], counts: Sequence[int]) -> Self:
        """Those of several tables behind one another, given how many rows each of them has."""
        before = np.cumsum([0, *counts]).tolist()
        return cls.concatenate([part.behind(n) for part, n in zip(parts, before, strict=False)])

    def in_order(self, order: Rows) -> Self:
        """The same where all rows are put in another order."""
        if len(self) == 0:
            return self
        place = np.empty(len(order), self.row.dtype)
        place[order] = np.arange(len(order), dtype=self.row.dtype)
        row = place[self.row]
        by_row = np.argsort(row)
        return replace(self.take(by_row), row=row[by_row])
