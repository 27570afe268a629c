"""Builds the `Report` from the findings and everything that they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import UNSET

from netdiag.columns import distinct
from netdiag.diagnosis.case import Case
from netdiag.diagnosis.causes.manual import section
from netdiag.diagnosis.diagnose import Finding
from netdiag.diagnosis.vantage import find_vantage
from netdiag.language import _, current
from netdiag.report.build.activity import activity
from netdiag.report.build.clock import rfc3339, seconds
from netdiag.report.build.connections import connections
from netdiag.report.build.endpoints import clients, count_parties, servers
from netdiag.report.build.enough import MOST_PARTIES, enough_of
from netdiag.report.build.headlines import headline, no_headline
from netdiag.report.build.lanes import lanes
from netdiag.report.build.limits import SHORT_SNAP_BYTES, limits, only_direction
from netdiag.report.build.subject import Subject
from netdiag.report.build.timeline import follow_many
from netdiag.report.build.wording import evidence
from netdiag.report.finding import FindingReport
from netdiag.report.model import CaptureReport, ProblemReport, Report, SkippedReport, Verdict

if TYPE_CHECKING:
    from netdiag.capture import CaptureInfo
    from netdiag.report.build.log import Logs
    from netdiag.report.log import LogReport


MANY_CASES = 32
"""Fewer are followed sooner one by one."""


def build_report(
    subject: Subject,
    findings: tuple[Finding, ...],
    *,
    all_connections: bool = False,
    logs: Logs | None = None,
) -> Report:
    """The whole report.

    Args:
        subject: the scene and its captures.
        findings: what matters most first.
        all_connections: list every connection, not only those of the findings.
        logs: what to lay over the capture.
    """
    shown = enough_of(findings)
    if all_connections:
        chosen = set(np.flatnonzero(subject.scene.considered).tolist())
    else:
        chosen = {c for finding in shown for case in finding.cases for c in _of(subject, case)}
    _follow_cases(subject, shown)
    reports = tuple(
        _finding(subject, finding, listed) for finding, listed in zip(findings, shown, strict=False)
    )
    server_count, client_count = count_parties(subject)
    named = {finding.server for finding in shown}
    return Report(
        captures=tuple(_capture(subject, index) for index in range(len(subject.captures))),
        verdict=_verdict(subject, findings),
        servers=servers(subject, MOST_PARTIES, named),
        clients=clients(subject, MOST_PARTIES),
        findings=reports,
        servers_total=server_count if server_count > MOST_PARTIES else UNSET,
        clients_total=client_count if client_count > MOST_PARTIES else UNSET,
        findings_total=len(findings) if len(findings) > len(shown) else UNSET,
        connections=connections(subject, chosen),
        connections_total=subject.scene.connections_total,
        limits=limits(subject),
        recommendation=next((r.recommendation for r in reports if r.recommendation), None),
        next_captures=tuple({n.command: n for r in reports for n in r.next_captures}.values()),
        language=current(),
        lanes=lanes(subject, shown),
        activity=activity(subject, shown),
        log=None if logs is None else _log(subject, shown, logs),
    )


def _follow_cases(subject: Subject, findings: tuple[Finding, ...]) -> None:
    """The states of many cases are worked out together, and so are the frames they tell of."""
    stories = [case.story for finding in findings for case in finding.cases]
    if len(stories) < MANY_CASES:
        return
    follow_many(subject, distinct(np.array([story.connection for story in stories])))
    resets = (story.reset or story.forged for story in stories)
    told = [row for story in stories for row in (story.close, story.request)]
    told += (reset.row for reset in resets if reset is not None)
    rows = np.array(told)
    subject.remember_places(rows[rows >= 0])


def _log(subject: Subject, findings: tuple[Finding, ...], logs: Logs) -> LogReport:
    from netdiag.report.build.log import build_log  # noqa: PLC0415 - seldom needed

    return build_log(subject, findings, logs)


def _of(subject: Subject, case: Case) -> list[int]:
    """The connections that a case is about."""
    legs = [case.story.connection, *subject.other_legs(case.story.connection)]
    return legs if case.passed_on is None else [*legs, case.passed_on.connection]


def _capture(subject: Subject, index: int) -> CaptureReport:
    loaded = subject.captures[index]
    info = loaded.info
    vantage = find_vantage(subject.signs[index])
    digits = 9 if info.nanoseconds else 6
    first, last = info.first_time_ns, info.last_time_ns
    return CaptureReport(
        path=str(info.path),
        format=info.format,
        link_types=tuple(info.link_types),
        packets=info.packets,
        tcp_packets=loaded.tcp_packets,
        bytes=info.bytes,
        first_time=None if first is None else rfc3339(first, digits),
        last_time=None if last is None else rfc3339(last, digits),
        duration_s=seconds(last - first) if first is not None and last is not None else 0.0,
        vantage=vantage.place,  # type: ignore[arg-type]  # one of the contract's words
        vantage_evidence=vantage.evidence,
        vantage_ends=tuple(sorted(vantage.ends)),  # type: ignore[arg-type]  # the contract's words
        problems=tuple(
            ProblemReport(code=p.code, detail=p.detail, frame=p.frame, count=p.count)
            for p in loaded.problems
        ),
        skipped=_skipped(info, digits) if info.skipped else UNSET,
    )


def _skipped(info: CaptureInfo, digits: int) -> tuple[SkippedReport, ...]:
    def clock(time_ns: int | None) -> str | None:
        return None if time_ns is None else rfc3339(time_ns, digits)

    return tuple(
        SkippedReport(
            byte=s.byte,
            bytes=s.bytes,
            after_frame=s.after_frame,
            from_time=clock(s.before_ns),
            to_time=clock(s.after_ns),
            about_packets=s.about_packets,
        )
        for s in info.skipped
    )


def _verdict(subject: Subject, findings: tuple[Finding, ...]) -> Verdict:
    error = next((finding for finding in findings if finding.severity == "error"), None)
    warning = next((finding for finding in findings if finding.severity == "warning"), None)
    leading = error or warning
    return Verdict(
        cause="none" if error is None else error.cause.slug,
        risk=None if warning is None else warning.cause.slug,
        confidence=leading.confidence if leading else _confidence_of_none(subject),  # type: ignore[arg-type]  # one of the contract's words
        headline=headline(subject, leading) if leading else no_headline(subject),
    )


def _confidence_of_none(subject: Subject) -> str:
    """How sure it is that nothing happened: not very, where little of it was captured."""
    considered = subject.scene.considered
    exchanges = int(subject.scene.endings.exchanges[considered].sum())
    if exchanges == 0 or only_direction(subject) is not None:
        return "low"
    incomplete = bool((considered & (subject.scene.connections.syn < 0)).any()) or any(
        capture.problems or 0 < capture.info.snap_length < SHORT_SNAP_BYTES
        for capture in subject.captures
    )
    return "medium" if incomplete else "high"


def _finding(subject: Subject, finding: Finding, listed: Finding) -> FindingReport:
    """One finding, of which the cases in `listed` are told one by one."""
    # The products that these two know are read only where there is something to say.
    from netdiag.report.build.advice import advice  # noqa: PLC0415
    from netdiag.report.build.doubts import doubts  # noqa: PLC0415
    from netdiag.report.build.next_captures import next_captures  # noqa: PLC0415
    from netdiag.report.build.occurrences import occurrence  # noqa: PLC0415
    from netdiag.report.build.recommendation import recommendation  # noqa: PLC0415

    open_ = doubts(subject, finding)
    hosts = dict.fromkeys(
        subject.scene.addresses.host(int(subject.scene.connections.client[case.story.connection]))
        for case in finding.cases
    )
    return FindingReport(
        cause=finding.cause.slug,
        severity=finding.severity,  # type: ignore[arg-type]  # one of the contract's words
        confidence=finding.confidence,  # type: ignore[arg-type]  # one of the contract's words
        title=_(finding.cause.title),
        explanation=section(finding.cause.manual, "What happens"),
        server=subject.scene.addresses.text(finding.server),
        clients=tuple(hosts)[:MOST_PARTIES],
        occurrences=tuple(
            occurrence(subject, case, number) for number, case in enumerate(listed.cases)
        ),
        occurrences_total=UNSET if len(listed.cases) == len(finding.cases) else len(finding.cases),
        evidence=evidence(subject, finding),
        advice=advice(subject, finding),
        recommendation=recommendation(subject.scene, finding),
        doubts=tuple(doubt.text for doubt in open_),
        next_captures=next_captures(subject, finding, open_),
    )
