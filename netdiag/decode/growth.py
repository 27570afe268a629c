"""`GrowingTable`: a table that grows by parts, without ever being in memory twice.

Made from parts of any `Columns`. Collecting the parts and joining them at the end would need
twice the memory, and on a million segments a tenth of a second for the kernel to provide it.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from netdiag.columns import Columns, Rows

Table = TypeVar("Table", bound=Columns)

FIRST_ROWS = 1 << 16
GROWTH = 4
"""Room is taken at four times the rows there are: the kernel backs only what is written to."""


class GrowingTable(Generic[Table]):
    """A table under construction, with room for more rows in each of its columns."""

    def __init__(self, empty: Table) -> None:
        self._type = type(empty)
        self._columns: dict[str, npt.NDArray[Any]] = {
            name: getattr(empty, name) for name in empty.__struct_fields__
        }
        self._rows = 0
        self._most = 0
        self._room = 0

    def add(self, part: Table) -> None:
        """Add the rows of `part` at the end."""
        begin, self._rows = self._rows, self._rows + len(part)
        if self._rows > self._room:
            self._grow(begin)
        for name, column in self._columns.items():
            column[begin : self._rows] = getattr(part, name)

    def _grow(self, rows: int) -> None:
        while self._room < self._rows:
            self._room = self._room * GROWTH or FIRST_ROWS
        for name, column in self._columns.items():
            grown = np.empty(self._room, column.dtype)
            grown[:rows] = column[:rows]
            self._columns[name] = grown

    def __len__(self) -> int:
        return self._rows

    def so_far(self) -> Table:
        """The table of the rows added until now, without a copy: no row may be added meanwhile."""
        return self._type(**{name: c[: self._rows] for name, c in self._columns.items()})

    def keep(self, rows: Rows) -> None:
        """Drop all other rows; `rows` is int64, ascending."""
        self._most = max(self._most, self._rows)
        for column in self._columns.values():
            column[: len(rows)] = column[rows]
        self._rows = len(rows)

    def finish(self, order: Rows | None = None) -> Table:
        """The table, its rows in `order` if one is given; nothing can be added then."""
        whole = {}
        is_small = self._rows <= self._most // 2  # of what its memory held: not worth to be kept
        for name in list(self._columns):
            column = self._columns.pop(name)[: self._rows]
            if order is not None:
                column = column[order]
            elif is_small:
                column = column.copy()
            whole[name] = column
        return self._type(**whole)
