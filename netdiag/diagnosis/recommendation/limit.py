"""`client_limit`: for how long a client should keep idle connections, and why not for longer.

The server (or whatever forgets the connection) counts from the last byte it sent, the client from
the last it received, and the client's next request needs one way more: a round trip is lost to the
client. Its own timer may be late, a packet may have to be sent again, and the timeout is known only
as well as the capture shows it. What is left, rounded down to a number that people configure, is
the limit.
"""

from __future__ import annotations

import math
from typing import Literal

from msgspec import Struct

from netdiag.diagnosis.recommendation.scope import Scope
from netdiag.timeouts import SHORTEST_IDLE_NS, IdleTimeout, Reason
from netdiag.timeouts.timers import JITTER_S

BY_SERVER = frozenset(
    {"stale-keep-alive", "keep-alive-race", "lost-close", "idle-reset"}
    | {"close-wait-leak", "timeout-mismatch"}
)
"""Causes behind which the server's idle timeout is."""

BY_PATH = frozenset({"lost-close", "silent-drop", "middlebox-reset"})
"""Causes behind which something is that forgets idle connections, and doesn't say when."""

EVICTION_S = 1.0
"""How late a client's pool is assumed to act on its own limit where the capture doesn't show it:
pools compare ages when a connection is taken out, or look once a second."""

EVICTION_SHARE = 0.25
"""With a short timeout the pool is assumed to be late by no more than this share of it."""

RESEND_S = 0.2
"""The least time after which Linux sends a lost packet again (TCP_RTO_MIN in
include/net/tcp.h); a round trip comes on top (RFC 6298, section 2)."""

TICK_S, SWEEP_RATIO = 1.1, 1.35
"""How late timers are that look once in a while: one tick of a second, or 10 s on 30 s (the JDK's
server), 30 s on 120 s (waitress)."""

SHORTEST_BOUND_S = 0.5
"""What ends connections sooner than this is cured by no idle limit."""

STEPS_S = ((600.0, 60.0), (60.0, 10.0), (15.0, 5.0), (2.0, 1.0), (1.0, 0.5), (0.0, 0.1))
"""From each of these on, limits are whole multiples of that."""


MarginReason = Literal["granularity", "eviction", "round-trip", "jitter", "rounding"]


class Part(Struct, frozen=True):
    """One part of the margin between a limit and the timeout.

    Attributes:
        reason: how well the timeout is known, how late the client's timer is, the way there and
            back, a packet sent again, or a round number.
        seconds: how much of the margin it takes.
        measured: whether the capture shows it; else it is an assumption.
    """

    reason: MarginReason
    seconds: float
    measured: bool


class ClientLimit(Struct, frozen=True):
    """The longest idle time after which a client should use a connection again.

    Attributes:
        limit_s: what to set.
        below_s: the timeout that it stays below.
        low_s: the least that this timeout can be by the evidence.
        bound_by: whether the server ends connections or the path forgets them.
        parts: what the margin is for; together ``below_s - limit_s``.
    """

    limit_s: float
    below_s: float
    low_s: float
    bound_by: Literal["server", "path"]
    parts: tuple[Part, ...]

    @property
    def margin_s(self) -> float:
        """How far below the timeout the limit is."""
        return self.below_s - self.limit_s

    @property
    def tolerance_s(self) -> float:
        """How late a request may arrive at the server and still be in time."""
        return self.low_s - self.limit_s


class _Bound(Struct, frozen=True):
    below_s: float
    low_s: float
    bound_by: Literal["server", "path"]


def client_limit(scope: Scope) -> ClientLimit | None:
    """The limit that would have cured a finding; None where no idle limit is the cure."""
    bound = _of_server(scope) or _of_path(scope)
    if bound is None or bound.low_s < SHORTEST_BOUND_S:
        return None
    eviction_s, eviction_known = _eviction_s(scope, bound.low_s)
    round_trip_s = scope.round_trip_ns / 1e9
    jitter_s = min(RESEND_S + round_trip_s, EVICTION_SHARE * bound.low_s)
    room_s = bound.low_s - eviction_s - round_trip_s - jitter_s
    limit_s = round_down(room_s)
    if limit_s <= 0:
        return None
    parts = (
        Part("granularity", bound.below_s - bound.low_s, measured=True),
        Part("eviction", eviction_s, eviction_known),
        Part("round-trip", round_trip_s, scope.round_trip_known),
        Part("jitter", jitter_s, measured=False),
        Part("rounding", room_s - limit_s, measured=True),
    )
    return ClientLimit(limit_s, bound.below_s, bound.low_s, bound.bound_by, parts)


