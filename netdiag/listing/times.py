"""When the connections of a table were there, and how long they lay idle."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from netdiag.listing.column import MISSING
from netdiag.report.build.closers import CLOSERS

if TYPE_CHECKING:
    from netdiag.columns import Rows
    from netdiag.listing.table import Table

Nanoseconds: TypeAlias = npt.NDArray[np.int64]


def starts(table: Table) -> Nanoseconds:
    """When the first frame was captured, on its capture's clock."""
    return _at(table, table.scene.connections.start)


def ends(table: Table) -> Nanoseconds:
    """When the last frame was captured."""
    return _at(table, table.scene.connections.stop - 1)


def lengths(table: Table) -> Nanoseconds:
    """From the earliest to the latest frame, whatever their order in the capture."""
    earliest, latest = table.scene.connections.spans(table.scene.traffic)
    return latest - earliest


def longest_idle(table: Table) -> Nanoseconds:
    """The longest silence after an answer; MISSING where nothing was answered.

    It ends with the next request, with what ends the connection, or with the captures.
    """
    scene = table.scene
    endings, exchanges = scene.endings, scene.exchanges
    longest = np.full(len(table), MISSING, np.int64)
    np.maximum.at(longest, exchanges.connection, exchanges.idle_ns)
    rests = endings.last_word >= 0
    before = endings.before_close
    rests[before >= 0] &= exchanges.answered[before[before >= 0]]
    left = np.where(endings.client_end >= 0, _at(table, endings.client_end), scene.end_ns)
    last = np.where(endings.close >= 0, endings.idle_ns, left - _at(table, endings.last_word))
    return np.where(rests, np.maximum(longest, last), longest)


def close_wait(table: Table) -> Nanoseconds:
    """From the server's FIN to the client's, or to a RST, or to the captures' end.

    MISSING where the client was never in CLOSE_WAIT: it had closed first, or nobody has.
    """
    connections = table.scene.connections
    fin = connections.server_fin
    waits = (fin >= 0) & (table.closers[0] != CLOSERS.index("both"))  # those crossed: CLOSING
    until = np.full(len(table), table.scene.end_ns, np.int64)
    for name in ("client_fin", "client_rst", "server_rst"):
        row: Rows = getattr(connections, name)
        waits &= (row < 0) | (row > fin)
        until = np.where(row >= 0, np.minimum(until, _at(table, row)), until)
    return np.where(waits, np.maximum(until - _at(table, fin), 0), MISSING)


def _at(table: Table, rows: Rows) -> Nanoseconds:
    """When rows of `Traffic` were captured; whatever for rows that are missing."""
    time_ns = table.scene.traffic.time_ns
    return time_ns[rows] if len(time_ns) else np.zeros(len(rows), np.int64)
