"""The report's first lines: what it was, in one sentence, and how sure we are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.language import _
from netdiag.report.phrases.leading import leading_finding
from netdiag.report.phrases.verdict import confidence, severity

if TYPE_CHECKING:
    from netdiag.report.formats.markdown_format.sheet import Sheet
    from netdiag.report.model import Report


def write(report: Report, sheet: Sheet) -> list[str]:
    """Write the verdict."""
    finding = leading_finding(report)
    sure = report.verdict.confidence
    if finding is None:
        what, said = _("Nothing found"), confidence(sure)
    else:
        what, said = finding.cause, severity(finding, sure)
    title = _("{finding}: {severity}").format(finding=what, severity=said)
    return [sheet.heading(title, level=2), sheet.strong(report.verdict.headline)]
