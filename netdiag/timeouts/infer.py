"""Infers the idle timeouts of servers and clients from all connections of an analysis."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from msgspec import Struct, field

from netdiag.columns import Mask, Rows, median
from netdiag.connections import Connections, Traffic
from netdiag.exchanges import Endings, Exchanges, Protocol, Speech
from netdiag.exchanges.table import longest_idle
from netdiag.timeouts.estimate import IdleTimeout, estimate
from netdiag.timeouts.idleness import Idleness
from netdiag.timeouts.reasons import SHORTEST_IDLE_NS
from netdiag.timeouts.setting import Known

MOST_ENDPOINTS = 20_000
"""Each takes a millisecond; of more of them, those with most closes are asked."""
FEWEST_CLIENT_CLOSES = 2
"""A client may close at any time because it is done; only a habit tells of a timer."""


class IdleTimeouts(Struct, frozen=True):
    """What was inferred.

    Attributes:
        servers: by server endpoint.
        clients: by client endpoint with port 0.
        longest_reuse_s: by client endpoint with port 0, the longest idle time after which it
            tried to use a connection again, whatever came of it.
        seen: what all this was inferred from.
    """

    servers: dict[int, IdleTimeout]
    clients: dict[int, IdleTimeout]
    longest_reuse_s: dict[int, float]
    seen: Idleness


def _nothing_known(_server: int, _protocol: str) -> Known | None:
    return None


class Claims(Struct, frozen=True):
    """What servers say of themselves: a prior for what they do, never a proof.

    Attributes:
        declared_s: by server endpoint, the seconds in its ``Keep-Alive: timeout=``.
        known: tells what is documented of the product that a server endpoint says it is, given
            the protocol that it speaks; asked only where a close measured its timeout.
    """

    declared_s: dict[int, float] = field(default_factory=dict)
    known: Callable[[int, str], Known | None] = _nothing_known


def infer(
    traffic: Traffic,
    connections: Connections,
    speech: Speech,
    exchanges: Exchanges,
    endings: Endings,
    seen: Idleness,
    claims: Claims,
) -> IdleTimeouts:
    """Estimate every server's and every client's idle timeout.

    Args:
        seen: all idle times.
        claims: what servers say of themselves.
    """
    client_gaps, client_idle = seen.client_closed, seen.client_idle_ns
    bygones = seen.remembered.bygones
    further = bygones.take(bygones.longest_idle_ns >= 0)
    client_host = connections.client_host
    lived, lived_ns = longest_idle(exchanges, endings, seen.survived)
    lived_ns = np.append(lived_ns, further.longest_idle_ns)
    server_lived = _longest(np.append(connections.server[lived], further.server), lived_ns)
    # A client that closes an idle connection, or keeps it, shows that the server had not yet.
    _merge(server_lived, _longest(connections.server[client_gaps], client_idle[client_gaps]))
    further_host = further.client_host
    client_lived = _longest(np.append(client_host[lived], further_host), lived_ns)
    to_server, to_client = _paths(connections)
    closed_ns = _time_of(traffic, endings.close)
    reused, reused_ns = longest_idle(exchanges, endings, seen.reuses)
    reused_ns = np.append(reused_ns, further.longest_idle_ns)
    return IdleTimeouts(
        servers=_estimates(
            Observed(connections.server, seen.server_closed, endings.idle_ns, closed_ns, to_server),
            server_lived,
            claims.declared_s,
            lambda server, row: claims.known(server, Protocol(int(speech.protocol[row])).slug),
            fewest=1,
        ),
        clients=_estimates(
            Observed(
                client_host,
                client_gaps,
                client_idle,
                _time_of(traffic, endings.client_end),
                to_client,
            ),
            client_lived,
            {},
            lambda _client, _row: None,
            fewest=FEWEST_CLIENT_CLOSES,
        ),
        longest_reuse_s=_longest(np.append(client_host[reused], further_host), reused_ns),
        seen=seen,
    )


def _time_of(traffic: Traffic, row: Rows) -> npt.NDArray[np.int64]:
    """When these rows of `Traffic` were captured, from the earliest of all; 0 for none."""
    if len(traffic) == 0:
        return np.zeros(len(row), np.int64)
    return np.where(row < 0, 0, traffic.time_ns[row] - traffic.time_ns.min())


def _longest(endpoint: npt.NDArray[np.uint64], idle_ns: npt.NDArray[np.int64]) -> dict[int, float]:
    """The longest idle time by endpoint, in seconds."""
    names, place = np.unique(endpoint, return_inverse=True)
    longest = np.full(len(names), np.iinfo(np.int64).min)
    np.maximum.at(longest, place, idle_ns)
    return dict(zip(names.tolist(), (longest / 1e9).tolist(), strict=True))


def _merge(into: dict[int, float], other: dict[int, float]) -> None:
    for endpoint, idle_s in other.items():
        into[endpoint] = max(idle_s, into.get(endpoint, 0.0))


def _paths(connections: Connections) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Round trips from the capture point to server and client, in seconds; NaN: unknown."""
    there = np.where(connections.to_server_ns < 0, np.nan, connections.to_server_ns / 1e9)
    whole = np.where(connections.round_trip_ns < 0, np.nan, connections.round_trip_ns / 1e9)
    return there, whole - there


class Observed(Struct, frozen=True, eq=False):
    """Idle closes of one kind of side, one row a connection.

    Attributes:
        endpoint: uint64, who is meant.
        measured: bool, whether its close measured a timeout.
        idle_ns: int64, after how much idle time it came.
        time_ns: int64, when it came.
        path_s: float64, round trip to it from the capture point, or NaN.
    """

    endpoint: npt.NDArray[np.uint64]
    measured: Mask
    idle_ns: npt.NDArray[np.int64]
    time_ns: npt.NDArray[np.int64]
    path_s: npt.NDArray[np.float64]


def _first(observed: Observed, rows: Rows) -> int:
    """Which of at least one close came first."""
    return int(rows[np.argmin(observed.time_ns[rows])])


def _estimates(
    observed: Observed,
    survived_s: dict[int, float],
    declared_s: dict[int, float],
    known: Callable[[int, int], Known | None],
    *,
    fewest: int,
) -> dict[int, IdleTimeout]:
    rows: Rows = np.flatnonzero(observed.measured)
    rows = rows[np.argsort(observed.endpoint[rows], kind="stable")]
    names, starts = np.unique(observed.endpoint[rows], return_index=True)
    parts = dict(zip(names.tolist(), np.split(rows, starts[1:]), strict=False))
    result = {}
    asked = list(dict.fromkeys([*parts, *survived_s]))
    if len(asked) > MOST_ENDPOINTS:
        asked.sort(key=lambda name: -len(parts.get(name, ())))
    for name in asked[:MOST_ENDPOINTS]:
        mine = parts.get(name, np.empty(0, np.int64))
        if len(mine) < fewest:
            mine = mine[:0]
        paths = observed.path_s[mine]
        paths = paths[~np.isnan(paths)]
        lived = survived_s.get(name)
        timeout = estimate(
            observed.idle_ns[mine] / 1e9,
            lived if lived is not None and lived >= SHORTEST_IDLE_NS / 1e9 else None,
            declared_s.get(name),
            median(paths) if len(paths) else 0.0,
            began_s=(observed.time_ns[mine] - observed.idle_ns[mine]) / 1e9,
            known=known(name, _first(observed, mine)) if len(mine) else None,
        )
        if timeout is not None:
            result[name] = timeout
    return result
