"""`find_in_access`: whether the requests that were harmed ever reached the server that wrote a log.

From the lines of an access log and the capture's requests. That a line is missing means something
only where the lines of other requests at that time are there: so the log is first laid over the
requests that were answered, which also says whose log it is and how its clock goes.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from netdiag.logs.clock import Clock, find_clock
from netdiag.logs.entry import AccessLine
from netdiag.logs.event import Request
from netdiag.logs.zones import Zone

SECOND_NS = 1_000_000_000
NEIGHBOURS_NS = 60 * SECOND_NS
"""Requests so near in time are a harmed request's neighbours."""
LEAST_FOUND = 0.8
"""Of the neighbours as many must be in the log for a missing line to mean something."""
LEAST_NEIGHBOURS = 3
MOST_SERVERS = 16
"""Of so many servers it is tried whether the log is theirs."""
MOST_ALIKE = 500_000
"""Where more lines and requests have the same words, they are taken in their order instead."""
_MOST_PAIRS = 1500


class Sighting(Struct, frozen=True):
    """What an access log says of one harmed request.

    Attributes:
        request: index of the request.
        line: index of its line; None where it has none.
        found: how many of the `neighbours`, which were answered at that time, have a line.
    """

    request: int
    line: int | None
    found: int
    neighbours: int

    @property
    def is_telling(self) -> bool:
        """Whether a missing line means that the request never reached the server."""
        enough = self.neighbours >= LEAST_NEIGHBOURS
        return enough and self.found >= self.neighbours * LEAST_FOUND


class AccessLog(Struct, frozen=True):
    """An access log laid over the capture.

    Attributes:
        clock: None where no request of the capture is in it.
        server: whose log it is; None where it is nobody's in the capture.
        found: how many of the `answered` requests of that server have a line.
        sightings: of the requests of that server that were harmed.
    """

    clock: Clock | None
    server: str | None
    found: int
    answered: int
    sightings: tuple[Sighting, ...]


NOBODYS = AccessLog(None, None, 0, 0, ())


def find_in_access(
    lines: Sequence[AccessLine], requests: Sequence[Request], zone: Zone | None
) -> AccessLog:
    """Lay an access log over the requests of a capture.

    Args:
        lines: those whose method and target a request has, too.
        requests: in the order of their times.
        zone: what the user said about times without one.
    """
    if not lines or not requests:
        return NOBODYS
    best = NOBODYS
    for server, own in _of_servers(lines, requests):
        seen = _lay(lines, requests, own, server, zone)
        if (seen.found, -seen.answered) > (best.found, -best.answered):
            best = seen
    return best


def _of_servers(
    lines: Sequence[AccessLine], requests: Sequence[Request]
) -> list[tuple[str, list[int]]]:
    """The servers whose log it may be, with their requests: those with most requests it has.

    In the order in which the capture has them.
    """
    told = {_key(line) for line in lines}
    of: dict[str, list[int]] = {}
    seen: Counter[str] = Counter()
    for i, request in enumerate(requests):
        of.setdefault(request.server, []).append(i)
        seen[request.server] += request.key in told
    likely = {server for server, _ in seen.most_common(MOST_SERVERS)}
    return [(server, own) for server, own in of.items() if server in likely]


def _lay(
    lines: Sequence[AccessLine],
    requests: Sequence[Request],
    own: list[int],
    server: str,
    zone: Zone | None,
) -> AccessLog:
    answered = [i for i in own if requests[i].event is None]
    clock = _clock(lines, [requests[i] for i in answered], zone)
    line_of = _pair(lines, requests, answered, clock, set())
    harmed = [i for i in own if requests[i].event is not None]
    line_of |= _pair(lines, requests, harmed, clock, set(line_of.values()))
    times = np.array([requests[i].time_ns for i in answered], np.int64)
    there = np.array([i in line_of for i in answered], bool)
    sightings = []
    for i in harmed:
        near = np.abs(times - requests[i].time_ns) <= NEIGHBOURS_NS
        found, neighbours = int((near & there).sum()), int(near.sum())
        sightings.append(Sighting(i, line_of.get(i), found, neighbours))
    return AccessLog(clock, server, int(there.sum()), len(answered), tuple(sightings))


