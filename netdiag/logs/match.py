"""`match`: which occurrence each entry of a log is, and why the others are none.

From the entries, their marks, the capture's events and the log's clock. An entry can be an event
that happened when it was written, met what it says, and is not contradicted by an endpoint that it
names. Among those, `netdiag.logs.assign` chooses; what an entry names (the client's port, the
request) weighs more than the time, and the time by its square: lines that are alike then come in
the order of their events.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.logs.assign import assign
from netdiag.logs.clock import Clock
from netdiag.logs.entry import Entry
from netdiag.logs.event import Event
from netdiag.logs.marks import Marks, find_marks
from netdiag.logs.symptoms import REFUSED, SILENT, Kinds

Sure = Literal["high", "medium", "low"]
Why = Literal["names-client", "names-request", "only-one", "alike", "other-words", "clock-unknown"]
Reason = Literal["no-time", "outside", "elsewhere", "other-kind", "taken", "healthy", "no-failure"]

SECOND_NS = 1_000_000_000
UNEXPLAINED = 10.0
MOST_PAIRS = 200_000
"""So many pairs are weighed, each some hundred bytes: of a line in a storm of failures, those with
the nearest events."""
_ALIKE = 0.6
"""Pairs whose costs differ by less are as likely."""
_FIRST = 1e-9
"""Of entries that are alike in everything the first is taken."""


class Match(Struct, frozen=True):
    """An entry that is an event.

    Attributes:
        entry: index of the entry, `event` that of the event.
        late_ns: how much later than the event it was written, clocks made equal.
        again: another entry says the same.
    """

    entry: int
    event: int
    late_ns: int
    sure: Sure
    why: tuple[Why, ...]
    again: bool = False


class Unmatched(Struct, frozen=True):
    """An entry that no event explains.

    Attributes:
        reason: what the capture shows instead.
        event: the nearest event that it is not; None without one, or where that says nothing.
        away_ns: how far it is from that event, or from the capture's span of time.
    """

    entry: int
    reason: Reason
    event: int | None = None
    away_ns: int = 0


class Span(Struct, frozen=True):
    """What of the world a capture shows.

    Attributes:
        first_ns: its first frame, `last_ns` its last.
        endpoints: host and port of all servers and clients in it.
        ports: their ports.
    """

    first_ns: int
    last_ns: int
    endpoints: frozenset[tuple[str, int]]
    ports: frozenset[int]


def contradicts(kinds: Kinds, event: Event) -> bool:
    """Whether an entry that says so can't be about that event."""
    if event.kind == "refused":
        return "refused" not in kinds
    return kinds <= REFUSED or (kinds <= SILENT and event.kind != "timeout")


