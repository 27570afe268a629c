"""Finds `Exchanges` in the speech of connections."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, Rows
from netdiag.connections import Connections, Traffic
from netdiag.connections.reduction import Groups
from netdiag.decode.marks import Mark
from netdiag.exchanges.role import Role
from netdiag.exchanges.roles import Speech, begins_of
from netdiag.exchanges.table import Exchanges


def find_exchanges(traffic: Traffic, connections: Connections, speech: Speech) -> Exchanges:
    """Pair requests with responses, all connections at once."""
    spoken = np.flatnonzero((speech.role == Role.REQUEST) | (speech.role == Role.RESPONSE))
    row, connection = speech.row[spoken], speech.connection[spoken]
    is_request = speech.role[spoken] == Role.REQUEST
    begins = begins_of(connection)
    starts = _exchange_starts(traffic, connections, row, connection, is_request, begins)
    # Server speech before the first request (a greeting, the rest of an earlier response)
    # belongs to no exchange: it forms pieces of its own, which are dropped in the end.
    piece = Groups.beginning(starts | begins)
    kept = is_request[piece.start]
    first_response, last_response = piece.first(~is_request), piece.last(~is_request)
    time_ns = traffic.time_ns[row]
    idle = np.full(len(row), -1, np.int64)
    idle[1:] = np.maximum(time_ns[1:] - time_ns[:-1], 0)
    idle[begins] = -1
    last_request = piece.last(is_request)
    return Exchanges(
        connection=connection[piece.start][kept],
        request=row[piece.start][kept],
        request_end=row[last_request][kept],
        response=_rows(row, first_response)[kept],
        response_end=_rows(row, last_response)[kept],
        answered=(first_response >= 0)[kept],
        idle_ns=idle[piece.start][kept],
    )


def _exchange_starts(
    traffic: Traffic,
    connections: Connections,
    row: Rows,
    connection: npt.NDArray[np.int32],
    is_request: Mask,
    begins: Mask,
) -> Mask:
    """Where an exchange begins: a request after a response, or the first one after a FIN."""
    turns = is_request.copy()
    turns[1:] &= ~is_request[:-1] | begins[1:]
    fin = connections.server_fin[connection]
    after_fin = is_request & (fin >= 0) & (row > fin)
    first_after_fin = after_fin.copy()
    first_after_fin[1:] &= ~after_fin[:-1] | begins[1:]
    again = after_fin & (traffic.mark[row] == Mark.HTTP_REQUEST)
    starts: Mask = turns | first_after_fin | again
    return _not_a_body(traffic, row, connection, starts, begins)


def _not_a_body(
    traffic: Traffic,
    row: Rows,
    connection: npt.NDArray[np.int32],
    starts: Mask,
    begins: Mask,
) -> Mask:
    """Drop starts that go on with a request which was answered before it was complete.

    On a connection whose requests are seen to begin with a request line, client bytes that
    don't are the rest of a body (a refused upload; RFC 9110, section 15.5.14).
    """
    mark = traffic.mark[row]
    speaks = np.zeros(int(connection.max()) + 1 if len(connection) else 0, bool)
    speaks[connection[mark == Mark.HTTP_REQUEST]] = True
    kept: Mask = starts & ~((mark == Mark.OPAQUE) & ~begins & speaks[connection])
    return kept


def _rows(row: Rows, index: Rows) -> Rows:
    return np.where(index >= 0, row[index], -1)
