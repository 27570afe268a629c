"""`Column` and `Kind`: one column of the list of connections, and what its numbers mean."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from msgspec import Struct

if TYPE_CHECKING:
    from netdiag.listing.table import Table

MISSING = -1
"""Stands in every column but those of endpoints for a value that a connection has not got."""


class Kind(Enum):
    """What the numbers of a column are; each is one number a connection."""

    CONNECTION = "connection"
    """int64, its number from 0: written ``c1`` for 0."""
    COUNT = "count"
    """int64, a number of things, or of one thing among others."""
    DURATION = "duration"
    """int64 nanoseconds: written in seconds."""
    TIME = "time"
    """int64 nanoseconds since 1970: written as RFC 3339 has it."""
    ENDPOINT = "endpoint"
    """uint64: written ``address:port``, see `netdiag.decode.addresses`."""
    WORD = "word"
    """int64, an index in the column's `words`."""
    WORDS = "words"
    """int64, an index in the table's sets of words, each of them with spaces between."""
    FILE = "file"
    """int64, the index of a capture: written as its path, which can be any text."""
    TRUTH = "truth"
    """int64, 1 or 0."""


WORDY = frozenset({Kind.WORD, Kind.WORDS, Kind.FILE})
"""The kinds whose numbers are indexes of texts: see `Table.words`."""

Values = npt.NDArray[np.int64] | npt.NDArray[np.uint64]


class Column(Struct, frozen=True):
    """One entry of the shelf of columns.

    Attributes:
        name: what JSON, CSV and the options call it; never changes.
        kind: what its numbers are.
        about: what it means, for ``--columns help``.
        values: the numbers of all connections of a table.
        words: what a WORD's numbers stand for; of WORDS, all words that there can be.
    """

    name: str
    kind: Kind
    about: str
    values: Callable[[Table], Values]
    words: tuple[str, ...] = ()
