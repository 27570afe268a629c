"""Finds the moments at which all connections of one server ended: a restart, a crash.

An idle timer ends connections at the same idle age, or (where it looks only now and then) those
that are older than the timeout, and leaves the younger ones alone. A server that goes away ends
all of them, whatever their age.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, Rows, among, begins_of, distinct, rows_between
from netdiag.connections import Connections, Traffic
from netdiag.connections.legs import is_news
from netdiag.connections.sequence import distances
from netdiag.decode.bygones import Bygones, How
from netdiag.decode.segments import Flag
from netdiag.exchanges import Endings, Exchanges

MOMENT_NS = 1_000_000_000
"""How long a server may take to end all its connections."""

FEWEST = 3
"""Fewer connections than this may end together by chance."""

SPREAD_RATIO = 1.5
SPREAD_NS = 1_000_000_000
"""Ages that differ by this factor and a second more are not those of one timer: timers that
look once a second or once in ten are known (gunicorn, com.sun.net.httpserver), and the coarsest
(waitress, 30 s on 120 s) stays within a factor of 1.25."""

AGES_APART_NS = 250_000_000
"""Ages that differ by more than this are not those of an exact timer."""

TICK_NS = 20_000_000
FEWEST_TICKS = 3
"""A timer that looks at fixed times (java.util.Timer.scheduleAtFixedRate, as com.sun.net.httpserver
uses it) keeps to them within this. Two moments have one distance only and tell nothing."""

FOREVER_NS = 1 << 62

REFUSED_WITHIN_NS = 10_000_000_000
"""A SYN refused this soon after a common end says that the server was gone."""


def closed_together(
    traffic: Traffic,
    connections: Connections,
    exchanges: Exchanges,
    endings: Endings,
    closed: Mask,
    bygones: Bygones,
) -> Mask:
    """Connections that ended together with all others of their server; bool.

    Args:
        closed: which connections the server ended, for no reason of their own.
        bygones: further connections, in order of their servers: none of them ended together with
            others in this way.
    """
    together = np.zeros(len(connections), bool)
    # A refused connection never came about: it confirms an end (below), and has none of its own.
    news = is_news(connections, connections.server)
    refused = connections.was_refused
    closed = closed & news & ~refused
    servers, counts = np.unique(connections.server[closed], return_counts=True)
    for server in servers[counts >= FEWEST]:
        all_mine = np.flatnonzero((connections.server == server) & news)
        mine = all_mine[closed[all_mine]]
        time_ns = traffic.time_ns[endings.close[mine]]
        order = np.argsort(time_ns, kind="stable")
        mine, time_ns = mine[order], time_ns[order]
        further = bygones.of_server(server)
        begins, stops, many = _moments(time_ns, further.closed_ns[further.are(How.BY_SERVER)])
        if not many.any():
            continue
        refused_ns = traffic.time_ns[connections.start[all_mine[refused[all_mine]]]]
        seen_ns = time_ns - traffic.time_ns[connections.start[mine]]
        age_ns = endings.idle_ns[mine]
        may_differ = _differ(np.where(age_ns < 0, seen_ns, age_ns), np.maximum(age_ns, 0), begins)
        clusters = zip(
            begins[many].tolist(), stops[many].tolist(), may_differ[many].tolist(), strict=True
        )
        for start, stop, ages_may_differ in clusters:
            cluster, last_ns = mine[start:stop], int(time_ns[stop - 1])
            differ = ages_may_differ and _differ(
                *_ages(traffic, connections, endings, cluster), np.zeros(1, np.int64)
            )
            if not (differ or _refused_after(refused_ns, last_ns)):
                continue
            from netdiag.timeouts.survivors import goes_on, went_on  # noqa: PLC0415 - seldom needed

            moment_ns = int(time_ns[start]), last_ns
            others = all_mine[~np.isin(all_mine, cluster)]
            tables = traffic, connections, exchanges, endings
            survived = went_on(further, moment_ns) or goes_on(*tables, others, moment_ns)
            together[cluster] = not survived
    return together


def _moments(
    time_ns: npt.NDArray[np.int64], others_ns: npt.NDArray[np.int64]
) -> tuple[Rows, Rows, Mask]:
    """The moments at which a server closed connections, one after another.

    Args:
        time_ns: int64, ascending: when it closed each of at least one.
        others_ns: int64, when it closed others: what comes together with these is none.

    Returns:
        begins, stops: int64, the first of each moment, and one past the last.
        many: bool, which of them are moments of many; none where a server keeps time.
    """
    every_ns = np.sort(np.concatenate([time_ns, others_ns]))
    before_ns = np.diff(every_ns, prepend=every_ns[0] - 2 * MOMENT_NS)
    moments_ns = every_ns[before_ns > MOMENT_NS]
    moment = np.searchsorted(moments_ns, time_ns, "right")
    begins = np.flatnonzero(begins_of(moment))
    stops = np.append(begins[1:], len(time_ns))
    many = (stops - begins >= FEWEST) & (time_ns[stops - 1] - time_ns[begins] <= MOMENT_NS)
    many &= ~among(moment[begins], distinct(np.searchsorted(moments_ns, others_ns, "right")))
    return begins, stops, many & (not _keeps_time(moments_ns))


def ended_in_one_moment(
    traffic: Traffic, connections: Connections, endings: Endings, idle: Mask, bygones: Bygones
) -> frozenset[int]:
    """Servers whose idle closes all came within one moment, at ages that differ.

    A timer that looks only now and then does that, and so does a restart: one moment alone does
    not tell them apart where the ages are near each other (see `SPREAD_RATIO`).

    Args:
        idle: which connections the server closed as idle; bool.
        bygones: further connections.
    """
    rows, gone = np.flatnonzero(idle), bygones.take(bygones.timed_out)
    server = np.concatenate([connections.server[rows], gone.server])
    time_ns = np.concatenate([traffic.time_ns[endings.close[rows]], gone.closed_ns])
    age_ns = np.concatenate([endings.idle_ns[rows], gone.idle_ns])
    order = np.argsort(server, kind="stable")
    servers, starts, counts = np.unique(server[order], return_index=True, return_counts=True)
    if not len(servers):
        return frozenset()
    apart_ns, differ_ns = (
        np.maximum.reduceat(values, starts) - np.minimum.reduceat(values, starts)
        for values in (time_ns[order], age_ns[order])
    )
    found = (counts >= FEWEST) & (apart_ns <= MOMENT_NS) & (differ_ns > AGES_APART_NS)
    return frozenset(servers[found].tolist())


def _keeps_time(moments_ns: npt.NDArray[np.int64]) -> bool:
    """Whether a server closes at whole multiples of one period only: nobody restarts it so."""
    if len(moments_ns) < FEWEST_TICKS:
        return False
    apart_ns = moments_ns[1:] - moments_ns[0]
    ticks = np.rint(apart_ns / np.diff(moments_ns).min())
    period_ns = apart_ns[-1] / ticks[-1]
    return bool((np.abs(apart_ns - ticks * period_ns) <= TICK_NS).all())


def _ages(
    traffic: Traffic, connections: Connections, endings: Endings, rows: Rows
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The least and the greatest idle age that connections may have had; int64, ns.

    One that was never used has none. Where the last words may be missing from the capture, an age
    is no more than it seems; and where all of them are, as they came before the capture began, it
    is no less than the connection's time in there.
    """
    age, close = endings.idle_ns[rows], endings.close[rows]
    missing = _is_missing(traffic, connections, rows, close)
    missing |= (age < 0) & _had_heard(traffic, connections, rows, close)
    since_ns = traffic.time_ns[close] - traffic.time_ns[connections.start[rows]]
    least = np.where(connections.syn[rows] < 0, since_ns, 0)
    least, greatest = np.where(age < 0, least, age), np.where(age < 0, FOREVER_NS, age)
    least[missing & (age >= 0)] = 0
    greatest[~missing & (age < 0)] = 0
    return least, greatest


