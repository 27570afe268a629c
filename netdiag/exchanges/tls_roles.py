"""What the segments of a TLS connection are, told from record types and lengths alone.

Under TLS 1.3 the client's Finished, the server's session tickets and every alert are records of
type 23, as requests and responses are (RFC 8446, section 5.2). Position and size tell them apart:

* a Finished is the first such record of a client whose hello was seen, 53 or 69 bytes long, or 85
  (4 + hash + type + tag; section 4.4.4 with SHA-256 and SHA-384);
* tickets come before the client's first request (section 4.6.1);
* an alert is 19 bytes (2 + type + tag), or 35 where JSSE pads it by 16 (sections 5.4 and 6);
* HTTP/2's own frames that ask for nothing have lengths of their own (see `http2_in_tls`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, Rows, begins_of, distinct, one_of, rows_between
from netdiag.connections.reduction import Groups
from netdiag.decode.marks import Mark
from netdiag.exchanges.http2_in_tls import (
    Frames,
    are_known_requests,
    goaways,
    mark_frames,
    may_be_goaways,
    read_frames,
)
from netdiag.exchanges.protocols.tls import HEADER_BYTES
from netdiag.exchanges.role import Role
from netdiag.exchanges.tls_records import (
    ALERT,
    DATA,
    FINISHED_LENGTHS,
    HANDSHAKE,
    JAVAS_PADDING,
    Records,
)

ALERT_LENGTHS = (ALERT, ALERT + JAVAS_PADDING)
SHORTEST_REQUEST = 42
"""GET, a path of one character and a Host field with the tag make a longer record than this."""

SHORTEST_COMMAND = 23
"""A database's farewell (MySQL COM_QUIT, PostgreSQL Terminate) is a record of 22, COMMIT of 28."""

SHORTEST_GOAWAY_RECORD, LONGEST_GOAWAY_RECORD = 33, 60
LONGEST_SENTENCE = 512
"""Databases say why they close: PostgreSQL's FATAL takes 110 bytes and more, MySQL's error 140."""

SHORTEST_TICKET, LONGEST_TICKET = 64, 768
"""Records with a session ticket: 200 to 300 bytes with OpenSSL and BoringSSL, two of them alike."""

SAME_FLIGHT_NS = 20_000_000
"""A GOAWAY and the alert that follows it are written together, a response and its GOAWAY not."""

GOAWAYS = 2
"""A server that shuts down gracefully sends one to warn and one to end (RFC 9113, section 6.8)."""


def tls_roles(records: Records) -> npt.NDArray[np.uint8]:
    """The roles of the segments of TLS connections; uint8 a row, a `Role`."""
    groups, from_client, mark = records.groups, records.from_client, records.mark
    data, longest, says_why = records.is_data, records.longest, records.says_why
    role = np.where(from_client, np.uint8(Role.REQUEST), np.uint8(Role.RESPONSE))
    handshake = (mark >= Mark.TLS_CLIENT_HELLO) & (mark <= Mark.TLS_HANDSHAKE)
    last_length = records.last_length
    ends_with_request = (last_length > 0) & ~one_of(last_length, FINISHED_LENGTHS)
    role[handshake & ~(from_client & ends_with_request & (mark == Mark.TLS_HANDSHAKE))] = Role.ASIDE
    role[_rest_of_handshake(groups, from_client, mark, handshake & (role == Role.ASIDE))] = (
        Role.ASIDE
    )

    finished = _finished(records)
    role[finished] = Role.ASIDE
    frames = read_frames(records, finished)
    padding = np.where(frames.padded, np.uint32(JAVAS_PADDING), np.uint32(0))
    shortest = np.where(says_why, SHORTEST_COMMAND + padding, np.uint32(SHORTEST_REQUEST))
    asks = from_client & data & ~frames.http2
    role[_aside_requests(groups, asks, role, longest, shortest)] = Role.ASIDE
    mark_frames(frames, role)
    alert = one_of(records.first_length, ALERT_LENGTHS) & data & (longest == records.first_length)
    alert &= ~are_known_requests(frames)
    role[alert & from_client] = Role.FAREWELL
    ends_in_alert = data & one_of(last_length, ALERT_LENGTHS)
    with_alert = ends_in_alert & ((last_length == ALERT) | frames.padded)
    farewell = _goodbyes_of_clients(frames, from_client & data, longest, alert, with_alert)
    role[farewell] = Role.FAREWELL

    first_request = groups.first(role == Role.REQUEST)
    start = np.where(first_request < 0, groups.stop, first_request)
    early = rows_between(groups.start, start - groups.start)
    role[early[role[early] != Role.FAREWELL]] = Role.ASIDE
    role[_tickets(records, finished, role)] = Role.ASIDE
    in_clear = mark == Mark.TLS_ALERT
    role[in_clear] = np.where(from_client[in_clear], Role.FAREWELL, Role.GOODBYE)
    sentence = np.where(says_why, np.uint32(LONGEST_SENTENCE), np.uint32(LONGEST_GOAWAY_RECORD))
    small = (longest >= SHORTEST_GOAWAY_RECORD) & (longest <= sentence + padding)
    # No answer lies between: of a row's records only the first and the last are known.
    whole = records.first_length + last_length + 2 * HEADER_BYTES
    ends_in_alert &= (longest > 0) & (records.payload <= whole)
    _mark_goodbyes(frames, alert | in_clear, ends_in_alert, small, role)
    return role