def round_down(seconds: float) -> float:
    """The greatest number not above `seconds` that somebody would configure; 0 for none."""
    if seconds < STEPS_S[-1][1]:
        return 0.0
    step = next(step for least, step in STEPS_S if seconds >= least)
    return round(math.floor(seconds / step + 1e-9) * step, 3)


def least_timeout_s(gap_s: float) -> float:
    """The least timeout that a close after this idle time can come from, however its timer ticks.

    A timer fires late, never early: by a tick of a second, or a sweep of a third of the timeout.
    """
    return max(min(gap_s - TICK_S, gap_s / SWEEP_RATIO), 0.0)


def _of_server(scope: Scope) -> _Bound | None:
    """The server's idle timeout, from its closes on all connections and those of the cases."""
    if scope.finding.cause.slug not in BY_SERVER:
        return None
    timeout = scope.scene.timeouts.servers.get(scope.finding.server)
    gaps = [
        case.story.idle_before_close_ns / 1e9
        for case in scope.finding.cases
        if case.story.reason is Reason.IDLE and case.story.idle_before_close_ns >= SHORTEST_IDLE_NS
    ]
    shortest = min(gaps, default=None)
    measured = _measured(timeout)
    if measured is None:
        return None if shortest is None else _Bound(shortest, least_timeout_s(shortest), "server")
    below, low = measured
    if shortest is not None and shortest < low - SHORTEST_IDLE_NS / 1e9:
        below, low = min(below, shortest), least_timeout_s(shortest)
    elif shortest is not None:
        low = min(low, shortest - JITTER_S)
    return _Bound(below, min(low, below), "server")


def _measured(timeout: IdleTimeout | None) -> tuple[float, float] | None:
    """The timeout that closes measured and the least that it can be; None without closes."""
    if timeout is None or timeout.closes == 0 or timeout.estimate_s is None:
        return None
    below = timeout.likely_setting_s or timeout.estimate_s
    low = max(timeout.low_s or 0.0, least_timeout_s(timeout.estimate_s))
    return below, min(low, below)


def _of_path(scope: Scope) -> _Bound | None:
    """What forgets idle connections, from the shortest idle time after which one had gone.

    What survived bounds it from below, if it is of that order; else half of it is taken.
    """
    if scope.finding.cause.slug not in BY_PATH:
        return None
    stories = [case.story for case in scope.finding.cases]
    gaps = [max(story.idle_ns, story.idle_before_close_ns) for story in stories]
    failed_s = min((gap / 1e9 for gap in gaps if gap >= SHORTEST_IDLE_NS), default=None)
    if failed_s is None:
        return None
    answered = scope.scene.exchanges.answered[scope.exchanges]
    settled_ns = scope.scene.endings.settled_idle_ns[scope.connections].max(initial=0)
    further_ns = scope.scene.bygones.longest_idle_ns[scope.bygones]
    settled_ns = further_ns.max(initial=settled_ns)
    survived_s = int(scope.idle_ns[answered].max(initial=settled_ns)) / 1e9
    low = survived_s if failed_s / 2 <= survived_s < failed_s else failed_s / 2
    return _Bound(failed_s, low, "path")


def _eviction_s(scope: Scope, low_s: float) -> tuple[float, bool]:
    """How late the clients act on their own idle limits, and whether the capture shows it."""
    most = EVICTION_SHARE * low_s
    seen = [
        timeout.granularity_s
        for host in scope.hosts
        if (timeout := scope.scene.timeouts.clients.get(host)) is not None
        and timeout.confidence == "high"
        and timeout.granularity_s is not None
    ]
    if seen and max(seen) <= most:
        return max(seen), True
    return min(EVICTION_S, most), False
