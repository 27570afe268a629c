"""`Column` and `Kind`: one column of an exported table, and what its numbers mean.

Numbers here; what they are in Parquet is left to `netdiag.export.arrow`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Rows

if TYPE_CHECKING:
    from netdiag.export.source import Source

MISSING = int(np.iinfo(np.int64).min)
"""Stands in int64 columns for a value that there is not: null in Parquet. As a time it is numpy's
NaT; no time, duration or count of a capture is as low."""

Numbers = npt.NDArray[Any]
Write = Callable[[int], str | None]
"""The text of one number, or None for null."""


class Kind(Enum):
    """What the numbers of a column are, one a row; the value is the type's name in the manual."""

    CONNECTION = "string, name"
    """int64, a connection's number from 0: ``c1`` for 0."""
    COUNT = "int64"
    """int64; signed, so that differences of two columns can be negative."""
    SMALL = "uint16"
    """Integers that are never subtracted: ports, statuses, indexes of captures."""
    TRUTH = "bool"
    """bool; int64 with 0 and 1 where some are missing."""
    TIME = "timestamp, UTC"
    """int64 nanoseconds since 1970."""
    DURATION = "double, seconds"
    """int64 nanoseconds; a double has them all for 104 days."""
    TEXT = "string, dictionary"
    """Integers of which each distinct one is written once, by the column's `text`."""
    TARGET = "string"
    """int64, rows of the analysis' samples with a request line, of which it is the target."""
    TEXTS = "list of strings"
    """The same, with spaces between several texts."""


class Column(Struct, frozen=True):
    """One entry of a table's shelf of columns.

    Attributes:
        name: what it is called in Parquet; never changes.
        kind: what its numbers are.
        about: what it means, for the manual and for the file itself.
        values: the numbers of the asked-for rows of the table.
        text: what writes the numbers of `Kind.TEXT` and `Kind.TEXTS`.
    """

    name: str
    kind: Kind
    about: str
    values: Callable[[Source, Rows], Numbers]
    text: Callable[[Source], Write] | None = None


def words(texts: tuple[str | None, ...]) -> Callable[[Source], Write]:
    """The `text` of a column whose numbers are indexes of a fixed vocabulary."""
    return lambda _: texts.__getitem__
