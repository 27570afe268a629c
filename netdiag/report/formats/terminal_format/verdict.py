"""The report's first lines: what it was, in one sentence, and how sure we are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.report.formats.terminal_format.leading import leading_finding
from netdiag.report.formats.terminal_format.paper import GOOD, SEVERITY_STYLES, STRONG

if TYPE_CHECKING:
    from rich.text import Text

    from netdiag.report.formats.terminal_format.paper import Paper
    from netdiag.report.model import Report


def write(report: Report, paper: Paper) -> list[Text]:
    """Write the verdict."""
    finding = leading_finding(report)
    confidence = f"{report.verdict.confidence} confidence"
    if finding is None:
        title = paper.line(("NOTHING FOUND", f"bold {GOOD}"), f"  {confidence}")
    else:
        style = SEVERITY_STYLES[finding.severity]
        title = paper.line((finding.cause, f"bold {style}"), f"  {finding.severity}, {confidence}")
    return [title, *paper.paragraph(report.verdict.headline, style=STRONG)]
