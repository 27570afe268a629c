"""Builds `Recommendation`s: the numbers; the sentences are left to `recommendation_text`."""

from __future__ import annotations

from netdiag.diagnosis.diagnose import Finding
from netdiag.diagnosis.recommendation import (
    client_limit,
    find_race,
    find_retrying,
    find_scope,
    replay,
    server_side,
)
from netdiag.diagnosis.scene import Scene
from netdiag.report.build.recommendation_text import (
    of_limit,
    of_race,
    of_replay,
    of_retrying,
    of_server,
)
from netdiag.report.recommendation import MarginPart, Recommendation

DIGITS = 6


def recommendation(scene: Scene, finding: Finding) -> Recommendation | None:
    """What a finding's clients should set; None where no idle limit is the cure."""
    scope = find_scope(scene, finding)
    limit = client_limit(scope)
    if limit is None:
        return None
    tried = replay(scope, limit.limit_s)
    retrying = find_retrying(scope)
    race = find_race(scope, limit)
    raised = server_side(scene, scope.hosts)
    server = scene.addresses.text(finding.server)
    readable = retrying.idempotent + sum(retrying.unsafe.values())
    note = of_race(limit, race)
    return Recommendation(
        audience="client",
        server=server,
        limit_s=limit.limit_s,
        below_s=round(limit.below_s, DIGITS),
        bound_by=limit.bound_by,
        margin_s=round(limit.margin_s, DIGITS),
        margin_parts=tuple(
            MarginPart(part.reason, round(part.seconds, DIGITS), part.measured)
            for part in limit.parts
        ),
        requests=tried.requests,
        reuses=tried.harmed,
        prevented=tried.prevented,
        near_misses=tried.near_misses,
        new_connections=tried.new_connections,
        new_connections_per_minute=None if tried.per_minute is None else round(tried.per_minute, 3),
        retry_would_hide=retrying.idempotent if readable else None,
        retried=retrying.retried,
        retry_unknown=retrying.unknown,
        race_one_in=race.one_in,
        check_only_race_one_in=race.check_only_one_in,
        race_note=note,
        server_timeout_s=None if raised is None else raised.timeout_s,
        text=(
            of_limit(server, limit),
            of_replay(limit, tried),
            *of_retrying(tried, retrying),
            note,
            *of_server(limit, raised),
        ),
    )
