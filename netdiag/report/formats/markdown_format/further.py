"""Also found: every finding but the leading one, in short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.language import _
from netdiag.report.phrases.changes import more_findings, times, told_in_short, where
from netdiag.report.phrases.leading import other_findings
from netdiag.report.phrases.verdict import severity

if TYPE_CHECKING:
    from netdiag.report.finding import FindingReport
    from netdiag.report.formats.markdown_format.sheet import Sheet
    from netdiag.report.model import Report

_MOST = 8
_MOST_EVIDENCE = 2


def write(report: Report, sheet: Sheet) -> list[str]:
    """Write the other findings, the first of them if there are many."""
    others = other_findings(report)
    if not others:
        return []
    blocks = [sheet.heading(_("Also found"))]
    for finding in others[:_MOST]:
        blocks += _finding(finding, sheet)
    shown = len(report.findings) - len(others) + len(others[:_MOST])
    if report.finding_count > shown:
        more, listed = report.finding_count - shown, len(report.findings) - shown
        blocks.append(sheet.prose(more_findings(more, listed)))
    return blocks


def _finding(finding: FindingReport, sheet: Sheet) -> list[str]:
    title = _("{finding}: {severity}").format(finding=finding.cause, severity=severity(finding))
    items = [_("server {address}").format(address=finding.server)]
    items += finding.evidence[:_MOST_EVIDENCE]
    if finding.occurrences:
        items.append(times(finding))
    items += [
        _("{place}: {advice}").format(place=where(advice), advice=advice.text)
        for advice in finding.advice
    ]
    return [sheet.strong(title), sheet.prose(told_in_short(finding)), sheet.bullets(items)]
