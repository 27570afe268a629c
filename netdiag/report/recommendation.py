"""`Recommendation`: the number that would have cured a finding, tried on the capture's requests.

Made by `report.build.recommendation`; plain values, as in `report.finding`.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

MarginReason = Literal["granularity", "eviction", "round-trip", "jitter", "rounding"]
BoundBy = Literal["server", "path"]


class MarginPart(Struct, frozen=True):
    """What a part of the margin is left for.

    Attributes:
        reason: how well the timeout is known (`granularity`), how late the client's pool acts
            (`eviction`), the way (`round-trip`), a packet sent again (`jitter`), a round number.
        measured: whether the capture shows it; else it is an assumption.
    """

    reason: MarginReason
    seconds: float
    measured: bool


class Recommendation(Struct, frozen=True, kw_only=True, rename={"audience": "for"}):
    """An idle limit for the client.

    Attributes:
        audience: who has to set it; ``for`` in JSON.
        limit_s: the longest idle time after which a connection should be used again.
        below_s: the timeout that it stays below, of the server or of what forgets connections.
        bound_by: which of the two.
        margin_s: `below_s` less `limit_s`; `margin_parts` say what it is for.
        requests: all requests of these clients to this server.
        reuses: those that were harmed; where none was, connections that the server ended.
        prevented: of these, how many would not have happened.
        near_misses: reuses after longer than the limit that were answered all the same.
        new_connections: so many more connections at most, for all requests.
        new_connections_per_minute: None where the connections took no time.
        retry_would_hide: harmed requests that may be repeated (RFC 9110, section 9.2.2); None
            where no request was harmed or nothing readable says which may.
        retried: harmed requests that were seen again on another connection.
        retry_unknown: harmed requests of which nothing readable says whether they may be repeated.
        race_one_in: of so many reuses within the limit no more than one fails; None where there
            were too few to say.
        check_only_race_one_in: with a check before each use instead of the limit, about one of
            so many requests would race; None where nothing tells.
        race_note: what these two rest on.
        server_timeout_s: the alternative, a timeout for the server (or the path) that outlasts
            the clients'; None where nothing tells.
        text: the same in sentences.
    """

    audience: Literal["client"]
    server: str
    limit_s: float
    below_s: float
    bound_by: BoundBy
    margin_s: float
    margin_parts: tuple[MarginPart, ...]
    requests: int
    reuses: int
    prevented: int
    near_misses: int
    new_connections: int
    new_connections_per_minute: float | None
    retry_would_hide: int | None
    retried: int
    retry_unknown: int
    race_one_in: int | None
    check_only_race_one_in: int | None
    race_note: str
    server_timeout_s: float | None
    text: tuple[str, ...]
