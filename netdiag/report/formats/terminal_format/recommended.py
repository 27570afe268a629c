"""TRIED ON THIS CAPTURE: the leading finding's limit, and what it would have done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.language import _
from netdiag.report.phrases.leading import leading_finding

if TYPE_CHECKING:
    from netdiag.report.formats.terminal_format.paper import Line, Paper
    from netdiag.report.model import Report


def write(report: Report, paper: Paper) -> list[Line]:
    """Write the recommendation; nothing where no idle limit is the cure."""
    finding = leading_finding(report)
    if finding is None or finding.recommendation is None:
        return []
    lines = paper.heading(_("Tried on this capture"))
    return lines + [
        line for sentence in finding.recommendation.text for line in paper.bullet(sentence)
    ]