def _rest_of_handshake(
    groups: Groups, from_client: Mask, mark: npt.NDArray[np.uint8], handshake: Mask
) -> Mask:
    """The client's segments that go on with a handshake message begun right before them.

    A post-quantum key share or a client certificate doesn't fit into one segment.
    """
    begins = begins_of(from_client)
    begins[groups.start] = True
    goes_on: Mask = from_client & (mark == Mark.OPAQUE) & ~begins
    if not goes_on.any():
        return goes_on
    begun = np.maximum.accumulate(np.where(goes_on, 0, np.arange(len(mark))))
    rest: Mask = goes_on & handshake[begun]
    return rest


def _finished(records: Records) -> Mask:
    """The client's Finished where it comes in a segment of its own.

    None is to come where it was seen behind a change_cipher_spec, nor in TLS 1.2, where it is a
    record of type 22, as everything is that the server says before.
    """
    groups, from_client, mark = records.groups, records.from_client, records.mark
    first = groups.first(from_client & records.is_data)
    greeted = groups.first(mark == Mark.TLS_CLIENT_HELLO) >= 0
    row = np.flatnonzero(mark == Mark.TLS_HANDSHAKE)
    ending = np.where(from_client[row], DATA, HANDSHAKE)
    was_over = groups.first_of(row[records.tail[row] >> 16 == ending])
    to_come = (was_over < 0) | (was_over > first)
    rows = first[(first >= 0) & greeted & to_come]
    last_length = records.last_length[rows]
    alone = (last_length == 0) | (last_length == records.first_length[rows])
    is_finished = np.zeros(len(mark), bool)
    is_finished[rows] = one_of(records.first_length[rows], FINISHED_LENGTHS) & alone
    return is_finished


def _tickets(records: Records, finished: Mask, role: npt.NDArray[np.uint8]) -> Rows:
    """The server's session tickets of TLS 1.3, where they come after the client's first request.

    A client asks as soon as it has sent its Finished; the server writes its tickets when it has
    that, a trip later (RFC 8446, section 4.6.1). Two alike are its first words then, in one segment
    or two, with nothing else.
    """
    groups, time_ns, length = records.groups, records.time_ns, records.first_length
    by_server = ~records.from_client & records.is_data
    greets = records.last_length > 0  # a handshake that ends in type 23, as none of TLS 1.2 does
    greets &= (records.mark >= Mark.TLS_SERVER_HELLO) & (records.mark <= Mark.TLS_HANDSHAKE)
    is_tls13 = groups.first(greets & ~records.from_client) >= 0
    verified = greets & records.from_client
    verified &= one_of(records.last_length, FINISHED_LENGTHS) | is_tls13[groups.of_row]
    start = groups.last(verified | finished)
    after = by_server & (start >= 0)[groups.of_row]
    after &= np.arange(len(length)) > start[groups.of_row]
    first = groups.first(after)
    first = first[first >= 0]
    alike = (records.last_length == length) & (length >= SHORTEST_TICKET)
    first = first[(alike & (length <= LONGEST_TICKET))[first]]
    after[first] = False
    second = groups.first(after)[groups.of_row[first]]
    whole = records.payload == length + HEADER_BYTES
    follows = (second >= 0) & whole[first] & whole[second] & (length[second] == length[first])
    follows &= time_ns[second] - time_ns[first] < SAME_FLIGHT_NS
    asked = role == Role.REQUEST
    requests = np.append(0, np.cumsum(asked))
    unasked = requests[second] == requests[first]
    unasked |= role[first] == Role.ASIDE  # it came before the first request
    follows &= unasked
    two = records.payload[first] == 2 * (length[first] + HEADER_BYTES)
    return np.concatenate([first[two | follows], second[follows]])


