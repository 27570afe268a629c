"""`list_connections`: filters and sorts the connections of an analysis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from netdiag.columns import Rows
from netdiag.diagnosis.diagnose import Finding
from netdiag.listing.column import MISSING, Column
from netdiag.listing.columns import COLUMNS, column_named
from netdiag.listing.order import SortKey, sort
from netdiag.listing.table import Table
from netdiag.listing.where import Condition
from netdiag.report.build.subject import Subject


class Wanted(Struct, frozen=True):
    """What to list.

    Attributes:
        conditions: all of which have to hold.
        either: one of which has to hold, if there are any.
        flagged: only connections on which a cause was found.
        order: what to sort by; nothing for the order of the capture.
        reverse: each of those the other way round.
        limit: so many at most; None for all.
    """

    conditions: Sequence[Condition] = ()
    either: Sequence[Condition] = ()
    flagged: bool = False
    order: Sequence[SortKey] = ()
    reverse: bool = False
    limit: int | None = None


class Listing(Struct, frozen=True, eq=False):
    """What came of that.

    Attributes:
        table: all connections.
        rows: int64, rows of the table that are listed, in order.
        matching: how many connections fit; more than `rows` where there was a limit.
        considered: of how many, by the selection of the analysis.
        asked: the columns by which they were filtered and sorted.
    """

    table: Table
    rows: Rows
    matching: int
    considered: int
    asked: tuple[Column, ...] = ()


def list_connections(
    subject: Subject, findings: tuple[Finding, ...], wanted: Wanted = Wanted()
) -> Listing:
    """Find what is wanted among the connections that the analysis considered."""
    table = Table(subject, findings)
    chosen = subject.scene.considered.copy()
    for condition in wanted.conditions:
        chosen &= condition.holds(table)
    if wanted.either:
        chosen &= np.logical_or.reduce([condition.holds(table) for condition in wanted.either])
    if wanted.flagged:
        chosen &= table.causes[0] != MISSING
    order = tuple(wanted.order) or (SortKey(column_named("id", "--sort"), descending=False),)
    if wanted.reverse:
        order = tuple(SortKey(key.column, not key.descending) for key in order)
    rows = sort(table, np.flatnonzero(chosen), order)
    asked = [
        *(key.column for key in wanted.order),
        *(each.column for each in (*wanted.conditions, *wanted.either)),
    ]
    return Listing(
        table=table,
        rows=rows[: wanted.limit],
        matching=len(rows),
        considered=int(subject.scene.considered.sum()),
        asked=tuple(dict.fromkeys(asked)),
    )


def columns_of(text: str | None) -> tuple[Column, ...]:
    """The columns that ``--columns`` names, all without it.

    Raises:
        SelectionError: one of them is none.
    """
    if text is None:
        return COLUMNS
    names = dict.fromkeys(name.strip() for name in text.split(","))
    return tuple(column_named(name, "--columns") for name in names)
