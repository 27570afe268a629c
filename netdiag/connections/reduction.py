"""`Groups`: rows that lie together, reduced to one value a group without a loop in Python."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Mask, Rows, last_of


class Groups(Struct, frozen=True, eq=False):
    """Consecutive runs of rows.

    Attributes:
        start: int64, first row of each group, ascending; the first is 0.
        stop: int64, one past the last row of each group.
        of_row: int32, the group of each row.
    """

    start: Rows
    stop: Rows
    of_row: npt.NDArray[np.int32]

    @classmethod
    def beginning(cls, begins: Mask) -> Groups:
        """The groups that start where `begins` is true; the first row must be one."""
        start = np.flatnonzero(begins)
        stop = np.append(start[1:], len(begins))[: len(start)]  # no rows: no group
        return cls(start, stop, np.repeat(np.arange(len(start), dtype=np.int32), stop - start))

    def __len__(self) -> int:
        return len(self.start)

    def first(self, mask: Mask) -> Rows:
        """The first row of each group where `mask` is true, or -1; int64."""
        return self.first_of(np.flatnonzero(mask))

    def first_of(self, rows: Rows) -> Rows:
        """The first of some ascending rows in each group, or -1; int64."""
        return self.last_of(rows[::-1])

    def last(self, mask: Mask) -> Rows:
        """The last row of each group where `mask` is true, or -1; int64."""
        return self.last_of(np.flatnonzero(mask))

    def last_of(self, rows: Rows) -> Rows:
        """The last of some ascending rows in each group, or -1; int64."""
        return last_of(len(self), self.of_row[rows], rows)

    def count(self, mask: Mask) -> npt.NDArray[np.int64]:
        """How many rows of each group are true; int64."""
        return np.bincount(self.of_row[mask], minlength=len(self)).astype(np.int64)

    def sum(self, values: npt.NDArray[np.int64], mask: Mask | None = None) -> npt.NDArray[np.int64]:
        """The sum of `values`, or of those where `mask` is true, group by group; int64, exact."""
        if len(self) == 0:
            return np.empty(0, np.int64)
        return np.add.reduceat(values if mask is None else values * mask, self.start)
