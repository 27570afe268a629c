"""Builds `Recommendation`s: the numbers, and the sentences that say what they rest on."""

from __future__ import annotations

from netdiag.diagnosis.diagnose import Finding
from netdiag.diagnosis.recommendation import (
    ClientLimit,
    Part,
    Race,
    Replay,
    Retrying,
    ServerSide,
    client_limit,
    find_race,
    find_retrying,
    find_scope,
    replay,
    server_side,
)
from netdiag.diagnosis.scene import Scene
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
    note = _race_note(limit, race)
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
            _of_limit(server, limit),
            _of_replay(limit, tried),
            *_of_retrying(tried, retrying),
            note,
            *_of_server(limit, raised),
        ),
    )


def _of_limit(server: str, limit: ClientLimit) -> str:
    ends = {
        "server": f"{server} ends them after {_short(limit.below_s)}",
        "path": f"one had gone after {_short(limit.below_s)}",
    }[limit.bound_by]
    parts = [_of_part(part, limit) for part in limit.parts if part.seconds >= 0.001]
    listed = " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
    return (
        f"Keep idle connections for at most {_short(limit.limit_s)}: {ends}. The margin of "
        f"{_short(limit.margin_s)} is {listed}."
    )


def _of_part(part: Part, limit: ClientLimit) -> str:
    assumed = "" if part.measured else " (assumed)"
    words = {
        "granularity": f"how well that is known (it may be {_short(limit.low_s)})",
        "eviction": f"the lateness of the client's own timer{assumed}",
        "round-trip": f"the round trip{assumed}",
        "jitter": "a packet sent again",
        "rounding": "a round number",
    }
    return f"{_short(part.seconds)} for {words[part.reason]}"


def _of_replay(limit: ClientLimit, tried: Replay) -> str:
    if tried.any_harmed:
        done = (
            f"{tried.prevented} of {tried.harmed} harmed {_plural(tried.harmed, 'reuse')} in this "
            "capture would not have happened"
        )
    else:
        done = (
            f"the client would have closed {tried.prevented} of these {tried.harmed} "
            f"{_plural(tried.harmed, 'connection')} itself, in time"
        )
    price = f"{tried.new_connections} more {_plural(tried.new_connections, 'connection')}"
    if tried.per_minute is not None and tried.new_connections:
        price += f" ({_rate(tried.per_minute)} a minute)"
    price = (
        f"at the price of at most {price}" if tried.new_connections else "with no more connections"
    )
    text = (
        f"With a client limit of {_short(limit.limit_s)}, {done}, {price} "
        f"for {tried.requests} {_plural(tried.requests, 'request')}"
    )
    if tried.near_misses:
        were = _plural(
            tried.near_misses, "other reuse after longer was", "other reuses after longer were"
        )
        text += f"; {tried.near_misses} {were} answered"
    return text + "."


def _of_retrying(tried: Replay, retrying: Retrying) -> list[str]:
    if not tried.any_harmed:
        return []
    seen = f"; {retrying.retried} of {tried.harmed} were sent again" if retrying.retried else ""
    if not retrying.idempotent and not retrying.unsafe:
        return [
            "Which of these requests may be repeated can't be read from the capture, so what a "
            f"retry would have hidden is not known{seen}."
        ]
    late = ", after the client's own timeout" if retrying.waited == tried.harmed else ""
    text = (
        "A retry of idempotent requests (RFC 9110, section 9.2.2) would have hidden "
        f"{retrying.idempotent} of {tried.harmed}{late}{seen}"
    )
    for method, number in retrying.unsafe.items():
        text += f"; {number} {_plural(number, 'is', 'are')} {method}, never to be repeated blindly"
    if retrying.unknown:
        text += f"; of {retrying.unknown} it is not known"
    return [f"{text}."]


def _race_note(limit: ClientLimit, race: Race) -> str:
    text = (
        "The race that remains with the limit: none, unless the client's timer and the way "
        f"together take more than {_short(limit.tolerance_s)}"
    )
    if race.failed:
        text += f"; but {race.failed} of {race.tries} reuses within the limit failed"
    elif race.one_in is not None:
        text += (
            f"; none of {race.tries} reuses within the limit failed, which by itself shows only "
            f"that fewer than 1 in {race.one_in} do (rule of three, 95 %)"
        )
    text += "."
    if race.check_only_one_in is not None:
        about = "about" if race.check_only_seen else "fewer than"
        text += (
            f" With a check before each use instead of the limit, {about} 1 in "
            f"{race.check_only_one_in:,} requests would race: the close goes unseen for "
            f"{_short(race.window_s)}, a round trip and a millisecond for the two hosts."
        )
    return text


def _of_server(limit: ClientLimit, raised: ServerSide | None) -> list[str]:
    if raised is None:
        return []
    who = "the server's timeout" if limit.bound_by == "server" else "what forgets them"
    return [
        f"Or raise {who} to {_short(raised.timeout_s)}: clients kept idle connections for up to "
        f"{_short(raised.above_s)} in this capture."
    ]


def _plural(number: int, one: str, many: str | None = None) -> str:
    return one if number == 1 else many or f"{one}s"


def _rate(per_minute: float) -> str:
    return f"{per_minute:.2g}" if per_minute < 10 else f"{per_minute:,.0f}"


def _short(seconds: float) -> str:
    """No more digits than a reader compares: ``20 s``, ``0.83 s``, ``1.2 ms``."""
    return f"{seconds * 1000:.2g} ms" if seconds < 0.01 else f"{round(seconds, 2):g} s"
