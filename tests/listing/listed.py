"""Lists of connections of recorded captures, as rows in plain Python."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from netdiag.listing import (
    COLUMNS,
    Listing,
    Table,
    Wanted,
    column_named,
    list_connections,
    parse_condition,
)
from netdiag.listing.cells import plain
from netdiag.listing.formats import json_rows
from netdiag.listing.order import parse_sort
from tests.recorded import Examined, examine

Row = dict[str, Any]
EVERYTHING = Wanted()


def table(found: Examined) -> Table:
    return Table(found.subject, found.findings)


def listed(found: Examined, wanted: Wanted = EVERYTHING) -> Listing:
    return list_connections(found.subject, found.findings, wanted)


def rows_of(listing: Listing) -> list[Row]:
    written = json.loads("".join(json_rows.write(listing, COLUMNS)))
    rows: list[Row] = written["connections"]
    return rows


@cache
def all_rows(*of: str) -> list[Row]:
    """Every connection of recorded captures, with every column."""
    return rows_of(listed(examine(*of)))


def ids(found: Examined, *conditions: str, sort: str | None = None, **more: Any) -> list[str]:
    """The connections that a command line would list."""
    wanted = Wanted(
        conditions=[parse_condition(text) for text in conditions],
        order=parse_sort(sort) if sort else (),
        **more,
    )
    listing = listed(found, wanted)
    texts = plain(listing.table, column_named("id", "--columns"), listing.rows)
    return [text for text in texts if text is not None]
