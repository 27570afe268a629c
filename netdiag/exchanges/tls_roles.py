"""What the segments of a TLS connection are, told from record types and lengths alone.

Under TLS 1.3 the client's Finished, the server's session tickets and every alert are records of
type 23, as requests and responses are (RFC 8446, section 5.2). Position and size tell them apart:

* a Finished is the first such record of a client whose hello was seen, 53 or 69 bytes long
  (4 + hash + type + tag; section 4.4.4 with SHA-256 and SHA-384);
* tickets come before the client's first request (section 4.6.1);
* an alert is 19 bytes (2 + type + tag), or 35 where JSSE pads it by 16 (sections 5.4 and 6);
* HTTP/2's own frames that ask for nothing are short: SETTINGS acknowledgement 26, WINDOW_UPDATE
  and RST_STREAM 30, PING 34, GOAWAY 34 and more (RFC 9113, section 6, plus 17).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask
from netdiag.connections.reduction import Groups
from netdiag.decode.marks import Mark
from netdiag.exchanges.role import Role

FINISHED_LENGTHS = (53, 69)
ALERT_LENGTHS = (19, 35)
SHORTEST_REQUEST = 42
"""GET, a path of one character and a Host field with the tag make a longer record than this."""

LONGEST_GOAWAY = 60
SAME_FLIGHT_NS = 20_000_000
"""A GOAWAY and the alert that follows it are written together, a response and its GOAWAY not."""

_DATA = 23


def tls_roles(
    groups: Groups,
    from_client: Mask,
    mark: npt.NDArray[np.uint8],
    first_length: npt.NDArray[np.uint32],
    tail: npt.NDArray[np.uint32],
    time_ns: npt.NDArray[np.int64],
) -> npt.NDArray[np.uint8]:
    """The roles of the segments of TLS connections.

    Args:
        groups: the rows of each connection.
        from_client: bool a row.
        mark: uint8 a row, `Mark`.
        first_length: uint32 a row, length of the first record where a record begins the row.
        tail: uint32 a row, type and length of the last record where it ends the row.
        time_ns: int64 a row.

    Returns:
        uint8 a row, a `Role`.
    """
    role = np.where(from_client, Role.REQUEST, Role.RESPONSE).astype(np.uint8)
    handshake = (mark >= Mark.TLS_CLIENT_HELLO) & (mark <= Mark.TLS_HANDSHAKE)
    tail_length = np.where(tail >> 16 == _DATA, tail & 0xFFFF, 0)
    ends_with_request = (tail_length > 0) & ~np.isin(tail_length, FINISHED_LENGTHS)
    role[handshake & ~(from_client & ends_with_request & (mark == Mark.TLS_HANDSHAKE))] = Role.ASIDE

    data = mark == Mark.TLS_DATA
    longest = np.maximum(np.where(data, first_length, 0), tail_length)
    role[_finished(groups, from_client & data, mark, first_length, tail_length)] = Role.ASIDE
    role[_aside_requests(groups, from_client & data, role, longest)] = Role.ASIDE
    alert = np.isin(first_length, ALERT_LENGTHS) & data & (longest == first_length)
    role[alert & from_client] = Role.FAREWELL

    first_request = groups.first(role == Role.REQUEST)
    start = np.where(first_request < 0, groups.stop, first_request)
    before = np.arange(len(role)) < start[groups.of_row]
    role[before & (role != Role.FAREWELL)] = Role.ASIDE
    in_clear = mark == Mark.TLS_ALERT
    role[in_clear] = np.where(from_client[in_clear], Role.FAREWELL, Role.GOODBYE)
    _mark_goodbyes(groups, from_client, alert, longest, role, time_ns)
    return role


def _finished(
    groups: Groups,
    client_data: Mask,
    mark: npt.NDArray[np.uint8],
    first_length: npt.NDArray[np.uint32],
    tail_length: npt.NDArray[np.uint32],
) -> Mask:
    """The client's Finished where it comes in a segment of its own."""
    first = groups.first(client_data)
    greeted = groups.first(mark == Mark.TLS_CLIENT_HELLO) >= 0
    rows = first[(first >= 0) & greeted]
    alone = (tail_length[rows] == 0) | (tail_length[rows] == first_length[rows])
    is_finished = np.zeros(len(mark), bool)
    is_finished[rows] = np.isin(first_length[rows], FINISHED_LENGTHS) & alone
    return is_finished


def _aside_requests(
    groups: Groups,
    client_data: Mask,
    role: npt.NDArray[np.uint8],
    longest: npt.NDArray[np.uint32],
) -> Mask:
    """Client records too short for a request, on connections that have longer ones."""
    candidate: Mask = client_data & (role == Role.REQUEST)
    has_long = groups.first(candidate & (longest >= SHORTEST_REQUEST)) >= 0
    candidate &= (longest < SHORTEST_REQUEST) & has_long[groups.of_row]
    return candidate


def _mark_goodbyes(
    groups: Groups,
    from_client: Mask,
    alert: Mask,
    longest: npt.NDArray[np.uint32],
    role: npt.NDArray[np.uint8],
    time_ns: npt.NDArray[np.int64],
) -> None:
    """The server's close_notify: its last record, and a GOAWAY just before it."""
    from_server = ~from_client
    last = groups.last(from_server)
    closing = last[last >= 0]
    closing = closing[alert[closing]]
    role[closing] = Role.GOODBYE
    inside = closing - 1 >= groups.start[groups.of_row[closing]]
    closing = closing[inside]
    before = closing - 1
    goaway = from_server[before] & (role[before] == Role.RESPONSE)
    goaway &= (longest[before] > 0) & (longest[before] <= LONGEST_GOAWAY)
    goaway &= time_ns[closing] - time_ns[before] < SAME_FLIGHT_NS
    unsolicited = before - 1 >= groups.start[groups.of_row[before]]
    unsolicited &= role[before - 1] == Role.RESPONSE
    unsolicited &= time_ns[before] - time_ns[before - 1] >= SAME_FLIGHT_NS
    role[before[goaway & unsolicited]] = Role.GOODBYE
