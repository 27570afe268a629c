"""Infers the idle timeouts of servers and clients from all connections of an analysis."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, Rows
from netdiag.connections import Connections, Traffic
from netdiag.exchanges import Endings, Exchanges, Speech
from netdiag.timeouts.estimate import IdleTimeout, estimate
from netdiag.timeouts.reasons import SHORTEST_IDLE_NS, Reason

FEWEST_CLIENT_CLOSES = 2
"""A client may close at any time because it is done; only a habit tells of a timer."""


@dataclass(frozen=True, slots=True)
class IdleTimeouts:
    """What was inferred.

    Attributes:
        servers: by server endpoint.
        clients: by client endpoint with port 0.
        longest_reuse_s: by client endpoint with port 0, the longest idle time after which it
            tried to use a connection again, whatever came of it.
    """

    servers: dict[int, IdleTimeout] = field(default_factory=dict)
    clients: dict[int, IdleTimeout] = field(default_factory=dict)
    longest_reuse_s: dict[int, float] = field(default_factory=dict)


def infer(
    traffic: Traffic,
    connections: Connections,
    speech: Speech,
    exchanges: Exchanges,
    endings: Endings,
    reason: npt.NDArray[np.uint8],
    declared_s: dict[int, float],
) -> IdleTimeouts:
    """Estimate every server's and every client's idle timeout.

    Args:
        reason: uint8 a connection, a `Reason`.
        declared_s: by server endpoint, what its Keep-Alive field said.
    """
    quiet = ~speech.tunnel
    server_gaps = (reason == Reason.IDLE) & quiet
    client_gaps, client_idle = _client_closes(traffic, connections, exchanges, endings, quiet)
    reuses = np.flatnonzero((exchanges.idle_ns >= 0) & quiet[exchanges.connection])
    survived = reuses[exchanges.answered[reuses] & (exchanges.response[reuses] >= 0)]
    client_host = connections.client & ~np.uint64(0xFFFF)
    lived, lived_ns = _longest_each(exchanges, survived)
    server_lived = _longest(connections.server[lived], lived_ns)
    # A client that closes an idle connection, or keeps it, shows that the server had not yet.
    _merge(server_lived, _longest(connections.server[client_gaps], client_idle[client_gaps]))
    client_lived = _longest(client_host[lived], lived_ns)
    reused, reused_ns = _longest_each(exchanges, reuses)
    return IdleTimeouts(
        servers=_estimates(
            connections.server, server_gaps, endings.idle_ns, server_lived, declared_s, 1
        ),
        clients=_estimates(
            client_host, client_gaps, client_idle, client_lived, {}, FEWEST_CLIENT_CLOSES
        ),
        longest_reuse_s=_longest(client_host[reused], reused_ns),
    )


def _client_closes(
    traffic: Traffic,
    connections: Connections,
    exchanges: Exchanges,
    endings: Endings,
    quiet: Mask,
) -> tuple[Mask, npt.NDArray[np.int64]]:
    """Connections whose client closed them first while idle, and the idle time before that."""
    end = endings.client_end
    last = endings.last_word
    first = (end >= 0) & ((endings.close < 0) | (end < endings.close))
    idle = np.full(len(connections), -1, np.int64)
    both = first & (last >= 0) & (last < end)
    idle[both] = traffic.time_ns[end[both]] - traffic.time_ns[last[both]]
    answered = np.zeros(len(connections), bool)
    has = endings.before_close >= 0
    answered[has] = exchanges.answered[endings.before_close[has]]
    return both & answered & quiet & (idle >= SHORTEST_IDLE_NS), idle


def _longest_each(
    exchanges: Exchanges, chosen: Rows
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """Connections with chosen exchanges, and the longest idle time before one of them."""
    if len(chosen) == 0:
        return np.empty(0, np.int32), np.empty(0, np.int64)
    connection = exchanges.connection[chosen]
    starts = np.flatnonzero(np.append(True, connection[1:] != connection[:-1]))
    return connection[starts], np.maximum.reduceat(exchanges.idle_ns[chosen], starts)


def _longest(endpoint: npt.NDArray[np.uint64], idle_ns: npt.NDArray[np.int64]) -> dict[int, float]:
    """The longest idle time by endpoint, in seconds."""
    order = np.lexsort((idle_ns, endpoint))
    endpoint, idle_ns = endpoint[order], idle_ns[order]
    last = np.flatnonzero(np.append(endpoint[1:] != endpoint[:-1], True)) if len(order) else order
    return {int(endpoint[i]): idle_ns[i] / 1e9 for i in last}


def _merge(into: dict[int, float], other: dict[int, float]) -> None:
    for endpoint, idle_s in other.items():
        into[endpoint] = max(idle_s, into.get(endpoint, 0.0))


def _estimates(
    endpoint: npt.NDArray[np.uint64],
    measured: Mask,
    idle_ns: npt.NDArray[np.int64],
    survived_s: dict[int, float],
    declared_s: dict[int, float],
    fewest: int,
) -> dict[int, IdleTimeout]:
    rows: Rows = np.flatnonzero(measured)
    rows = rows[np.argsort(endpoint[rows], kind="stable")]
    names, starts = np.unique(endpoint[rows], return_index=True)
    gaps = np.split(idle_ns[rows] / 1e9, starts[1:])
    by_endpoint = dict(zip(names.tolist(), gaps, strict=False))
    result = {}
    for name in by_endpoint.keys() | survived_s.keys():
        observed = by_endpoint.get(name, np.empty(0))
        if len(observed) < fewest:
            observed = np.empty(0)
        lived = survived_s.get(name)
        lived = lived if lived is not None and lived >= SHORTEST_IDLE_NS / 1e9 else None
        timeout = estimate(observed, lived, declared_s.get(name))
        if timeout is not None:
            result[name] = timeout
    return result
