"""Says where a capture was taken: at the client, at the server, or between them.

Three signs: a packet that has not yet passed a router still has the time to live that its host
began with (64, 128 or 255); a packet captured on both sides of a router is there twice, with two
of them; and at the client the SYN/ACK is what one waits for, at the server the ACK that follows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netdiag.columns import Mask, Rows
from netdiag.connections import Connections, Traffic
from netdiag.connections.hops import INITIAL_TTLS
from netdiag.decode.segments import Flag
from netdiag.diagnosis.fates import SAME_PACKET_NS

ENOUGH = 10_000
"""More segments than this say nothing new about a place."""

CLEAR_RATIO = 5
"""One half of the handshake this many times as long as the other tells the side."""

CLEAR_NS = 300_000
"""Halves shorter than this are scheduling, not distance."""


@dataclass(frozen=True, slots=True)
class Vantage:
    """Where a capture was taken, and what says so in one sentence."""

    place: str
    evidence: str


def find_vantage(traffic: Traffic, connections: Connections, capture: int) -> Vantage:
    """The vantage of one capture."""
    rows = _handshakes(traffic, capture)
    if _routed(traffic, rows):
        return Vantage("middle", "packets were captured on both sides of a router")
    if _translated(connections, capture):
        return Vantage("middle", "packets were captured on both sides of an address translation")
    from_client = traffic.from_client[rows]
    client_ttl = _usual_ttl(traffic, rows[from_client])
    server_ttl = _usual_ttl(traffic, rows[~from_client])
    if client_ttl is None or server_ttl is None:
        return Vantage("unknown", "packets of both directions would be needed to tell")
    local_client = client_ttl in INITIAL_TTLS
    local_server = server_ttl in INITIAL_TTLS
    ttls = f"the clients' packets have TTL {client_ttl}, the servers' {server_ttl}"
    if local_client != local_server:
        place = "client" if local_client else "server"
        return Vantage(place, f"{ttls}: the {place}'s have passed no router yet")
    if not local_client:
        return Vantage("middle", f"{ttls}: both have passed routers")
    return _by_handshake(traffic, connections, capture, ttls)


def _handshakes(traffic: Traffic, capture: int) -> Rows:
    """Rows of a capture's SYNs and SYN/ACKs, and of some other segments, `ENOUGH` of each."""
    rows: Rows = np.flatnonzero(traffic.segments.capture[traffic.row] == capture)
    opening = (traffic.flags[rows] & Flag.SYN) != 0
    return np.concatenate([rows[opening][:ENOUGH], rows[~opening][:ENOUGH]])


def _by_handshake(traffic: Traffic, connections: Connections, capture: int, ttls: str) -> Vantage:
    rows = np.flatnonzero(connections.round_trip_ns >= 0)
    syn, syn_ack = connections.syn[rows], connections.syn_ack[rows]
    here = traffic.segments.capture
    whole = (here[traffic.row[syn]] == capture) & (here[traffic.row[syn_ack]] == capture)
    if not whole.any():
        return Vantage("unknown", f"{ttls}, and no handshake is complete")
    rows, first = rows[whole], (traffic.time_ns[syn_ack] - traffic.time_ns[syn])[whole]
    to_server = float(np.median(first))
    to_client = float(np.median(connections.round_trip_ns[rows] - first))
    timing = (
        f"the SYN/ACK comes {to_server / 1e6:.3f} ms after the SYN, "
        f"the ACK {to_client / 1e6:.3f} ms after that"
    )
    if to_server > max(CLEAR_RATIO * to_client, CLEAR_NS):
        return Vantage("client", timing)
    if to_client > max(CLEAR_RATIO * to_server, CLEAR_NS):
        return Vantage("server", timing)
    return Vantage("unknown", f"{ttls}, and {timing}: one host, or two that are very close")


def _routed(traffic: Traffic, rows: Rows) -> bool:
    """Whether SYNs (or SYN/ACKs) are there twice within a moment, with two times to live."""
    rows = rows[_has(traffic, rows, Flag.SYN)]
    segments = traffic.segments
    of_row, from_client, at = (
        traffic.groups.of_row[rows],
        traffic.from_client[rows],
        traffic.row[rows],
    )
    order = np.lexsort((traffic.time_ns[rows], segments.sequence[at], from_client, of_row))
    one, next_ = order[:-1], order[1:]
    copies = (of_row[one] == of_row[next_]) & (from_client[one] == from_client[next_])
    copies &= segments.sequence[at[one]] == segments.sequence[at[next_]]
    copies &= traffic.time_ns[rows[next_]] - traffic.time_ns[rows[one]] < SAME_PACKET_NS
    return bool((copies & (segments.ttl[at[one]] != segments.ttl[at[next_]])).any())


def _translated(connections: Connections, capture: int) -> bool:
    """Whether the capture has two legs of one connection."""
    mine = np.flatnonzero(connections.capture == capture)
    nearest = connections.same_as[mine]
    return bool(((nearest != mine) & (connections.capture[nearest] == capture)).any())


def _usual_ttl(traffic: Traffic, rows: Rows) -> int | None:
    """The commonest time to live, of what is least likely to be forged; None without packets."""
    for chosen in (_has(traffic, rows, Flag.SYN), ~_has(traffic, rows, Flag.RST)):
        if chosen.any():
            rows = rows[chosen]
            break
    values, counts = np.unique(traffic.segments.ttl[traffic.row[rows]], return_counts=True)
    return int(values[counts.argmax()]) if len(values) else None


def _has(traffic: Traffic, rows: Rows, flag: Flag) -> Mask:
    found: Mask = (traffic.flags[rows] & flag) != 0
    return found
