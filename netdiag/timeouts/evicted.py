"""Finds connections that a server ended before their time to make room for new ones.

nginx, short of worker_connections, ends the connections that have been idle for longest when it
accepts another one (`ngx_drain_connections` in its src/core/ngx_connection.c), however long that
was. Such a close measures no timeout.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask
from netdiag.connections import Connections, Traffic
from netdiag.decode.bygones import Bygones
from netdiag.exchanges import Endings

Times = npt.NDArray[np.int64]

EXACT_S = 0.1
"""Gaps that lie closer together than this come from a timer that does not tick."""

FEWEST_TIMED = 3
"""So many closes at one idle time show the timer that did not end the others."""

ACCEPTED_NS = 5_000_000
"""From a handshake's end to the closes that it brings about (nginx: up to 0.3 ms)."""


def find_evicted(
    traffic: Traffic, connections: Connections, endings: Endings, idle: Mask, bygones: Bygones
) -> Mask:
    """Closes of idle connections, at different ages, each as its server took a new one in; bool.

    Args:
        idle: which connections their server closed while idle, for no other reason.
        bygones: further connections that their servers took in, in order of these; none ended so.
    """
    evicted = np.zeros(len(connections), bool)
    both = np.concatenate([connections.server[idle], bygones.server[bygones.timed_out]])
    servers, counts = np.unique(both, return_counts=True)
    for server in servers[counts > FEWEST_TIMED].tolist():
        of_server, others = connections.server == server, bygones.of_server(server)
        mine = np.flatnonzero(of_server & idle)
        gaps_s = np.concatenate([endings.idle_ns[mine], others.idle_ns[others.timed_out]]) / 1e9
        early = mine[_before_the_timer(gaps_s)[: len(mine)]]
        opened = np.flatnonzero(of_server & (connections.syn >= 0) & (connections.syn_ack >= 0))
        begun_ns = np.concatenate([traffic.time_ns[connections.syn[opened]], others.begun_ns])
        trip_ns = np.concatenate([connections.round_trip_ns[opened], others.round_trip_ns])
        closed_ns = traffic.time_ns[endings.close[early]]
        evicted[early[_as_another_came(closed_ns, begun_ns, np.maximum(trip_ns, 0))]] = True
    return evicted


def _before_the_timer(gaps_s: npt.NDArray[np.float64]) -> Mask:
    """Gaps that are shorter than those of an exact timer, and of no timer of their own."""
    gaps = np.sort(gaps_s)
    alike = np.searchsorted(gaps, gaps + EXACT_S, "right") - np.arange(len(gaps))
    start = int(np.lexsort((gaps, alike))[-1])
    if alike[start] < FEWEST_TIMED or alike[:start].max(initial=0) >= FEWEST_TIMED:
        return np.zeros(len(gaps_s), bool)
    before: Mask = gaps_s < gaps[start]
    return before


def _as_another_came(closed_ns: Times, begun_ns: Times, trip_ns: Times) -> Mask:
    """Which closes came right after the handshake of another connection.

    Args:
        closed_ns: when each came.
        begun_ns: when the SYN of each other one was captured.
        trip_ns: how long its handshake took; 0 where that isn't known.
    """
    if not len(begun_ns):  # the capture shows no handshake of this server
        return np.zeros(len(closed_ns), bool)
    accepted_ns = np.sort(begun_ns + trip_ns)
    latest = np.searchsorted(accepted_ns, closed_ns, "right") - 1
    window_ns = ACCEPTED_NS + int(np.median(trip_ns))
    soon: Mask = (latest >= 0) & (closed_ns - accepted_ns[np.maximum(latest, 0)] <= window_ns)
    return soon
