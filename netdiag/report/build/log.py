"""Builds the `LogReport`: the logs laid over the capture, in words and plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from netdiag.diagnosis.diagnose import Finding
from netdiag.language import _, ngettext
from netdiag.logs.clock import Clock
from netdiag.logs.correlate import LaidOver, correlate
from netdiag.logs.drift import find_drift
from netdiag.logs.entry import ReadLog
from netdiag.logs.event import Event
from netdiag.logs.stamps import Stamp
from netdiag.logs.zones import Zone, written
from netdiag.report.build.clock import rfc3339, seconds
from netdiag.report.build.log_events import find_events, find_requests, find_span
from netdiag.report.build.log_words import (
    silence_of,
    told_access,
    told_skew,
    why_matched,
    why_unmatched,
)
from netdiag.report.build.subject import Subject
from netdiag.report.escape import visible
from netdiag.report.finding import Confidence
from netdiag.report.log import (
    AccessStatement,
    LogFile,
    LogMatch,
    LogReport,
    LogSkew,
    SilentOccurrence,
    UnexplainedLine,
)


@dataclass(frozen=True, slots=True)
class Logs:
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
                    time=_time(laid.clock, entry.stamp),
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
                    time=None if entry.stamp is None else _time(laid.clock, entry.stamp),
                    excerpt=_text(entry.excerpt),
                    reason=unmatched.reason,
                    because=why_unmatched(unmatched, near),
                )
            )
        return found

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
            reached = True if line else False if sighting.is_telling else None
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
                    told=told_access(sighting, at, status),
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
        summary=_summary(
            builder.events,
            matches,
            unexplained,
            silent,
            access,
            has_access=any(log.access_count for log in logs.read),
        ),
        files=tuple(_file(each, builder.events) for each in laid),
        matches=matches,
        unexplained=unexplained,
        silent=silent,
        access=access,
        expected=len(builder.events),
        unreadable=_unreadable(builder.events),
    )


def _unreadable(events: Sequence[Event]) -> int:
    """How many requests can't be looked for in an access log."""
    return sum(event.request_ns is not None and not event.target for event in events)


def _file(laid: LaidOver, events: Sequence[Event]) -> LogFile:
    log, clock = laid.log, laid.clock
    return LogFile(
        path=log.path,
        formats=log.formats,
        lines=log.lines,
        errors=len(log.entries),
        access_lines=log.access_count,
        first_time=None if log.first is None else _time(clock, log.first),
        last_time=None if log.last is None else _time(clock, log.last),
        zone=_zone(clock),
        zone_basis=clock.basis,
        skew=_skew(laid, events),
        server=laid.access.server,
        requests_found=laid.access.found,
        requests=laid.access.answered,
        problems=_problems(log),
    )


def _skew(laid: LaidOver, events: Sequence[Event]) -> LogSkew:
    shift = laid.clock.skew
    told = told_skew(laid.clock)
    if shift is None:
        return LogSkew(None, None, None, 0, None, told)
    drift = find_drift(laid, events)
    if drift is not None:
        told += _("; it grows by {drift} s an hour").format(drift=f"{drift:+.2f}")
    numbers = seconds(shift.estimate_ns), seconds(shift.low_ns), seconds(shift.high_ns)
    return LogSkew(*numbers, shift.pairs, drift, told)


def _zone(clock: Clock) -> str | None:
    if clock.basis == "written":
        return None
    if clock.zone is not None:
        return clock.zone.name
    return written(clock.zone_s) if clock.zone_s else "UTC"


def _problems(log: ReadLog) -> tuple[str, ...]:
    problems = []
    if log.first is None:
        problems.append(_("no line of it has a time that can be read: is it a log?"))
    if log.damage:
        problems.append(visible(log.damage))
    if log.cut_lines:
        text = ngettext(
            "{n} line is longer than a megabyte; the rest of it was not read",
            "{n} lines are longer than a megabyte; the rest of them was not read",
            log.cut_lines,
        )
        problems.append(text.format(n=log.cut_lines))
    if log.left_out:
        text = ngettext(
            "{n} more error line was counted, but not compared",
            "{n} more error lines were counted, but not compared",
            log.left_out,
        )
        problems.append(text.format(n=log.left_out))
    return tuple(problems)


def _time(clock: Clock, stamp: Stamp) -> str:
    """When a line was written as it says itself, in UTC."""
    digits = 9 if stamp.resolution_ns < 1000 else 6
    return rfc3339(clock.utc_ns(stamp) - stamp.resolution_ns // 2, digits)


def _text(excerpt: bytes) -> str:
    return visible(excerpt.decode("utf-8", "surrogateescape"))


def _covers(laid: LaidOver, time_ns: int) -> bool:
    if laid.log.first is None or laid.log.last is None:
        return False
    slack = laid.log.last.resolution_ns + 1_000_000_000
    first, last = laid.clock.capture_ns(laid.log.first), laid.clock.capture_ns(laid.log.last)
    return first - slack <= time_ns <= last + slack


def _summary(
    events: Sequence[Event],
    matches: tuple[LogMatch, ...],
    unexplained: tuple[UnexplainedLine, ...],
    silent: tuple[SilentOccurrence, ...],
    access: tuple[AccessStatement, ...],
    *,
    has_access: bool,
) -> str:
    sentences = []
    lines = len(matches) + len(unexplained)
    if lines:
        text = ngettext(
            "{k} of {n} error line is a failure in this capture.",
            "{k} of {n} error lines are failures in this capture.",
            lines,
        )
        sentences.append(text.format(k=len(matches), n=lines))
    if silent:
        text = ngettext(
            "{k} of {n} failure is in no log.", "{k} of {n} failures are in no log.", len(events)
        )
        sentences.append(text.format(k=len(silent), n=len(events)))
    missed = sum(statement.reached is False for statement in access)
    if missed:
        text = ngettext(
            "{n} failed request never reached the server.",
            "{n} failed requests never reached the server.",
            missed,
        )
        sentences.append(text.format(n=missed))
    hidden = _unreadable(events)
    if hidden and has_access:
        text = ngettext(
            "{n} failed request can't be looked for in an access log: its path can't be read.",
            "{n} failed requests can't be looked for in an access log: their paths can't be read.",
            hidden,
        )
        sentences.append(text.format(n=hidden))
    return " ".join(sentences) or _("The logs tell of no failure.")
