"""`Speech`: what each segment with new payload is in its conversation.

New client bytes are a request only if they can be one: a handshake, an alert or a goodbye is
not. New server bytes are a response unless they are a handshake, an interim answer or its
farewell. Makes roles from marks; leaves to `find` which request belongs to which response.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Mask, Rows, begins_of
from netdiag.connections import Connections, Traffic
from netdiag.connections.reduction import Groups
from netdiag.decode.marks import Mark
from netdiag.exchanges.role import Farewell, Protocol, Role
from netdiag.exchanges.tls_records import Records
from netdiag.exchanges.tls_roles import tls_roles
from netdiag.exchanges.tunnels import CONNECT, are_opaque

EVIDENCE = (
    (Mark.MEMCACHED_ANSWER, Protocol.MEMCACHED),
    (Mark.REDIS_COMMAND, Protocol.REDIS),
    (Mark.REDIS_PUSH, Protocol.REDIS),
    (Mark.REDIS_INTRODUCTION, Protocol.REDIS),
    (Mark.POSTGRESQL_STARTUP, Protocol.POSTGRESQL),
    (Mark.MYSQL_GREETING, Protocol.MYSQL),
    (Mark.TLS_ALERT, Protocol.TLS),
    (Mark.TLS_DATA, Protocol.TLS),
    (Mark.HTTP_REQUEST, Protocol.HTTP1),
    (Mark.HTTP_RESPONSE, Protocol.HTTP1),
    (Mark.HTTP2_PREFACE, Protocol.HTTP2),
    (Mark.TLS_CLIENT_HELLO, Protocol.TLS),
    (Mark.TLS_SERVER_HELLO, Protocol.TLS),
)
"""Marks that tell a protocol; where a connection has several, the later entry wins: TLS once begun
hides what went before (STARTTLS)."""

IN_CLEAR_FIRST = (
    (Mark.POSTGRESQL_STARTUP, Protocol.POSTGRESQL),
    (Mark.MYSQL_GREETING, Protocol.MYSQL),
)
"""Databases change to TLS after a first message."""


PREAMBLE_TURNS = 2
"""EHLO and STARTTLS (RFC 3207, section 6), GSSENCRequest and SSLRequest (PostgreSQL's "SSL Session
Encryption")."""


class Speech(Struct, frozen=True, eq=False):
    """One row a segment with new payload, in the order of `Traffic`.

    Attributes:
        row: int64, row of `Traffic`.
        connection: int32, row of `Connections`.
        role: uint8, a `Role`.
        protocol: uint8, one a *connection*: a `Protocol`.
        tunnel: bool, one a *connection*: after a 101, a CONNECT or a subscription it is no longer
            a matter of requests and responses, unless it goes on with TLS, or a CONNECT with HTTP.
        service: uint8, one a *connection*: the protocol within TLS, where the connection had begun
            in clear with it, else the same as `protocol`.
    """

    row: Rows
    connection: npt.NDArray[np.int32]
    role: npt.NDArray[np.uint8]
    protocol: npt.NDArray[np.uint8]
    tunnel: Mask
    service: npt.NDArray[np.uint8]


def find_roles(traffic: Traffic, connections: Connections) -> Speech:
    """The role of every segment that carries new payload."""
    row = np.flatnonzero(traffic.new_bytes > 0)
    connection = traffic.groups.of_row[row]
    from_client, mark = traffic.from_client[row], traffic.mark[row]
    detail = traffic.segments.detail[traffic.row[row]]
    protocol = _protocols(connection, mark, len(connections), EVIDENCE)
    service = _protocols(connection, mark, len(connections), IN_CLEAR_FIRST)
    role = np.where(from_client, np.uint8(Role.REQUEST), np.uint8(Role.RESPONSE))
    role[(mark == Mark.CLIENT_FAREWELL) & from_client] = Role.FAREWELL
    role[(mark == Mark.SERVER_FAREWELL) & ~from_client] = Role.GOODBYE
    goaway = mark == Mark.HTTP2_GOAWAY
    role[goaway] = np.where(from_client[goaway], Role.FAREWELL, Role.GOODBYE)
    control = np.flatnonzero(mark == Mark.HTTP2_CONTROL)
    role[control[protocol[connection[control]] == Protocol.HTTP2]] = Role.ASIDE
    unanswered = np.flatnonzero((mark == Mark.MYSQL_UNANSWERED) & from_client)
    role[unanswered[service[connection[unanswered]] == Protocol.MYSQL]] = Role.ASIDE
    status = np.where(mark == Mark.HTTP_RESPONSE, detail, np.uint32(0))
    role[(status >= 100) & (status < 200) & (status != 101)] = Role.ASIDE
    is_tls = protocol == Protocol.TLS
    if is_tls.any():
        in_tls = is_tls[connection]
        in_clear = in_tls & _before_hello(connection, mark, len(connections))
        connects = (mark == Mark.HTTP_REQUEST) & (detail == CONNECT)
        asks = in_clear & from_client & ~connects
        role[in_clear & _are_preambles(connection, asks, len(connections))] = Role.ASIDE
        are_all = bool(in_tls.all()) and not in_clear.any()
        encrypted = slice(None) if are_all else np.flatnonzero(in_tls & ~in_clear)
        tail = traffic.segments.tail[traffic.row[row[encrypted]]]
        tail = np.where(mark[encrypted] == Mark.OPAQUE, np.uint32(0), tail)  # not of a record
        role[encrypted] = tls_roles(
            Records(
                Groups.beginning(begins_of(connection[encrypted])),
                from_client[encrypted],
                mark[encrypted],
                detail[encrypted],
                tail,
                traffic.time_ns[row[encrypted]],
                service[connection[encrypted]] != Protocol.UNKNOWN,
                traffic.length[row[encrypted]],
            )
        )
    _mark_unsolicited_timeouts(role, connection, status)
    _mark_answers(role, connection, (mark == Mark.SERVER_FAREWELL) & (detail == Farewell.OTHER))
    _mark_pushes(traffic, row, mark, protocol, role)
    tunnel = np.zeros(len(connections), bool)
    tunnel[connection[status == 101]] = True
    tunnel |= are_opaque(connection, mark, detail, len(connections))
    stream = (mark == Mark.STREAM_REQUEST) | (mark == Mark.REDIS_COMMAND) & (detail == 1)
    tunnel[connection[stream & from_client]] = True
    tunnel &= protocol != Protocol.TLS  # is used as any connection with TLS is
    service = np.where(service == Protocol.UNKNOWN, protocol, service)
    return Speech(row, connection, role, protocol, tunnel, service)


def _protocols(
    connection: npt.NDArray[np.int32],
    mark: npt.NDArray[np.uint8],
    count: int,
    evidences: tuple[tuple[Mark, Protocol], ...],
) -> npt.NDArray[np.uint8]:
    rank, names = np.zeros(256, np.uint8), np.full(len(evidences) + 1, Protocol.UNKNOWN, np.uint8)
    for place, (evidence, name) in enumerate(evidences, 1):
        rank[evidence], names[place] = place, name
    protocol = np.full(count, Protocol.UNKNOWN, np.uint8)
    ranks = rank[mark]
    if ranks.any():
        begins = np.flatnonzero(begins_of(connection))
        protocol[connection[begins]] = names[np.maximum.reduceat(ranks, begins)]
    return protocol


def _before_hello(
    connection: npt.NDArray[np.int32], mark: npt.NDArray[np.uint8], count: int
) -> Mask:
    """What was said in clear before TLS began: a CONNECT (RFC 9110, section 9.3.6), a STARTTLS."""
    hello = np.full(count, -1, np.int64)
    hellos = np.flatnonzero(mark == Mark.TLS_CLIENT_HELLO)[::-1]
    hello[connection[hellos]] = hellos  # numpy keeps the last value written: the first hello
    before: Mask = np.arange(len(connection)) < hello[connection]
    return before


def _are_preambles(connection: npt.NDArray[np.int32], asks: Mask, count: int) -> Mask:
    """Rows of connections on which so little is asked in clear that it only leads up to TLS; bool.

    Who asks for more may have asked for anything, but for a CONNECT: it takes three with NTLM.

    Args:
        asks: bool, what a client says in clear before TLS, but for a CONNECT.
    """
    turns = asks.copy()
    turns[1:] &= ~(asks[:-1] & (connection[1:] == connection[:-1]))
    few: Mask = np.bincount(connection[turns], minlength=count) <= PREAMBLE_TURNS
    return few[connection]


def _mark_unsolicited_timeouts(
    role: npt.NDArray[np.uint8],
    connection: npt.NDArray[np.int32],
    status: npt.NDArray[np.uint32],
) -> None:
    """A 408 that no request waits for is a farewell (RFC 9110, section 15.5.9)."""
    for i in np.flatnonzero(status == 408).tolist():
        if _word_before(role, connection, i) != Role.REQUEST:
            role[i] = Role.GOODBYE


def _mark_answers(
    role: npt.NDArray[np.uint8], connection: npt.NDArray[np.int32], farewell: Mask
) -> None:
    """A farewell that a request waits for is its response: a refused login, a bad command."""
    for i in np.flatnonzero(farewell & (role == Role.GOODBYE)).tolist():
        if _word_before(role, connection, i) == Role.REQUEST:
            role[i] = Role.RESPONSE


def _word_before(
    role: npt.NDArray[np.uint8], connection: npt.NDArray[np.int32], i: int
) -> Role | None:
    """The role of what was said before a row on its connection, asides left out."""
    earlier = i - 1
    while earlier >= 0 and connection[earlier] == connection[i]:
        if role[earlier] != Role.ASIDE:
            return Role(int(role[earlier]))
        earlier -= 1
    return None


def _mark_pushes(
    traffic: Traffic,
    row: Rows,
    mark: npt.NDArray[np.uint8],
    protocol: npt.NDArray[np.uint8],
    role: npt.NDArray[np.uint8],
) -> None:
    """What a database says unasked is an aside: a server's idle timer goes on meanwhile.

    PostgreSQL may say it when the last response is complete (ReadyForQuery), Redis after one.
    """
    push = (mark == Mark.POSTGRESQL_UNASKED) | (mark == Mark.REDIS_PUSH)
    if not push.any():
        return
    connection = traffic.groups.of_row[row]
    speaks = protocol[connection]
    by_postgresql = (mark == Mark.POSTGRESQL_UNASKED) & (speaks == Protocol.POSTGRESQL)
    push = by_postgresql | (mark == Mark.REDIS_PUSH) & (speaks == Protocol.REDIS)
    push &= role == Role.RESPONSE
    rows = np.flatnonzero(push)
    is_word = ((role == Role.REQUEST) | (role == Role.RESPONSE)) & ~push
    latest = np.maximum.accumulate(np.where(is_word, np.arange(len(role)), -1))[rows]
    follows = (latest >= 0) & (connection[latest] == connection[rows])
    rows, latest = rows[follows], latest[follows]
    ready = np.isin(traffic.segments.tail[traffic.row[row[latest]]], _READY_FOR_QUERY)
    asked_for = role[latest] == Role.REQUEST
    role[rows[~asked_for & (ready | ~by_postgresql[rows])]] = Role.ASIDE


_READY_FOR_QUERY = tuple(0x0500 | status for status in b"ITE")
"""The end of that message: its length, and idle, in a transaction, or in a failed one."""
