"""`measure`: counts one side of a comparison, of one server or of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from netdiag.columns import Mask
from netdiag.comparison.model import ClientLimit, Exposure, Fates, IdleGaps, Measures, Rate
from netdiag.comparison.occasions import Fate, Occasions
from netdiag.comparison.rates import interval
from netdiag.comparison.seen import Danger, Seen
from netdiag.report.build.endpoints import idle_timeout
from netdiag.timeouts import SHORTEST_IDLE_NS, Reason

DIGITS = 6
MOST_CLIENTS = 8
WITHOUT_EXCHANGE = "connection-refused"
"""The one cause that harms requests which were never sent."""


def measure(seen: Seen, servers: Sequence[int], dangers: Mapping[int, Danger | None]) -> Measures:
    """Count what happened on the connections to some servers.

    Args:
        seen: one side.
        servers: endpoints.
        dangers: by endpoint, the idle time that matters; None where it doesn't.
    """
    scene, mine = seen.scene, seen.of(servers)
    rows = np.flatnonzero(mine)
    exchanges = int(scene.endings.exchanges[rows].sum())
    reuses = int((mine[scene.exchanges.connection] & (scene.exchanges.idle_ns >= 0)).sum())
    chosen = set(servers)
    harmed = [reuse for reuse in seen.harm.reuses if reuse.server in chosen]
    reuses = max(reuses, len(harmed))
    of_servers = np.isin(seen.occasions.server, np.array(list(servers), np.uint64))
    occasions = seen.occasions.take(of_servers)
    checked = occasions.fate == Fate.CHECKED
    expired = (occasions.fate == Fate.EXPIRED) & (occasions.idle_ns >= SHORTEST_IDLE_NS)
    by_server = int((mine & (scene.reason == Reason.IDLE)).sum())
    return Measures(
        connections=len(rows),
        exchanges=exchanges,
        reuses=reuses,
        harmed=len(harmed),
        absorbed=sum(reuse.absorbed for reuse in harmed),
        harmed_per_thousand_exchanges=_rate(len(harmed), exchanges),
        harmed_per_thousand_reuses=_rate(len(harmed), reuses),
        other_harmed=seen.harmed_otherwise(servers),
        connections_per_thousand_exchanges=(
            round(1000 * len(rows) / exchanges, 3) if exchanges else None
        ),
        idle_before_reuse_s=_gaps(seen, mine),
        server_timeout=(
            idle_timeout(scene.timeouts.servers.get(servers[0])) if len(servers) == 1 else None
        ),
        client_limits=_client_limits(seen, mine),
        near_misses=int(checked.sum()),
        expired_at_checkout=int((expired & occasions.at_checkout).sum()),
        closed_by_server_when_idle=by_server,
        closed_by_client_when_idle=_closed_by_client(seen, mine),
        unseen_risks=sum(seen.harm.unseen.get(server, 0) for server in servers),
        exposure=_exposure(seen, servers, dangers, occasions, exchanges),
    )


def _rate(events: int, trials: int) -> Rate:
    range_ = interval(min(events, trials), trials)
    value = round(1000 * events / trials, DIGITS) if trials else None
    return Rate(value, round(1000 * range_.low, DIGITS), round(1000 * range_.high, DIGITS))


def _gaps(seen: Seen, mine: Mask) -> IdleGaps | None:
    exchanges = seen.scene.exchanges
    idle_ns = exchanges.idle_ns[mine[exchanges.connection]]
    idle_s = idle_ns[idle_ns >= 0] / 1e9
    if len(idle_s) == 0:
        return None
    p50, p90, p99 = np.quantile(idle_s, [0.5, 0.9, 0.99], method="inverted_cdf").tolist()
    return IdleGaps(*(round(value, DIGITS) for value in (p50, p90, p99, float(idle_s.max()))))


def _client_limits(seen: Seen, mine: Mask) -> tuple[ClientLimit, ...]:
    """What the clients of these connections were seen to do, the one with most closes first."""
    hosts = np.unique(seen.scene.connections.client_host[mine]).tolist()
    known = [(host, seen.scene.timeouts.clients.get(host)) for host in hosts]
    limits = [
        ClientLimit(
            client=seen.scene.addresses.host(host),
            estimate_s=_rounded(timeout.estimate_s),
            low_s=_rounded(timeout.low_s),
            high_s=_rounded(timeout.high_s),
            closes=timeout.closes,
        )
        for host, timeout in known
        if timeout is not None and timeout.closes
    ]
    return tuple(sorted(limits, key=lambda limit: -limit.closes)[:MOST_CLIENTS])


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def _closed_by_client(seen: Seen, mine: Mask) -> int:
    """Connections that the client ended first, after they had been idle for a while."""
    endings, time_ns = seen.scene.endings, seen.scene.traffic.time_ns
    first = (endings.client_end >= 0) & (
        (endings.close < 0) | (endings.client_end <= endings.close)
    )
    rows = np.flatnonzero(mine & first & (endings.last_word >= 0))
    idle_ns = time_ns[endings.client_end[rows]] - time_ns[endings.last_word[rows]]
    return int((idle_ns >= SHORTEST_IDLE_NS).sum())


def _exposure(
    seen: Seen,
    servers: Sequence[int],
    dangers: Mapping[int, Danger | None],
    occasions: Occasions,
    exchanges: int,
) -> Exposure:
    known = {server: dangers[server] for server in servers if dangers.get(server) is not None}
    if not known:
        others = seen.harmed_otherwise(servers)
        tried = exchanges + others.get(WITHOUT_EXCHANGE, 0)
        harmed = min(sum(others.values()), tried)
        return Exposure(
            idle_s=None,
            occasions=tried,
            moments=tried,
            harmed_moments=harmed,
            lost_moments=harmed,
            fates=Fates(harmed=harmed, other=tried - harmed),
        )
    chosen = np.zeros(len(occasions), bool)
    for server, danger in known.items():
        assert danger is not None
        chosen |= (occasions.server == server) & occasions.longer_than(danger.idle_ns)
    moments, harmed, lost = occasions.moments(chosen)
    fates = np.bincount(occasions.fate[chosen], minlength=len(Fate))
    idle_ns = min(danger.idle_ns for danger in known.values() if danger is not None)
    return Exposure(
        idle_s=round(idle_ns / 1e9, DIGITS),
        occasions=int(chosen.sum()),
        moments=moments,
        harmed_moments=harmed,
        lost_moments=lost,
        fates=Fates(**{fate.slug: int(fates[fate]) for fate in Fate}),
    )
