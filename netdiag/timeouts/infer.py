"""Infers the idle timeouts of servers and clients from all connections of an analysis."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from msgspec import Struct, field

from netdiag.columns import Rows, median
from netdiag.connections import Connections, Traffic
from netdiag.exchanges import Endings, Exchanges, Protocol, Speech
from netdiag.exchanges.table import longest_idle
from netdiag.timeouts.estimate import IdleTimeout, estimate
from netdiag.timeouts.idle_closes import IdleCloses, idle_closes
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
    bygones = seen.remembered.bygones
    further = bygones.take(bygones.longest_idle_ns >= 0)
    by_server, by_client = idle_closes(traffic, connections, speech, endings, seen)
    client_host = connections.client_host
    lived, lived_ns = _longest_of_quiet(exchanges, endings, speech, seen.survived)
    lived_ns = np.append(lived_ns, further.longest_idle_ns)
    server_lived = _longest(np.append(connections.server[lived], further.server), lived_ns)
    # A client that closes an idle connection, or keeps it, shows that the server had not yet.
    _merge(server_lived, _longest(by_client.server, by_client.idle_ns))
    further_host = further.client_host
    client_lived = _longest(np.append(client_host[lived], further_host), lived_ns)
    reused, reused_ns = _longest_of_quiet(exchanges, endings, speech, seen.reuses)
    reused_ns = np.append(reused_ns, further.longest_idle_ns)
    return IdleTimeouts(
        servers=_estimates(
            by_server,
            server_lived,
            claims.declared_s,
            lambda server, protocol: claims.known(server, Protocol(protocol).slug),
            fewest=1,
        ),
        clients=_estimates(
            by_client,
            client_lived,
            {},
            lambda _client, _protocol: None,
            fewest=FEWEST_CLIENT_CLOSES,
        ),
        longest_reuse_s=_longest(np.append(client_host[reused], further_host), reused_ns),
        seen=seen,
    )


def _longest_of_quiet(
    exchanges: Exchanges, endings: Endings, speech: Speech, chosen: Rows
) -> tuple[Rows, npt.NDArray[np.int64]]:
    """Connections with chosen exchanges, but for tunnels, and the longest idle time of each."""
    longest_ns = longest_idle(exchanges, endings, chosen)
    rows = np.flatnonzero((longest_ns >= 0) & ~speech.tunnel)
    return rows, longest_ns[rows]


def _longest(endpoint: npt.NDArray[np.uint64], idle_ns: npt.NDArray[np.int64]) -> dict[int, float]:
    """The longest idle time by endpoint, in seconds."""
    names, place = np.unique(endpoint, return_inverse=True)
    longest = np.full(len(names), np.iinfo(np.int64).min)
    np.maximum.at(longest, place, idle_ns)
    return dict(zip(names.tolist(), (longest / 1e9).tolist(), strict=True))


def _merge(into: dict[int, float], other: dict[int, float]) -> None:
    for endpoint, idle_s in other.items():
        into[endpoint] = max(idle_s, into.get(endpoint, 0.0))


def _estimates(
    closes: IdleCloses,
    survived_s: dict[int, float],
    declared_s: dict[int, float],
    known: Callable[[int, int], Known | None],
    *,
    fewest: int,
) -> dict[int, IdleTimeout]:
    names, starts = np.unique(closes.endpoint, return_index=True)
    rows: Rows = np.arange(len(closes))
    parts = dict(zip(names.tolist(), np.split(rows, starts[1:]), strict=False))
    result = {}
    asked = list(dict.fromkeys([*parts, *survived_s]))
    if len(asked) > MOST_ENDPOINTS:
        asked.sort(key=lambda name: -len(parts.get(name, ())))
    for name in asked[:MOST_ENDPOINTS]:
        mine = parts.get(name, rows[:0])
        its = closes.take(mine if len(mine) >= fewest else rows[:0])
        paths = its.path_s[~np.isnan(its.path_s)]
        lived = survived_s.get(name)
        timeout = estimate(
            its.idle_ns / 1e9,
            lived if lived is not None and lived >= SHORTEST_IDLE_NS / 1e9 else None,
            declared_s.get(name),
            median(paths) if len(paths) else 0.0,
            began_s=(its.time_ns - its.idle_ns) / 1e9,
            known=known(name, int(its.protocol[its.time_ns.argmin()])) if len(its) else None,
        )
        if timeout is not None:
            result[name] = timeout
    return result
