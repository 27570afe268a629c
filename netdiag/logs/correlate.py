"""`correlate`: all logs laid over one capture."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from netdiag.logs.access import NOBODYS, AccessLog, find_in_access
from netdiag.logs.clock import Clock, find_clock
from netdiag.logs.entry import ReadLog
from netdiag.logs.event import Event, Request
from netdiag.logs.match import Match, Matcher, Span, Unmatched
from netdiag.logs.zones import Zone


class LaidOver(Struct, frozen=True):
    """One log laid over the capture.

    Attributes:
        matches: entries that are events.
        unmatched: those that are none.
        access: what it says as an access log.
    """

    log: ReadLog
    clock: Clock
    matches: tuple[Match, ...]
    unmatched: tuple[Unmatched, ...]
    access: AccessLog

    @property
    def tells_failures(self) -> bool:
        """Whether failures would be in it: it is more than a server's access log."""
        return bool(self.log.entries) or not self.log.access_count


def correlate(
    logs: Sequence[ReadLog],
    events: Sequence[Event],
    requests: Sequence[Request],
    span: Span,
    zone: Zone | None,
) -> tuple[LaidOver, ...]:
    """Lay each log over the capture.

    Args:
        logs: as they were read.
        events: failures that somebody may have logged.
        requests: of the servers concerned, in the order of their times.
        span: what the capture shows.
        zone: what the user said about times without one.
    """
    return tuple(_lay(log, events, requests, span, zone) for log in logs)


def _lay(
    log: ReadLog,
    events: Sequence[Event],
    requests: Sequence[Request],
    span: Span,
    zone: Zone | None,
) -> LaidOver:
    access = find_in_access(log.access, requests, zone) if log.access_count else NOBODYS
    matcher = Matcher(log.entries, events)
    timed = [i for i, entry in enumerate(log.entries) if entry.stamp is not None]
    clock = access.clock
    if clock is None or clock.skew is None:
        prompt = [j for j, event in enumerate(events) if not event.late_ns]
        clock = find_clock(
            [entry.stamp for entry in log.entries if entry.stamp is not None],
            [events[j].time_ns for j in prompt],
            matcher.allowed[timed][:, prompt],
            matcher.certain[timed][:, prompt],
            zone,
        )
    matches, unmatched = matcher.match(clock, span)
    return LaidOver(log, clock, tuple(matches), tuple(unmatched), access)