class Matcher:
    """The entries of one log beside the events of the capture.

    Attributes:
        allowed: bool, entries by events: which entry can be which event, whatever the time.
        certain: bool, the same: those that name their event, and no other.
    """

    def __init__(self, entries: Sequence[Entry], events: Sequence[Event]) -> None:
        self._entries = entries
        self._events = events
        self._times = np.array([event.time_ns for event in events], np.int64)
        self._marks: list[Marks] = [find_marks(entry.text) for entry in entries]
        self.allowed = np.zeros((len(entries), len(events)), bool)
        self.certain = np.zeros((len(entries), len(events)), bool)
        ports = np.array([(event.client_port, event.server_port) for event in events], np.int64)
        told = {kinds: _told(kinds, events) for kinds in {entry.kinds for entry in entries}}
        for i, (entry, marks) in enumerate(zip(entries, self._marks, strict=True)):
            self.allowed[i] = told[entry.kinds]
            if marks.endpoints and len(events):
                named = np.array([port for _, port in marks.endpoints], np.int64)
                self.allowed[i] &= np.isin(ports, named).any(axis=1)
        self._mark_certain()

    def _mark_certain(self) -> None:
        clients: dict[tuple[str, int], list[int]] = {}
        targets: dict[bytes, list[int]] = {}
        for j, event in enumerate(self._events):
            clients.setdefault((event.client, event.client_port), []).append(j)
            targets.setdefault(event.target, []).append(j)
        for i, marks in enumerate(self._marks):
            for found in (
                *(clients.get(endpoint, ()) for endpoint in marks.endpoints),
                *(targets.get(target, ()) for target in marks.targets if len(target) > 1),
            ):
                if len(found) == 1:
                    self.certain[i, found[0]] = self.allowed[i, found[0]]

    def match(self, clock: Clock, span: Span) -> tuple[list[Match], list[Unmatched]]:
        """Choose an event for each entry that has one, and say why the others have none."""
        pairs = self._pairs(clock)
        chosen = assign(pairs.costs, UNEXPLAINED)
        matches, unmatched = [], []
        for i in range(len(self._entries)):
            again = None if i in chosen else self._again(i, pairs)
            event = chosen.get(i, again)
            if event is None:
                unmatched.append(self._unmatched(i, clock, span))
            else:
                matches.append(self._matched(i, event, pairs, clock, again=again is not None))
        return matches, unmatched

    def _pairs(self, clock: Clock) -> _Pairs:
        """What each pair that can be costs, and how much later the entry is."""
        pairs = _Pairs({}, {}, {}, {})
        slow = np.array([event.late_ns for event in self._events], np.int64)
        most = max(MOST_PAIRS // max(len(self._entries), 1), 16)
        for i, entry in enumerate(self._entries):
            if entry.stamp is None:
                continue
            before, after = _window(clock, entry.stamp.resolution_ns)
            late = clock.capture_ns(entry.stamp) - self._times
            near = self.allowed[i] & (late >= -before) & (late <= after + slow)
            for j in _nearest(np.flatnonzero(near), late, most):
                by = int(late[j])
                pairs.costs[i, j] = self._cost(i, j, by, before if by < 0 else after)
                pairs.late_ns[i, j] = by
                pairs.of_entry.setdefault(i, []).append(j)
                pairs.of_event.setdefault(j, []).append(i)
        return pairs

    def _cost(self, i: int, j: int, by_ns: int, window_ns: int) -> float:
        event, marks = self._events[j], self._marks[i]
        far = min(max(by_ns - event.late_ns, 0) if by_ns > 0 else -by_ns, window_ns) / window_ns
        cost = 5.0 + 3.0 * far * far + i * _FIRST
        cost += 1.0 if event.late_ns else 0.0
        cost += 0.0 if event.kind in self._entries[i].kinds else 1.2
        cost -= 3.0 if marks.names_client(event) else 0.0
        cost -= 2.0 if marks.names_request(event) else 0.0
        return cost - (0.3 if marks.names_server(event) else 0.0)

    def _again(self, i: int, pairs: _Pairs) -> int | None:
        """The event that the entry tells of once more: one that it names."""
        marks = self._marks[i]
        named = [
            j
            for j in pairs.of_entry.get(i, ())
            if marks.names_request(self._events[j]) or marks.names_client(self._events[j])
        ]
        return min(named, key=lambda j: pairs.costs[i, j]) if named else None

    def _matched(self, i: int, j: int, pairs: _Pairs, clock: Clock, *, again: bool) -> Match:
        event, marks = self._events[j], self._marks[i]
        most = pairs.costs[i, j] + _ALIKE
        alike = any(other != j and pairs.costs[i, other] <= most for other in pairs.of_entry[i])
        alike |= any(other != i and pairs.costs[other, j] <= most for other in pairs.of_event[j])
        why: tuple[Why, ...] = (
            *(("names-client",) if marks.names_client(event) else ()),
            *(("names-request",) if marks.names_request(event) else ()),
            "alike" if alike else "only-one",
            *(() if event.kind in self._entries[i].kinds else ("other-words",)),
            *(() if clock.skew is not None else ("clock-unknown",)),
        )
        sure = _sure(why, certain=bool(self.certain[i, j]))
        return Match(i, j, self._late(i, pairs.late_ns[i, j]), sure, why, again)

    def _late(self, i: int, by_ns: int) -> int:
        """How much later the entry is at least, as its time has no more digits than it has."""
        stamp = self._entries[i].stamp
        half = 0 if stamp is None else stamp.resolution_ns // 2
        return 0 if abs(by_ns) <= half else by_ns - half if by_ns > 0 else by_ns + half

    def _unmatched(self, i: int, clock: Clock, span: Span) -> Unmatched:
        stamp, marks = self._entries[i].stamp, self._marks[i]
        if stamp is None:
            return Unmatched(i, "no-time")
        now = clock.capture_ns(stamp)
        before, after = _window(clock, stamp.resolution_ns)
        if now < span.first_ns - before or now > span.last_ns + after:
            away = now - span.last_ns if now > span.last_ns else now - span.first_ns
            return Unmatched(i, "outside", None, away)
        if marks.endpoints and not any(_shown(named, span) for named in marks.endpoints):
            return Unmatched(i, "elsewhere")
        if not self._events:
            return Unmatched(i, "healthy" if marks.endpoints else "no-failure")
        j = int(np.argmin(np.abs(self._times - now)))
        away = now - self._events[j].time_ns
        reason: Reason = "healthy" if marks.endpoints else "no-failure"
        if -before <= away <= after and not marks.names_others(self._events[j]):
            reason = "taken" if self.allowed[i, j] else "other-kind"
        return Unmatched(i, reason, j, away)


class _Pairs(Struct, frozen=True):
    """Pairs of an entry and an event that can be, by their indexes."""

    costs: dict[tuple[int, int], float]
    late_ns: dict[tuple[int, int], int]
    of_entry: dict[int, list[int]]
    of_event: dict[int, list[int]]


def _nearest(events: npt.NDArray[np.intp], late_ns: npt.NDArray[np.int64], most: int) -> list[int]:
    """At most so many of the events, those least late or early; in their order."""
    if len(events) > most:
        rank = np.argsort(np.abs(late_ns[events]), kind="stable")
        events = np.sort(events[rank[:most]])
    found: list[int] = events.tolist()
    return found


def _told(kinds: Kinds, events: Sequence[Event]) -> npt.NDArray[np.bool_]:
    return np.array([not contradicts(kinds, event) for event in events], bool)


def _shown(named: tuple[str, int], span: Span) -> bool:
    host, port = named
    return named in span.endpoints if host else port in span.ports


def _window(clock: Clock, resolution_ns: int) -> tuple[int, int]:
    """How much earlier and later than its event a line may be, clocks made equal."""
    half = resolution_ns // 2
    if clock.skew is None:
        return SECOND_NS // 2 + half, 2 * SECOND_NS + half
    spread = clock.skew.high_ns - clock.skew.low_ns
    return max(3 * SECOND_NS // 10, spread // 2) + half, max(SECOND_NS, spread) + half


def _sure(why: tuple[Why, ...], *, certain: bool) -> Sure:
    if "clock-unknown" in why:
        return "medium" if {"names-client", "names-request"} & {*why} else "low"
    if certain:
        return "high"
    if "other-words" in why:
        return "low"
    return "medium" if "alike" in why else "high"