def _aside_requests(
    groups: Groups,
    client_data: Mask,
    role: npt.NDArray[np.uint8],
    longest: npt.NDArray[np.uint32],
    shortest: npt.NDArray[np.uint32],
) -> Mask:
    """Client records too short for a request, on connections that have longer ones."""
    candidate: Mask = client_data & (role == Role.REQUEST)
    has_long = groups.first(candidate & (longest >= shortest)) >= 0
    candidate &= (longest < shortest) & has_long[groups.of_row]
    return candidate


def _mark_goodbyes(
    frames: Frames,
    alert: Mask,
    ends_in_alert: Mask,
    small: Mask,
    role: npt.NDArray[np.uint8],
) -> None:
    """The server's close_notify: its last record, with a farewell before it or in one segment."""
    last = frames.groups.last(~frames.from_client)
    closing = last[last >= 0]
    with_goaway = (small & ends_in_alert)[closing] & _is_unasked(frames, role, closing)
    closing = closing[alert[closing] | with_goaway]
    role[closing] = Role.GOODBYE
    for _ in range(GOAWAYS):
        before = frames.groups.last(role == Role.RESPONSE)[frames.groups.of_row[closing]]
        closing, before = closing[before >= 0], before[before >= 0]
        together = frames.time_ns[closing] - frames.time_ns[before] < SAME_FLIGHT_NS
        goaway = (together & small[before]) | goaways(frames, before)
        role[before[goaway & _is_unasked(frames, role, before)]] = Role.GOODBYE


def _is_unasked(frames: Frames, role: npt.NDArray[np.uint8], rows: Rows) -> Mask:
    """Which of the server's rows come a while after another one, with no request between."""
    previous = _previous_word(role, frames.groups, rows)
    quiet = frames.time_ns[rows] - frames.time_ns[np.maximum(previous, 0)] >= SAME_FLIGHT_NS
    unasked: Mask = (previous >= 0) & ~frames.from_client[np.maximum(previous, 0)] & quiet
    return unasked


def _previous_word(role: npt.NDArray[np.uint8], groups: Groups, rows: Rows) -> Rows:
    """The last request or response before each row, in its connection; -1 where there is none."""
    words = np.flatnonzero((role == Role.REQUEST) | (role == Role.RESPONSE))
    latest = np.append(words, -1)[np.searchsorted(words, rows) - 1]
    return np.where(latest >= groups.start[groups.of_row[rows]], latest, -1)


def _goodbyes_of_clients(
    frames: Frames,
    candidate: Mask,
    longest: npt.NDArray[np.uint32],
    alert: Mask,
    with_alert: Mask,
) -> Mask:
    """A client's GOAWAY: a short record with its alert in the same flight, or in one segment.

    Where a RST forestalled the alert, others of the same length tell: a client gives its reason in
    the same words each time.
    """
    groups, time_ns = frames.groups, frames.time_ns
    farewell = np.zeros(len(longest), bool)
    longest_goaway = np.where(
        frames.padded, LONGEST_GOAWAY_RECORD + JAVAS_PADDING, LONGEST_GOAWAY_RECORD
    )
    rows = np.flatnonzero(candidate & (longest > 0) & (longest <= longest_goaway))
    rows = rows[may_be_goaways(frames, rows)]
    followed = rows[rows + 1 < groups.stop[groups.of_row[rows]]]
    same_flight = time_ns[followed + 1] - time_ns[followed] < SAME_FLIGHT_NS
    farewell[followed] = candidate[followed + 1] & alert[followed + 1] & same_flight
    answer = groups.last(~frames.from_client & (longest > 0) & ~alert)[groups.of_row[rows]]
    farewell[rows[with_alert[rows] & (rows > answer)]] = True
    last_words = rows == groups.last(candidate)[groups.of_row[rows]]
    last_words &= rows > groups.last(~frames.from_client & (longest > 0))[groups.of_row[rows]]
    alike = frames.http2[rows] & np.isin(longest[rows], distinct(longest[farewell]))
    farewell[rows[last_words & alike]] = True
    return farewell
