"""`Speech`: what each segment with new payload is in its conversation.

New client bytes are a request only if they can be one: a handshake, an alert or a goodbye is
not. New server bytes are a response unless they are a handshake, an interim answer or its
farewell. Makes roles from marks; leaves to `find` which request belongs to which response.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, Rows
from netdiag.connections import Connections, Traffic
from netdiag.connections.reduction import Groups
from netdiag.decode.marks import Mark
from netdiag.exchanges.role import Protocol, Role
from netdiag.exchanges.tls_roles import tls_roles

_EVIDENCE = (
    (Mark.REDIS_COMMAND, Protocol.REDIS),
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


@dataclass(frozen=True, slots=True, eq=False)
class Speech:
    """One row a segment with new payload, in the order of `Traffic`.

    Attributes:
        row: int64, row of `Traffic`.
        connection: int32, row of `Connections`.
        role: uint8, a `Role`.
        protocol: uint8, one a *connection*: a `Protocol`.
        tunnel: bool, one a *connection*: after a 101 or a CONNECT it is no longer HTTP.
    """

    row: Rows
    connection: npt.NDArray[np.int32]
    role: npt.NDArray[np.uint8]
    protocol: npt.NDArray[np.uint8]
    tunnel: Mask


def find_roles(traffic: Traffic, connections: Connections) -> Speech:
    """The role of every segment that carries new payload."""
    row = np.flatnonzero(traffic.new_bytes > 0)
    connection = traffic.groups.of_row[row]
    from_client, mark = traffic.from_client[row], traffic.mark[row]
    detail = traffic.segments.detail[traffic.row[row]]
    protocol = _protocols(connection, mark, len(connections))
    role = np.where(from_client, Role.REQUEST, Role.RESPONSE).astype(np.uint8)
    role[(mark == Mark.CLIENT_FAREWELL) & from_client] = Role.FAREWELL
    role[(mark == Mark.SERVER_FAREWELL) & ~from_client] = Role.GOODBYE
    goaway = mark == Mark.HTTP2_GOAWAY
    role[goaway] = np.where(from_client[goaway], Role.FAREWELL, Role.GOODBYE)
    control = (mark == Mark.HTTP2_CONTROL) & (protocol[connection] == Protocol.HTTP2)
    role[control] = Role.ASIDE
    status = np.where(mark == Mark.HTTP_RESPONSE, detail, 0)
    role[(status >= 100) & (status < 200) & (status != 101)] = Role.ASIDE
    encrypted = np.flatnonzero(protocol[connection] == Protocol.TLS)
    if len(encrypted):
        tail = traffic.segments.tail[traffic.row[row[encrypted]]]
        role[encrypted] = tls_roles(
            Groups.beginning(begins_of(connection[encrypted])),
            from_client[encrypted],
            mark[encrypted],
            detail[encrypted],
            tail,
            traffic.time_ns[row[encrypted]],
        )
    _mark_unsolicited_timeouts(role, connection, status)
    tunnel = np.zeros(len(connections), bool)
    tunnel[connection[status == 101]] = True
    tunnel[connection[_connects(traffic, row, mark)]] = True
    return Speech(row, connection, role, protocol, tunnel)


def _protocols(
    connection: npt.NDArray[np.int32], mark: npt.NDArray[np.uint8], count: int
) -> npt.NDArray[np.uint8]:
    protocol = np.full(count, Protocol.UNKNOWN, np.uint8)
    for evidence, name in _EVIDENCE:
        protocol[connection[mark == evidence]] = name
    return protocol


def _mark_unsolicited_timeouts(
    role: npt.NDArray[np.uint8],
    connection: npt.NDArray[np.int32],
    status: npt.NDArray[np.uint32],
) -> None:
    """A 408 that no request waits for is a farewell (RFC 9110, section 15.5.9)."""
    for i in np.flatnonzero(status == 408).tolist():
        earlier = i - 1
        while earlier >= 0 and connection[earlier] == connection[i] and role[earlier] == Role.ASIDE:
            earlier -= 1
        first = earlier < 0 or connection[earlier] != connection[i]
        if first or role[earlier] == Role.RESPONSE:
            role[i] = Role.GOODBYE


def _connects(traffic: Traffic, row: Rows, mark: npt.NDArray[np.uint8]) -> Rows:
    """Rows of speech that are CONNECT requests (RFC 9110, section 9.3.6)."""
    requests = np.flatnonzero(mark == Mark.HTTP_REQUEST)
    method = traffic.segments.detail[traffic.row[row[requests]]]
    connects: Rows = requests[method == int.from_bytes(b"CONN", "big")]
    return connects


def begins_of(group: npt.NDArray[np.int32]) -> Mask:
    """Where runs of equal values begin; bool."""
    begins = np.ones(len(group), bool)
    begins[1:] = group[1:] != group[:-1]
    return begins
