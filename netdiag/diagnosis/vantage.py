"""Says where a capture was taken: at the client, at the server, or between them.

Two signs: a packet that has not yet passed a router still has the time to live that its host
began with (64, 128 or 255); and at the client the SYN/ACK is what one waits for, at the server
the ACK that follows it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netdiag.columns import Rows
from netdiag.connections import Connections, Traffic

INITIAL_TTLS = (64, 128, 255)
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
    rows = np.flatnonzero((connections.capture == capture) & (connections.syn_ack >= 0))
    rows = rows[connections.syn[rows] >= 0]
    if len(rows) == 0:
        return Vantage("unknown", "no handshake was captured")
    client_ttl, server_ttl = (
        _ttls(traffic, connections.syn[rows]),
        _ttls(traffic, connections.syn_ack[rows]),
    )
    local_client = client_ttl in INITIAL_TTLS
    local_server = server_ttl in INITIAL_TTLS
    ttls = f"the clients' packets have TTL {client_ttl}, the servers' {server_ttl}"
    if local_client != local_server:
        place = "client" if local_client else "server"
        return Vantage(place, f"{ttls}: the {place}'s have passed no router yet")
    if not local_client:
        return Vantage("middle", f"{ttls}: both have passed routers")
    return _by_handshake(traffic, connections, rows, ttls)


def _by_handshake(traffic: Traffic, connections: Connections, rows: Rows, ttls: str) -> Vantage:
    first = traffic.time_ns[connections.syn_ack[rows]] - traffic.time_ns[connections.syn[rows]]
    whole = connections.round_trip_ns[rows]
    known = whole >= 0
    if not known.any():
        return Vantage("unknown", f"{ttls}, and no handshake is complete")
    to_server = float(np.median(first[known]))
    to_client = float(np.median(whole[known] - first[known]))
    timing = (
        f"the SYN/ACK comes {to_server / 1e6:.3f} ms after the SYN, "
        f"the ACK {to_client / 1e6:.3f} ms after that"
    )
    if to_server > max(CLEAR_RATIO * to_client, CLEAR_NS):
        return Vantage("client", timing)
    if to_client > max(CLEAR_RATIO * to_server, CLEAR_NS):
        return Vantage("server", timing)
    return Vantage("unknown", f"{ttls}, and {timing}: one host, or two that are very close")


def _ttls(traffic: Traffic, rows: Rows) -> int:
    values, counts = np.unique(traffic.segments.ttl[traffic.row[rows]], return_counts=True)
    return int(values[counts.argmax()])
