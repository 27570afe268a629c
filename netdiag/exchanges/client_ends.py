"""Finds how clients end their connections: a FIN, a RST, a farewell, or numbers that count a FIN.

From `Traffic`, `Speech` and the servers' closes; who ended it first is left to others.
"""

from __future__ import annotations

import numpy as np

from netdiag.columns import Rows, among, distinct, rows_between
from netdiag.connections import Connections, Traffic
from netdiag.connections.sequence import distance, distances
from netdiag.decode.marks import Mark
from netdiag.decode.segments import Flag
from netdiag.exchanges.roles import Speech


def find_client_ends(
    traffic: Traffic, connections: Connections, speech: Speech, close: Rows
) -> Rows:
    """Row with which each client ended its connection, as `Endings.client_end` says; or -1."""
    end = _earlier(connections.client_fin, connections.client_rst)
    end = _earlier(end, _farewells(traffic, speech))
    last = _last_payload(traffic, speech)
    unseen = np.flatnonzero(connections.client_fin < 0)
    begin, count = connections.start[unseen], (connections.stop - connections.start)[unseen]
    rows = rows_between(begin, count)  # of clients whose FIN was not captured
    end = _earlier(end, _acknowledged(traffic, connections, close, last, rows))
    return _earlier(end, _counted(traffic, last, rows))


def counts_fin(traffic: Traffic, said: int, end: int) -> bool:
    """Whether a client's end, `end`, only counts a FIN that came, unseen, after `said`.

    Args:
        traffic: the table that both are rows of.
        said: row of the client's last payload.
        end: row behind it that ends the client's side.
    """
    if traffic.flags[end] & Flag.FIN:
        return False
    segments, at = traffic.segments, traffic.row
    number = segments.sequence if traffic.from_client[end] else segments.acknowledgment
    ahead = distance(int(segments.sequence[at[said]]), int(number[at[end]]))
    return ahead == int(traffic.length[said]) + 1


def _acknowledged(
    traffic: Traffic, connections: Connections, close: Rows, last: Rows, without_fin: Rows
) -> Rows:
    """Row with which each server acknowledges a FIN of the client that comes later, or is lost; -1.

    A FIN takes a sequence number (RFC 9293, section 3.4): the acknowledgement lies one beyond all
    of the client's payload. Where the FIN was captured only the close itself is asked.
    """
    flags, segments = traffic.flags, traffic.segments

    def acknowledge(rows: Rows) -> Rows:
        known = last[traffic.groups.of_row[rows]]
        rows, known = rows[known >= 0], known[known >= 0]
        acknowledged = segments.acknowledgment[traffic.row[rows]]
        ahead = distances(segments.sequence[traffic.row[known]], acknowledged)
        proves = ((flags[rows] & Flag.ACK) != 0) & (ahead == traffic.length[known] + 1)
        proven: Rows = rows[proves]
        return proven

    of_server = without_fin[~traffic.from_client[without_fin]]
    latest = traffic.groups.last_of(of_server[(flags[of_server] & Flag.ACK) != 0])
    lost = np.zeros(len(close), bool)
    lost[traffic.groups.of_row[acknowledge(latest[latest >= 0])]] = True
    answers = of_server[lost[traffic.groups.of_row[of_server]]] if lost.any() else of_server[:0]
    answers = np.concatenate([answers, close[(close >= 0) & (connections.client_fin >= 0)]])
    answers.sort()
    return traffic.groups.first_of(acknowledge(answers))


def _counted(traffic: Traffic, last: Rows, without_fin: Rows) -> Rows:
    """Row with which each client goes on behind a FIN of its own that was not captured; or -1.

    Its segments without payload have its next number, now one beyond all of its payload. A probe
    lies below that (RFC 9293, section 3.8.4), and a RST is an end whatever its number.
    """
    groups, position = traffic.groups, traffic.position
    spoke = np.flatnonzero(last >= 0)
    beyond = np.full(len(groups), np.iinfo(np.int64).max)
    beyond[spoke] = position[last[spoke]] + traffic.length[last[spoke]] + 1

    def own(rows: Rows) -> Rows:
        mine = traffic.from_client[rows] & ((traffic.flags[rows] & (Flag.SYN | Flag.RST)) == 0)
        chosen: Rows = rows[mine]
        return chosen

    found = own(without_fin[position[without_fin] == beyond[groups.of_row[without_fin]]])
    few = distinct(groups.of_row[found])
    rows = own(rows_between(groups.start[few], groups.stop[few] - groups.start[few]))
    payload = traffic.length[rows] > 0  # one octet of it, captured late, isn't a FIN
    is_octet = payload & (position[rows] + traffic.length[rows] == beyond[groups.of_row[rows]])
    has_octet = groups.of_row[rows[is_octet]]
    return groups.first_of(found[~among(groups.of_row[found], has_octet)])


def _last_payload(traffic: Traffic, speech: Speech) -> Rows:
    """The last new payload of each client, on a segment that takes no other number; or -1."""
    said = speech.row[traffic.from_client[speech.row]]
    said = said[(traffic.flags[said] & (Flag.SYN | Flag.RST)) == 0]
    return traffic.groups.last_of(said)


def _farewells(traffic: Traffic, speech: Speech) -> Rows:
    """The message with which each client said, in clear, that it is leaving; -1 without.

    It has to be the last that it said. A server closes at once when it reads one (MySQL COM_QUIT,
    PostgreSQL Terminate, Redis QUIT), so its FIN may come before the client's own.
    """
    if not (traffic.mark == Mark.CLIENT_FAREWELL).any():
        return np.full(len(traffic.groups), -1, np.int64)
    said = speech.row[traffic.from_client[speech.row]]
    last = traffic.groups.last_of(said)
    spoke = np.flatnonzero(last >= 0)
    last[spoke[traffic.mark[last[spoke]] != Mark.CLIENT_FAREWELL]] = -1
    return last


def _earlier(one: Rows, other: Rows) -> Rows:
    """The smaller of two rows, where -1 means none."""
    return np.where((one >= 0) & ((other < 0) | (one < other)), one, other)
