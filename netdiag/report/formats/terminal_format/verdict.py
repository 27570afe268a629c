"""The report's first lines: what it was, in one sentence, and how sure we are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.language import _
from netdiag.report.formats.terminal_format.paper import GOOD, SEVERITY_STYLES, STRONG, Line
from netdiag.report.phrases.leading import leading_finding
from netdiag.report.phrases.verdict import confidence, severity

if TYPE_CHECKING:
    from netdiag.report.formats.terminal_format.paper import Paper
    from netdiag.report.model import Report


def write(report: Report, paper: Paper) -> list[Line]:
    """Write the verdict."""
    finding = leading_finding(report)
    sure = report.verdict.confidence
    if finding is None:
        title = paper.line((_("Nothing found").upper(), f"bold {GOOD}"), f"  {confidence(sure)}")
    else:
        style = SEVERITY_STYLES[finding.severity]
        said = f"  {severity(finding, sure)}"
        title = paper.line((finding.cause, f"bold {style}"), said)
    return [title, *paper.paragraph(report.verdict.headline, style=STRONG)]
