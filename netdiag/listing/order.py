"""In which order connections are listed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Rows
from netdiag.decode.addresses import Addresses
from netdiag.listing.column import MISSING, WORDY, Column, Kind
from netdiag.listing.columns import column_named
from netdiag.listing.table import Table

Keys = npt.NDArray[np.int64]


class SortKey(Struct, frozen=True):
    """A column to sort by, and whether the greatest comes first."""

    column: Column
    descending: bool


def parse_sort(text: str) -> tuple[SortKey, ...]:
    """Read ``KEY[,KEY]``, each a column; ``-KEY`` begins with the greatest.

    Raises:
        SelectionError: one of them is no column.
    """
    keys = (key.strip() for key in text.split(","))
    return tuple(
        SortKey(column_named(key.removeprefix("-"), "--sort"), key.startswith("-")) for key in keys
    )


def sort(table: Table, rows: Rows, keys: Sequence[SortKey]) -> Rows:
    """The rows in the order of the keys; what a connection has not got comes last both ways.

    Connections that are alike in all keys stay in the order in which they were captured.
    """
    number = table.scene.connections.number[rows]
    columns: list[npt.NDArray[np.generic]] = [number]
    for key in reversed(keys):
        columns += _of(table, rows, key)
    order: Rows = rows[np.lexsort(columns)]
    return order


def _of(table: Table, rows: Rows, key: SortKey) -> Iterable[npt.NDArray[np.generic]]:
    """Columns to sort by, the one that matters most last."""
    values = table.values(key.column)
    if key.column.kind is Kind.ENDPOINT:
        ranks = _address_ranks(table.scene.addresses, values.astype(np.uint64)[rows])
        return [-ranks if key.descending else ranks]
    chosen: Keys = values[rows].astype(np.int64)
    missing = chosen == MISSING
    if key.column.kind in WORDY:
        words = table.words(key.column)
        rank = np.argsort(np.argsort(np.array(words or [""])))
        chosen = np.where(missing, 0, rank[chosen])
    return [np.where(missing, 0, -chosen if key.descending else chosen), missing]


def _address_ranks(addresses: Addresses, endpoints: npt.NDArray[np.uint64]) -> Keys:
    """Endpoints by address, IPv4 first, and by port; equal ones have equal ranks."""
    distinct, inverse = np.unique(endpoints, return_inverse=True)
    ranks = np.empty(len(distinct), np.int64)
    ranks[addresses.order(distinct)] = np.arange(len(distinct))
    return ranks[inverse]
