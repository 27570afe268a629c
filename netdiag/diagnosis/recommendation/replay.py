"""`replay`: what a client's idle limit would have changed in the capture, request by request."""

from __future__ import annotations

from msgspec import Struct

from netdiag.diagnosis.recommendation.scope import Scope

NS = 1_000_000_000


class Replay(Struct, frozen=True):
    """The requests of a scope, sent with an idle limit.

    Attributes:
        requests: exchanges in all.
        harmed: reuses that were harmed; where none was, connections that the server ended.
        prevented: how many of them had been idle for longer than the limit.
        any_harmed: whether `harmed` counts requests.
        near_misses: reuses after a longer idle time than the limit that were answered.
        within: reuses within the limit.
        new_connections: at most so many connections more would have been opened: one for each
            longer idle time, but for those where the client had to open another one anyway.
        per_minute: the same, a minute of these connections' time; None where they took none.
    """

    requests: int
    harmed: int
    prevented: int
    any_harmed: bool
    near_misses: int
    within: int
    new_connections: int
    per_minute: float | None


def replay(scope: Scope, limit_s: float) -> Replay:
    """Try a limit on all requests of a scope."""
    limit_ns = round(limit_s * NS)
    reuses, over = scope.longer(-1, limit_ns)
    lost = ~scope.scene.exchanges.answered[scope.exchanges] & (scope.idle_ns > limit_ns)
    stories = scope.harmed or tuple(case.story for case in scope.finding.cases)
    harmed = len(scope.harmed) > 0
    prevented = [
        story.connection
        for story in stories
        if (story.idle_ns if harmed else story.idle_before_close_ns) > limit_ns
    ]
    new = max(over - _opened_anyway(scope, prevented), 0)
    return Replay(
        requests=scope.requests,
        harmed=len(stories),
        prevented=len(prevented),
        any_harmed=harmed,
        near_misses=over - int(lost.sum()),  # what has no rows was answered
        within=reuses - over,
        new_connections=new,
        per_minute=new * 60 * NS / scope.span_ns if scope.span_ns > 0 else None,
    )


def _opened_anyway(scope: Scope, prevented: list[int]) -> int:
    """How many of these failures made the client open a connection that it then needn't."""
    scene = scope.scene
    opened = 0
    for connection in prevented:
        retry = scope.retries.get(connection)
        if retry is not None:
            first = int(scene.endings.first_exchange[retry.connection])
            opened += bool(first >= 0 and scene.exchanges.request[first] == retry.row)
    return opened
