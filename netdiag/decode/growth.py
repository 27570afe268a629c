"""`GrowingTable`: a table that grows by parts, without ever being in memory twice.

Made from parts of any `Columns`. Collecting the parts and joining them at the end would need
twice the memory, and on a million segments a tenth of a second for the kernel to provide it.

A column lies in a map of its own, which the kernel moves without touching its bytes when it is
full: where columns were copied, their old places stayed with the process, too small for what came
next.
"""

from __future__ import annotations

import mmap
import sys
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from netdiag.columns import Columns, Rows
from netdiag.native import native

Table = TypeVar("Table", bound=Columns)

FIRST_ROWS = 1 << 20
GROWTH = 4
"""Room is taken for many rows at once, and four times as many when they are there: the kernel backs
only what is written to."""

IN_MAPS = sys.platform == "linux"
"""Whether maps can be moved; elsewhere a column that is full is copied to a larger place."""


class GrowingTable(Generic[Table]):
    """A table under construction, with room for more rows in each of its columns."""

    def __init__(self, empty: Table) -> None:
        self._type = type(empty)
        self._columns = {
            name: _Column(getattr(empty, name).dtype) for name in empty.__struct_fields__
        }
        self._rows = 0
        self._most = 0
        self._room = 0

    def add(self, part: Table, raised: str = "", by: int = 0) -> None:
        """Add the rows of `part` at the end.

        Args:
            part: the further rows.
            raised: a column, int32, whose values are raised where they aren't negative.
            by: how much.
        """
        begin, self._rows = self._rows, self._rows + len(part)
        if self._rows > self._room:
            while self._room < self._rows:
                self._room = self._room * GROWTH or FIRST_ROWS
            for column in self._columns.values():
                column.grow(begin, self._room)
        names, wholes = list(self._columns), [c.values for c in self._columns.values()]
        parts = [np.ascontiguousarray(getattr(part, name)) for name in names]
        at = names.index(raised) if raised else -1
        if native is not None:
            native.append(begin, at, by, *parts, *wholes)
            return
        for whole, values in zip(wholes, parts, strict=True):
            whole[begin : self._rows] = values
        if raised:
            values = wholes[at][begin : self._rows]
            values[values >= 0] += np.int32(by)

    def __len__(self) -> int:
        return self._rows

    def so_far(self) -> Table:
        """The table of the rows added until now, without a copy: no row may be added meanwhile."""
        return self._type(**{name: c.values[: self._rows] for name, c in self._columns.items()})

    def keep(self, rows: Rows) -> None:
        """Drop all other rows; `rows` is int64, ascending."""
        self._most = max(self._most, self._rows)
        columns = [column.values[: self._rows] for column in self._columns.values()]
        self._rows = len(rows)
        if native is not None:
            native.compact(rows, *columns)
            return
        for values in columns:
            values[: len(rows)] = values[rows]

    def finish(self, order: Rows | None = None) -> Table:
        """The table, its rows in `order` if one is given; nothing can be added then."""
        whole = {}
        # Of what its memory held, or has room for: not worth to be kept.
        is_small = self._rows <= max(self._most // 2, self._room // GROWTH**2)
        for name in list(self._columns):
            column = self._columns.pop(name)
            if order is not None:
                whole[name] = column.values[order]
            elif is_small:
                whole[name] = column.values[: self._rows].copy()
            else:
                whole[name] = column.values[: self._rows]
        return self._type(**whole)

    def finish_with(self, others: GrowingTable[Table], order: Rows) -> Table:
        """The rows of both, theirs behind these, in `order`; nothing can be added to either then.

        Only one column at a time is in memory twice.
        """
        whole = {}
        for name in list(self._columns):
            tables = (self, others)
            parts = [each._columns.pop(name).values[: each._rows] for each in tables]
            whole[name] = np.concatenate(parts)[order]
        return self._type(**whole)


class _Column:
    """One column: its values, and the map that they lie in if there is one."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self.values: npt.NDArray[Any] = np.empty(0, dtype)
        self._map: mmap.mmap | None = None

    def grow(self, rows: int, room: int) -> None:
        """Make room for so many rows; the first `rows` stay what they are."""
        if self._map is not None and self._resize(room):
            return
        old, dtype = self.values, self.values.dtype
        if IN_MAPS:
            size, private = room * dtype.itemsize, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
            self._map = mmap.mmap(-1, size, flags=private)
            self.values = np.frombuffer(self._map, dtype)
        else:
            self.values = np.empty(room, dtype)
        self.values[:rows] = old[:rows]

    def _resize(self, rows: int) -> bool:
        """Make the map larger; false where somebody still looks at it."""
        assert self._map is not None
        dtype = self.values.dtype
        self.values = np.empty(0, dtype)
        try:
            self._map.resize(rows * dtype.itemsize)
            return True
        except BufferError:
            return False
        finally:
            self.values = np.frombuffer(self._map, dtype)
