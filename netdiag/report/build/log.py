"""Builds the `LogReport`: the logs laid over the capture, in words and plain values."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from netdiag.diagnosis.diagnose import Finding
from netdiag.logs.correlate import LaidOver, correlate
from netdiag.logs.entry import ReadLog
from netdiag.logs.event import Event
from netdiag.logs.zones import Zone
from netdiag.report.build.clock import seconds
from netdiag.report.build.log_events import find_events, find_requests, find_span
from netdiag.report.build.log_files import log_file, written_at
from netdiag.report.build.log_summary import summary, unreadable
from netdiag.report.build.log_words import (
    silence_of,
    told_access,
    why_matched,
    why_unmatched,
)
from netdiag.report.build.subject import Subject
from netdiag.report.escape import visible
from netdiag.report.finding import Confidence
from netdiag.report.log import (
    AccessStatement,
    LogMatch,
    LogReport,
    SilentOccurrence,
    UnexplainedLine,
)


class Logs(Struct, frozen=True):
    """The logs of an examination, and what the user said about their times."""

    read: tuple[ReadLog, ...]
    zone: Zone | None


class _Builder:
    """Names things of the capture for the logs that are laid over it."""

    def __init__(self, subject: Subject, findings: tuple[Finding, ...]) -> None:
        self._subject = subject
        self._findings = findings
        self.events = find_events(subject, findings)
        self.requests = find_requests(subject, findings, self.events)

    def place(self, event: Event) -> tuple[str, int, int | None]:
        """Connection, capture and frame of an event."""
        story = self._findings[event.finding].cases[event.occurrence].story
        row = story.request if story.request >= 0 else story.close
        capture = int(self._subject.scene.connections.capture[story.connection])
        name = self._subject.connection_id(story.connection)
        if row < 0:
            return name, capture, None
        return name, self._subject.capture(row), self._subject.frame(row)

    def matches(self, file: int, laid: LaidOver) -> list[LogMatch]:
        found = []
        for match in laid.matches:
            entry, event = laid.log.entries[match.entry], self.events[match.event]
            assert entry.stamp is not None  # without a time it matches nothing
            connection, capture, frame = self.place(event)
            found.append(
                LogMatch(
                    file=file,
                    line=entry.line,
                    time=written_at(laid.clock, entry.stamp),
                    excerpt=_text(entry.excerpt),
                    finding=event.finding,
                    occurrence=event.occurrence,
                    connection=connection,
                    capture=capture,
                    frame=frame,
                    late_s=seconds(match.late_ns),
                    confidence=match.sure,
                    again=match.again,
                    because=why_matched(match),
                )
            )
        return found

    def unexplained(self, file: int, laid: LaidOver) -> list[UnexplainedLine]:
        found = []
        for unmatched in laid.unmatched:
            entry = laid.log.entries[unmatched.entry]
            near = None if unmatched.event is None else self.place(self.events[unmatched.event])[0]
            found.append(
                UnexplainedLine(
                    file=file,
                    line=entry.line,
                    time=None if entry.stamp is None else written_at(laid.clock, entry.stamp),
                    excerpt=_text(entry.excerpt),
                    reason=unmatched.reason,
                    because=why_unmatched(unmatched, near),
                )
            )
        return found

    def _was_taken(self, event: Event) -> bool:
        """The server had the request before it ended the connection, and may not have logged it."""
        story = self._findings[event.finding].cases[event.occurrence].story
        return story.was_received and not story.after_close

    def silent(self, everything: Sequence[LaidOver]) -> tuple[SilentOccurrence, ...]:
        telling = [laid for laid in everything if laid.tells_failures]
        if not telling:
            return ()
        told = {match.event for laid in telling for match in laid.matches}
        found = []
        for number, event in enumerate(self.events):
            if number in told:
                continue
            connection, capture, frame = self.place(event)
            covered = any(_covers(laid, event.time_ns) for laid in telling)
            reason, because = silence_of(event, covered=covered)
            found.append(
                SilentOccurrence(
                    finding=event.finding,
                    occurrence=event.occurrence,
                    connection=connection,
                    capture=capture,
                    frame=frame,
                    reason=reason,  # type: ignore[arg-type]  # one of the contract's words
                    because=because,
                )
            )
        return tuple(found)

    def access(self, file: int, laid: LaidOver) -> list[AccessStatement]:
        found = []
        for sighting in laid.access.sightings:
            number = self.requests[sighting.request].event
            assert number is not None  # only harmed requests are looked for
            event = self.events[number]
            connection, capture, frame = self.place(event)
            line = None if sighting.line is None else laid.log.access[sighting.line]
            taken = self._was_taken(event)
            reached = True if line else False if sighting.is_telling and not taken else None
            sure: Confidence = "high" if reached is not None else "low"
            at, status = (line.line, line.status) if line else (None, None)
            found.append(
                AccessStatement(
                    file=file,
                    finding=event.finding,
                    occurrence=event.occurrence,
                    connection=connection,
                    capture=capture,
                    frame=frame,
                    reached=reached,
                    line=at,
                    status=status,
                    neighbours_found=sighting.found,
                    neighbours=sighting.neighbours,
                    confidence=sure if laid.clock.skew else "low" if reached is None else "medium",
                    told=told_access(sighting, at, status, taken=taken),
                )
            )
        return found


def build_log(subject: Subject, findings: tuple[Finding, ...], logs: Logs) -> LogReport:
    """All logs laid over the capture, in the language of the context."""
    builder = _Builder(subject, findings)
    laid = correlate(logs.read, builder.events, builder.requests, find_span(subject), logs.zone)
    matches = tuple(m for i, each in enumerate(laid) for m in builder.matches(i, each))
    unexplained = tuple(u for i, each in enumerate(laid) for u in builder.unexplained(i, each))
    silent = builder.silent(laid)
    access = tuple(a for i, each in enumerate(laid) for a in builder.access(i, each))
    return LogReport(
        summary=summary(
            builder.events,
            matches,
            unexplained,
            silent,
            access,
            has_access=any(log.access_count for log in logs.read),
        ),
        files=tuple(log_file(each, builder.events) for each in laid),
        matches=matches,
        unexplained=unexplained,
        silent=silent,
        access=access,
        expected=len(builder.events),
        unreadable=unreadable(builder.events),
    )


def _text(excerpt: bytes) -> str:
    return visible(excerpt.decode("utf-8", "surrogateescape"))


def _covers(laid: LaidOver, time_ns: int) -> bool:
    if laid.log.first is None or laid.log.last is None:
        return False
    slack = laid.log.last.resolution_ns + 1_000_000_000
    first, last = laid.clock.capture_ns(laid.log.first), laid.clock.capture_ns(laid.log.last)
    return first - slack <= time_ns <= last + slack
