"""`find_race`: how often a request would still meet the server's close.

With an idle limit below the server's timeout, a request meets the close only if it is on its way
for longer than what lies between the two; how often that happens is more than a capture can tell,
except that it did not happen in so many tries. With nothing but a look at the connection before it
is used, every request races whose moment lies within a round trip around the close: the close is
not there yet when the client looks, and is when the request arrives.
"""

from __future__ import annotations

from bisect import bisect_left

from msgspec import Struct

from netdiag.diagnosis.recommendation.limit import ClientLimit
from netdiag.diagnosis.recommendation.scope import Scope

RULE_OF_THREE = 3
"""Seen 0 times in n, a thing happens with 95 % confidence in no more than 3 of n tries (Hanley
and Lippman-Hand, "If nothing goes wrong, is everything all right?", JAMA 249, 1983)."""

NEAR = 0.25
"""Idle times within this share of the timeout tell how dense they are around it."""

SCHEDULING_NS = 1_000_000
"""What the two ends' schedulers add to the round trip in which a close goes unseen."""


class Race(Struct, frozen=True):
    """What remains once a client's idle limit is set, and what without one.

    Attributes:
        tries: reuses within the limit.
        failed: how many of them were harmed.
        one_in: of so many reuses within the limit one at most fails (if `failed` is 0, by the rule
            of three; else about one); None with too few tries.
        check_only_one_in: without the limit, with a check before each use, about one of so many
            requests races; None where there is no close to be seen, or no request.
        check_only_seen: idle times near the timeout that this rests on; 0: an upper bound.
        window_s: the time around the close in which a request races.
    """

    tries: int
    failed: int
    one_in: int | None
    check_only_one_in: int | None
    check_only_seen: int
    window_s: float


def find_race(scope: Scope, limit: ClientLimit) -> Race:
    """What the requests of a scope say about the race, with a limit and without."""
    limit_ns = round(limit.limit_s * 1e9)
    reach_s = NEAR * limit.below_s
    near = _around(limit.below_s, reach_s)
    reuses, over, before, after = scope.longer(-1, limit_ns, *near)
    tries, seen = reuses - over, before - after
    failed = sum(0 <= story.idle_ns <= limit_ns for story in scope.harmed)
    window_s = (scope.round_trip_ns + SCHEDULING_NS) / 1e9
    check_only = None
    if limit.bound_by == "server" and scope.requests:
        racing = max(seen, RULE_OF_THREE if seen == 0 else 1) * min(window_s / (2 * reach_s), 1.0)
        check_only = two_digits(scope.requests / racing)
    return Race(
        tries=tries,
        failed=failed,
        one_in=_one_in(tries, failed),
        check_only_one_in=check_only,
        check_only_seen=seen,
        window_s=window_s,
    )


def _one_in(tries: int, failed: int) -> int | None:
    if failed:
        return max(tries // failed, 1)
    return tries // RULE_OF_THREE if tries > RULE_OF_THREE else None


def _around(middle_s: float, reach_s: float) -> tuple[int, int]:
    """The longest idle time, in ns, that is too short to be this near; the longest that is not."""
    idle_ns = range(1 << 62)
    first = bisect_left(idle_ns, True, key=lambda ns: ns / 1e9 - middle_s >= -reach_s)
    stop = bisect_left(idle_ns, True, key=lambda ns: ns / 1e9 - middle_s > reach_s)
    return first - 1, stop - 1


def two_digits(value: float) -> int:
    """Rounded down to two digits, at least 1: no estimate here is better than that."""
    whole = max(int(value), 1)
    unit: int = 10 ** max(len(str(whole)) - 2, 0)
    return whole // unit * unit
