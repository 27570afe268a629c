"""Finds the RSTs of servers that are no close: the connection had ended before.

From `Traffic`, `Connections` and `Speech`; what the close was is left to `endings`.
"""

from __future__ import annotations

import numpy as np

from netdiag.columns import Mask, Rows
from netdiag.connections import Connections, Traffic
from netdiag.connections.sequence import distances
from netdiag.decode.segments import Flag
from netdiag.exchanges.roles import Speech

PROMPT_NS = 1_000_000_000
"""A kernel answers at once; a second is generous for the way."""


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
    bare = (traffic.flags[reset] & Flag.ACK) == 0
    candidates, reset = candidates[bare], reset[bare]
    sequence, acknowledgment = traffic.segments.sequence, traffic.segments.acknowledgment
    for connection, row in zip(candidates.tolist(), reset.tolist(), strict=True):
        earlier = slice(int(connections.start[connection]), row)
        sent = _wants_an_answer(traffic, earlier)
        if len(sent):
            asked = traffic.row[sent[-8:]]
            same = acknowledgment[asked] == sequence[traffic.row[row]]
            waited = traffic.time_ns[row] - traffic.segments.time_ns[asked]
            silent = traffic.from_client[sent[-1] : row].all()  # nothing else answered it
            answers[connection] = bool((same & (silent | (waited < PROMPT_NS))).any())
    return answers


def _wants_an_answer(traffic: Traffic, part: slice) -> Rows:
    """Rows of the client's payload and of its keep-alive probes, which may be empty."""
    length = traffic.length[part]
    sent = traffic.from_client[part] & ((traffic.flags[part] & Flag.RST) == 0)
    end = np.maximum.accumulate(np.where(sent, traffic.position[part] + length, 0))
    probe = sent & (length == 0) & (traffic.position[part] < end)
    rows: Rows = part.start + np.flatnonzero(sent & (length > 0) | probe)
    return rows
