"""The list of connections as CSV: RFC 4180, with a line of the columns' names.

In UTF-8 without a byte order mark: everything but the name of a file is ASCII, and a mark would
become part of the first column's name in most readers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from netdiag.columns import Rows
from netdiag.listing.cells import plain
from netdiag.listing.column import WORDY, Column
from netdiag.listing.formats.batches import batches
from netdiag.listing.listing import Listing
from netdiag.report.escape import visible

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What begins a formula; the last four are what a spreadsheet takes for the first four."""


def write(listing: Listing, columns: Sequence[Column]) -> Iterator[str]:
    """The text in parts, lines ended by CR and LF."""
    yield _lines([[column.name for column in columns]])
    for rows in batches(listing.rows):
        cells = [_cells(listing, column, rows) for column in columns]
        yield _lines(zip(*cells, strict=True))


def defused(cell: str) -> str:
    """Text that a spreadsheet takes for text: with an apostrophe before what begins a formula.

    Source: OWASP, "CSV Injection". Control characters are made visible first.
    """
    shown = visible(cell)
    return f"'{shown}" if cell.startswith(_FORMULA) else shown


def _cells(listing: Listing, column: Column, rows: Rows) -> list[str]:
    texts = ["" if text is None else text for text in plain(listing.table, column, rows)]
    if column.kind not in WORDY:
        return texts
    safe = {text: defused(text) for text in set(texts)}
    return [safe[text] for text in texts]


def _lines(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