def _is_missing(traffic: Traffic, connections: Connections, rows: Rows, close: Rows) -> Mask:
    """Whether what a server had said last before its close is not in the capture; bool.

    The close has the number of the octet behind that (RFC 9293, section 3.4).
    """
    segments, start = traffic.segments, connections.start[rows]
    count = close - start + 1  # with the close itself: none is empty
    begins = np.cumsum(count) - count
    of_each = rows_between(start, count)
    syn = (traffic.flags[of_each] & Flag.SYN) != 0
    said = ~traffic.from_client[of_each] & (syn | (traffic.length[of_each] > 0))
    said &= of_each < np.repeat(close, count)
    last = np.maximum.reduceat(np.where(said, of_each, -1), begins)
    at = traffic.row[last]
    octets = traffic.length[last] + ((traffic.flags[last] & Flag.SYN) != 0)
    behind = segments.sequence[at] + octets.astype(np.uint32)
    missing: Mask = (last < 0) | (distances(behind, segments.sequence[traffic.row[close]]) > 0)
    return missing


def _had_heard(traffic: Traffic, connections: Connections, rows: Rows, close: Rows) -> Mask:
    """Whether a server acknowledges, as it closes, more than was captured of its client; bool."""
    segments, at = traffic.segments, traffic.row[close]
    opened = segments.sequence[traffic.row[connections.syn[rows]]]
    known = (connections.syn[rows] >= 0) & ((traffic.flags[close] & Flag.ACK) != 0)
    octets = connections.client_bytes[rows] + 2  # and its SYN, and maybe its FIN
    heard: Mask = known & (distances(opened, segments.acknowledgment[at]) > octets)
    return heard


def _differ(least: npt.NDArray[np.int64], greatest: npt.NDArray[np.int64], begins: Rows) -> Mask:
    """Whether the ages from each beginning to the next are not those of one timer; bool.

    Args:
        least: ns, what each age is at least.
        greatest: ns, what it is at most.
    """
    most, fewest = np.maximum.reduceat(least, begins), np.minimum.reduceat(greatest, begins)
    differ: Mask = most > SPREAD_RATIO * fewest + SPREAD_NS
    return differ


def _refused_after(refused_ns: npt.NDArray[np.int64], moment_ns: int) -> bool:
    """Whether a connection was asked for soon after the moment, and refused by a RST."""
    if len(refused_ns) == 0:
        return False
    late = refused_ns - moment_ns
    return bool(((late >= 0) & (late < REFUSED_WITHIN_NS)).any())
