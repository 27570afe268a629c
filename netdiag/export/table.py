"""`Table`: an exported table, its columns and which rows it has."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from netdiag.columns import Rows
from netdiag.export.column import Column
from netdiag.export.source import Source


class Table(Struct, frozen=True):
    """An entry of the shelf of exported tables.

    Attributes:
        name: as the command line, the manual and the file's metadata have it.
        about: what one row is.
        columns: in the order of the file.
        rows: int64, what `Column.values` are asked for, in the order of the file.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    rows: Callable[[Source], Rows]
