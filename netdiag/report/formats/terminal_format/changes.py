"""WHAT TO CHANGE: the leading finding's advice, each with its snippet to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.language import _
from netdiag.report.formats.terminal_format.paper import STRONG, Line
from netdiag.report.phrases.changes import READ_MORE, explaining, where
from netdiag.report.phrases.leading import leading_finding

if TYPE_CHECKING:
    from netdiag.report.finding import Advice
    from netdiag.report.formats.terminal_format.paper import Paper
    from netdiag.report.model import Report


def write(report: Report, paper: Paper) -> list[Line]:
    """Write the advice, and where to read more."""
    finding = leading_finding(report)
    if finding is None:
        return []
    lines = paper.heading(_("What to change"))
    for advice in finding.advice:
        lines += _advice(advice, paper)
    return lines + paper.paragraph(_(READ_MORE).format(command=explaining(finding)))


def _advice(advice: Advice, paper: Paper) -> list[Line]:
    lines = paper.paragraph(where(advice), style=STRONG)
    lines += paper.paragraph(advice.text, indent=4)
    if advice.snippet:
        lines += [paper.line(), *paper.code(advice.snippet, indent=6)]
    return [*lines, paper.line()]
