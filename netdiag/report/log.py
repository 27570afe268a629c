"""`LogReport`: which lines of the logs tell of which occurrences, and which tell of none.

Made by `report.build.log` from `netdiag.logs`. Plain values ready for JSON; `report.model` says how
times, durations, frames and captures are written. Times of lines are the log's own, turned to UTC,
without its skew: what the line says, so that it can be found again. `file` is an index into
`files`, `finding` one into the report's findings, `occurrence` one into that finding's occurrences.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from netdiag.report.finding import Confidence

ZoneBasis = Literal["written", "given", "fitted", "assumed"]
UnexplainedReason = Literal[
    "no-time", "outside", "elsewhere", "other-kind", "taken", "healthy", "no-failure"
]
SilentReason = Literal["absorbed", "not-covered", "not-logged"]


class LogSkew(Struct, frozen=True):
    """How far the log's clock is ahead of the capture's, as far as the lines tell.

    Attributes:
        estimate_s: the median of the pairs, with the time that it took to write the line; negative
            where the log is behind; None where too few lines agree, or others as well.
        low_s: the least of the pairs, with `high_s` the greatest.
        pairs: lines and events that agree on it.
        drift_s_per_h: how fast it grows, where it does.
        told: the same as a sentence.
    """

    estimate_s: float | None
    low_s: float | None
    high_s: float | None
    pairs: int
    drift_s_per_h: float | None
    told: str


class LogFile(Struct, frozen=True, kw_only=True):
    """One log.

    Attributes:
        formats: what its lines look like, the most frequent first.
        errors: entries that tell of a failed connection; `access_lines` are those of requests.
        first_time: in UTC; None where no line has a time, as is `last_time`.
        zone: ``UTC``, ``+01:00`` or the name that the user gave; None where each line says it.
        zone_basis: who says so: the lines, the user, what fits the capture best, or nobody.
        server: for an access log, the server in the capture that wrote it.
        requests_found: how many of that server's answered requests (`requests`) are in it.
        problems: what could not be read, one sentence each.
    """

    path: str
    formats: tuple[str, ...]
    lines: int
    errors: int
    access_lines: int
    first_time: str | None
    last_time: str | None
    zone: str | None
    zone_basis: ZoneBasis
    skew: LogSkew
    server: str | None
    requests_found: int
    requests: int
    problems: tuple[str, ...]


class LogMatch(Struct, frozen=True, kw_only=True):
    """A line that is an occurrence.

    Attributes:
        excerpt: the line, or what it says of the failure in a stack trace, at most 400 bytes.
        frame: of the occurrence's request, or else of its close; None without both.
        late_s: how much later than the failure it was written, clocks made equal.
        again: another line says the same.
        because: why it is this one.
    """

    file: int
    line: int
    time: str
    excerpt: str
    finding: int
    occurrence: int
    connection: str
    capture: int
    frame: int | None
    late_s: float
    confidence: Confidence
    again: bool
    because: str


class UnexplainedLine(Struct, frozen=True, kw_only=True):
    """A line that tells of a failure which the capture does not have.

    Attributes:
        time: None where neither it nor a line above says when it was written.
        because: what the capture shows instead.
    """

    file: int
    line: int
    time: str | None
    excerpt: str
    reason: UnexplainedReason
    because: str


class SilentOccurrence(Struct, frozen=True, kw_only=True):
    """An occurrence that no line mentions.

    Attributes:
        because: why that may be.
    """

    finding: int
    occurrence: int
    connection: str
    capture: int
    frame: int | None
    reason: SilentReason
    because: str


class AccessStatement(Struct, frozen=True, kw_only=True):
    """Whether a harmed request is in the server's access log.

    Attributes:
        reached: it is; False where it is not and the log would have it; None where that can't be
            known.
        line: of the access log, with the `status` that it has; None where it is not there.
        neighbours_found: how many of the answered requests at that time (`neighbours`) are in it.
        told: the same as a sentence.
    """

    file: int
    finding: int
    occurrence: int
    connection: str
    capture: int
    frame: int | None
    reached: bool | None
    line: int | None
    status: int | None
    neighbours_found: int
    neighbours: int
    confidence: Confidence
    told: str


class LogReport(Struct, frozen=True, kw_only=True):
    """All logs laid over the capture.

    Attributes:
        summary: all of it in one or two sentences.
        expected: occurrences that somebody may have logged.
        unreadable: harmed requests whose method and target can't be read (TLS, HTTP/2, a short snap
            length): an access log says nothing of them.
    """

    summary: str
    files: tuple[LogFile, ...]
    matches: tuple[LogMatch, ...]
    unexplained: tuple[UnexplainedLine, ...]
    silent: tuple[SilentOccurrence, ...]
    access: tuple[AccessStatement, ...]
    expected: int
    unreadable: int
