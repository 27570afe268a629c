"""Finds `Exchanges` in the speech of connections."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, Rows, begins_of
from netdiag.connections import Connections, Traffic
from netdiag.connections.reduction import Groups
from netdiag.decode.marks import Mark
from netdiag.exchanges.role import Role
from netdiag.exchanges.roles import Speech
from netdiag.exchanges.table import Exchanges

END_OF_HEAD = int.from_bytes(b"\r\n\r\n", "big")
_WITHOUT_BODY = [int.from_bytes(method, "big") for method in (b"GET ", b"HEAD", b"OPTI", b"TRAC")]
"""The methods whose requests have no body in practice, as `Mark.HTTP_REQUEST` keeps them."""


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
    start = piece.start[kept]
    before = traffic.time_ns[row[start - 1]]  # of another connection where this one begins
    idle_ns = np.maximum(traffic.time_ns[row[start]] - before, 0)
    idle_ns[begins[start]] = -1
    last_request = piece.last(is_request)
    return Exchanges(
        connection=connection[start],
        request=row[start],
        request_end=row[last_request][kept],
        response=_rows(row, first_response)[kept],
        response_end=_rows(row, last_response)[kept],
        answered=(first_response >= 0)[kept],
        idle_ns=idle_ns,
    )


def _exchange_starts(
    traffic: Traffic,
    connections: Connections,
    row: Rows,
    connection: npt.NDArray[np.int32],
    is_request: Mask,
    begins: Mask,
) -> Mask:
    """Where an exchange begins: a request after a response, or the first one after a FIN.

    The rest of a request that was answered early changes nothing about whose turn it is.
    """
    rest = _rest_of_requests(traffic, row, connection, is_request)
    rest &= is_request
    rest &= ~begins
    turns, spoke = is_request & ~rest, is_request[:-1]
    if rest.any():
        spoke = is_request[np.maximum.accumulate(np.where(rest, -1, np.arange(len(row))))[:-1]]
    turns[1:] &= ~spoke | begins[1:]
    asked = np.flatnonzero(is_request)
    fin = connections.server_fin[connection[asked]]
    after_fin = np.zeros(len(row), bool)
    after_fin[asked] = (fin >= 0) & (row[asked] > fin)
    first_after_fin = after_fin.copy()
    first_after_fin[1:] &= ~after_fin[:-1] | begins[1:]
    again = after_fin & (traffic.mark[row] == Mark.HTTP_REQUEST)
    starts: Mask = turns | first_after_fin | again
    kept: Mask = starts & ~rest
    return kept


def _rest_of_requests(
    traffic: Traffic, row: Rows, connection: npt.NDArray[np.int32], is_request: Mask
) -> Mask:
    """Rows that may go on with a request that was answered before it was complete.

    On a connection whose requests are seen to begin with a request line, client bytes that
    don't are the rest of a body (a refused upload; RFC 9110, section 15.5.14), unless nothing is
    left to come: the last request had a method without a body, and the end of its head was seen.
    """
    mark = traffic.mark[row]
    begins_request = mark == Mark.HTTP_REQUEST
    if not begins_request.any() or not ((mark == Mark.OPAQUE) & is_request).any():
        return np.zeros(len(row), bool)
    rows = np.arange(len(row))
    last = np.maximum.accumulate(np.where(begins_request, rows, -1))
    known = (last >= 0) & (connection[last] == connection)
    speaks = np.zeros(int(connection.max()) + 1 if len(connection) else 0, bool)
    speaks[connection[begins_request]] = True
    before = np.maximum.accumulate(np.where(is_request, rows, -1))
    before = np.append(-1, before)[: len(row)]
    segments = traffic.segments
    ended = segments.tail[traffic.row[row[before]]] == END_OF_HEAD
    complete = known & ended & np.isin(segments.detail[traffic.row[row[last]]], _WITHOUT_BODY)
    rest: Mask = (mark == Mark.OPAQUE) & speaks[connection] & ~complete
    return rest


def _rows(row: Rows, index: Rows) -> Rows:
    return np.where(index >= 0, row[index], -1)
