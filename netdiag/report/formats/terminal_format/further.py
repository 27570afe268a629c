"""ALSO FOUND: every finding but the leading one, in short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.language import _
from netdiag.report.formats.terminal_format.paper import FAINT, SEVERITY_STYLES, Line
from netdiag.report.phrases.changes import AUDIENCES, more_findings, times, told_in_short
from netdiag.report.phrases.leading import other_findings
from netdiag.report.phrases.verdict import severity

if TYPE_CHECKING:
    from netdiag.report.finding import FindingReport
    from netdiag.report.formats.terminal_format.paper import Paper
    from netdiag.report.model import Report

_MOST = 8
_MOST_EVIDENCE = 2


def write(report: Report, paper: Paper) -> list[Line]:
    """Write the other findings, the first of them if there are many."""
    others = other_findings(report)
    if not others:
        return []
    lines = paper.heading(_("Also found"))
    for finding in others[:_MOST]:
        lines += _finding(finding, paper)
    shown = len(report.findings) - len(others) + len(others[:_MOST])
    if report.finding_count > shown:
        more, listed = report.finding_count - shown, len(report.findings) - shown
        lines += paper.paragraph(more_findings(more, listed))
    return lines


def _finding(finding: FindingReport, paper: Paper) -> list[Line]:
    style = SEVERITY_STYLES[finding.severity]
    lines = [paper.line("  ", (finding.cause, style), (f"  {severity(finding)}", FAINT))]
    lines += paper.paragraph(told_in_short(finding), indent=4)
    lines += paper.pair(_("server"), finding.server, column=12)
    for sentence in finding.evidence[:_MOST_EVIDENCE]:
        lines += paper.bullet(sentence, indent=4)
    if finding.occurrences:
        lines += paper.bullet(times(finding), indent=4)
    for advice in finding.advice:
        lines += paper.pair(_(AUDIENCES[advice.audience]), advice.text, column=12)
    return lines