def _clock(lines: Sequence[AccessLine], answered: list[Request], zone: Zone | None) -> Clock:
    """The log's clock, by requests that were answered and the lines that have the same words."""
    lines = _middle(lines)
    answered = _middle(answered)
    keys = [_key(line) for line in lines]
    names = [request.key for request in answered]
    often, asked = Counter(keys), Counter(names)
    number = {name: i for i, name in enumerate(dict.fromkeys((*keys, *names)))}
    key = np.array([number[name] for name in keys], np.int64)
    name = np.array([number[name] for name in names], np.int64)
    status = np.array([line.status for line in lines], np.int64)
    answer = np.array([request.status or 0 for request in answered], np.int64)
    allowed = (key[:, None] == name[None, :]) & (status[:, None] == answer[None, :])
    once = np.array([often[name] == 1 == asked.get(name, 0) for name in keys], bool)
    # A line is written when the answer has been sent, or says when the request came: in between.
    events = [request.time_ns for request in answered]
    stamps = [line.stamp for line in lines]
    return find_clock(stamps, events, allowed, allowed & once[:, None], zone)


def _middle(some: Sequence[AccessLine] | Sequence[Request]) -> list:  # type: ignore[type-arg]
    """As many of them as can be compared with one another, from the middle."""
    start = max(0, (len(some) - _MOST_PAIRS) // 2)
    return list(some[start : start + _MOST_PAIRS])


def _pair(
    lines: Sequence[AccessLine],
    requests: Sequence[Request],
    own: list[int],
    clock: Clock,
    taken: set[int],
) -> dict[int, int]:
    """The line of each request that has one: among those with its words the nearest in time."""
    by_key: dict[bytes, list[tuple[int, int]]] = {}
    for number, line in enumerate(lines):
        if number not in taken:
            by_key.setdefault(_key(line), []).append((clock.capture_ns(line.stamp), number))
    asked = Counter(requests[i].key for i in own)
    alike = sum(count * len(by_key.get(key, ())) for key, count in asked.items())
    if alike > MOST_ALIKE:
        return _pair_in_order(by_key, lines, requests, own)
    pairs = []
    for i in own:
        for now, number in by_key.get(requests[i].key, ()):
            away = _away(requests[i], lines[number], now)
            if away is not None:
                pairs.append((away, abs(now - requests[i].time_ns), i, number))
    line_of: dict[int, int] = {}
    used = set(taken)
    for _, _, i, number in sorted(pairs):
        if i not in line_of and number not in used:
            line_of[i] = number
            used.add(number)
    return line_of


def _pair_in_order(
    by_key: dict[bytes, list[tuple[int, int]]],
    lines: Sequence[AccessLine],
    requests: Sequence[Request],
    own: list[int],
) -> dict[int, int]:
    """The same where very many have the same words: each request gets the next line that fits.

    Looks at each line once.
    """
    left: dict[bytes, dict[int, deque[tuple[int, int]]]] = {}
    for key, some in by_key.items():
        for now, number in sorted(some):
            of_status = left.setdefault(key, {}).setdefault(lines[number].status, deque())
            of_status.append((now, number))
    line_of: dict[int, int] = {}
    for i in own:  # in the order of their times
        of_key = left.get(requests[i].key, {})
        status = requests[i].status
        for queue in of_key.values() if status is None else filter(None, [of_key.get(status)]):
            line = _next(queue, requests[i], lines)
            if line is not None:
                line_of[i] = line
                break
    return line_of


def _next(
    queue: deque[tuple[int, int]], request: Request, lines: Sequence[AccessLine]
) -> int | None:
    """Take the first line that can be the request's; what lies before it is nobody's any more."""
    while queue:
        now, number = queue[0]
        if _away(request, lines[number], now) is not None:
            queue.popleft()
            return number
        if now > request.end_ns:
            return None
        queue.popleft()
    return None


def _away(request: Request, line: AccessLine, now_ns: int) -> int | None:
    """How far a line, written at `now_ns`, is from a request; None where it can't be its line."""
    away = max(request.time_ns - now_ns, now_ns - request.end_ns, 0)
    fits = request.status in {None, line.status}
    return away if fits and away <= SECOND_NS + line.stamp.resolution_ns else None


def _key(line: AccessLine) -> bytes:
    return line.method + b" " + line.target
