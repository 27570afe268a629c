"""Finds the RSTs of servers that are no close: the connection had ended before.

From `Traffic`, `Connections` and `Speech`; what the close was is left to `endings`.
"""

from __future__ import annotations

import numpy as np

from netdiag.columns import Mask, Rows, begins_of, last_of, rows_between
from netdiag.connections import Connections, Traffic
from netdiag.connections.sequence import distances, highest_before
from netdiag.decode.segments import Flag
from netdiag.exchanges.roles import Speech

PROMPT_NS = 1_000_000_000
"""A kernel answers at once; a second is generous for the way."""

MOST_ASKED = 8
"""So many of the last things that a client said before a RST may be what it answers."""

AT_ONCE = 1 << 18
"""Rows, of more than one connection, that are looked at together: it bounds the memory."""


def are_no_close(traffic: Traffic, connections: Connections, speech: Speech) -> Mask:
    """Connections whose first server RST says that the server's end was earlier; bool."""
    return _answers_data(traffic, connections) | _follows_fin(traffic, connections, speech)


def _follows_fin(traffic: Traffic, connections: Connections, speech: Speech) -> Mask:
    """RSTs a while behind a FIN of the server that was not captured.

    A FIN takes a sequence number (RFC 9293, section 3.4): the RST's is one beyond all that the
    server had said. Whoever asked last had been told of the FIN, or had been answered. Where
    neither is so, or the RST came with the last word, it is as good as the FIN.
    """
    no_close = np.zeros(len(connections), bool)
    rows = np.flatnonzero((connections.server_rst >= 0) & (connections.server_fin < 0))
    reset = connections.server_rst[rows]
    words = speech.row[speech.row < connections.server_rst[speech.connection]]
    by_client = traffic.from_client[words]
    answered, asked = (traffic.groups.last_of(words[side]) for side in (~by_client, by_client))
    said = np.where(answered >= 0, answered, connections.syn_ack)[rows]
    rows, reset, said = rows[said >= 0], reset[said >= 0], said[said >= 0]
    sequence, acknowledgment = traffic.segments.sequence, traffic.segments.acknowledgment
    opening = (traffic.flags[said] & Flag.SYN) != 0
    ahead = distances(sequence[traffic.row[said]], sequence[traffic.row[reset]])
    behind_fin = ahead == traffic.length[said] + opening + 1
    rows, reset, said = rows[behind_fin], reset[behind_fin], said[behind_fin]
    last = asked[rows]
    told = acknowledgment[traffic.row[last]] == sequence[traffic.row[reset]]
    late = traffic.time_ns[reset] - traffic.time_ns[said] > PROMPT_NS
    no_close[rows] = ((last >= 0) & told) | ((last < said) & late)
    return no_close


def _answers_data(traffic: Traffic, connections: Connections) -> Mask:
    """RSTs that answer data or a probe, for which there is no socket.

    Such an RST has no ACK and takes its sequence number from the acknowledgement number of the
    segment that it answers (RFC 9293, section 3.10.7.1).
    """
    answers = np.zeros(len(connections), bool)
    candidates = np.flatnonzero(connections.server_rst >= 0)
    reset = connections.server_rst[candidates]
    begins = connections.start[candidates]
    bare = ((traffic.flags[reset] & Flag.ACK) == 0) & (begins < reset)
    candidates, reset, begins = candidates[bare], reset[bare], begins[bare]
    part = np.cumsum(reset - begins) // AT_ONCE
    for some in np.split(np.arange(len(reset)), np.flatnonzero(np.diff(part)) + 1):
        answers[candidates[some]] = _answer(traffic, begins[some], reset[some])
    return answers


def _answer(traffic: Traffic, begins: Rows, resets: Rows) -> Mask:
    """Which RSTs answer one of the last things said before, since those rows; bool."""
    count = resets - begins
    rows = rows_between(begins, count)
    of = np.repeat(np.arange(len(resets)), count)
    asked = _want_an_answer(traffic, rows, begins_of(of))
    said = traffic.from_client[rows]
    answered = last_of(len(resets), of[~said], rows[~said])
    rows, of = rows[asked], of[asked]
    silent = answered < last_of(len(resets), of, rows)  # nothing else answered the last one
    stop = np.cumsum(np.bincount(of, minlength=len(resets)))
    late = np.arange(len(of)) >= stop[of] - MOST_ASKED
    rows, of = rows[late], of[late]
    reset, at = resets[of], traffic.row[rows]
    sequence, acknowledgment = traffic.segments.sequence, traffic.segments.acknowledgment
    same = acknowledgment[at] == sequence[traffic.row[reset]]
    same &= silent[of] | (traffic.time_ns[reset] - traffic.time_ns[rows] < PROMPT_NS)
    return np.bincount(of[same], minlength=len(resets)) > 0


def _want_an_answer(traffic: Traffic, rows: Rows, begins: Mask) -> Mask:
    """Which rows are the client's payload, or keep-alive probes of its, which may be empty; bool.

    Args:
        rows: of several connections, one's after another's.
        begins: bool, where those of one begin.
    """
    length, position = traffic.length[rows], traffic.position[rows]
    sent = traffic.from_client[rows] & ((traffic.flags[rows] & Flag.RST) == 0)
    floor = np.zeros(np.count_nonzero(begins), np.int64)
    reached = highest_before(np.where(sent, position + length, 0), begins, floor)
    wanting: Mask = sent & ((length > 0) | (position < reached))
    return wanting
