"""WHAT THIS CAPTURE CAN'T SHOW and what to record next, and the PROBLEMS that its files have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.language import _
from netdiag.report.phrases.captures import problems
from netdiag.report.phrases.changes import broken, capture_next
from netdiag.report.phrases.leading import leading_finding

if TYPE_CHECKING:
    from netdiag.report.formats.terminal_format.paper import Line, Paper
    from netdiag.report.model import Report


def write(report: Report, paper: Paper) -> list[Line]:
    """Write the limits and the problems; nothing where there are none."""
    lines: list[Line] = []
    finding = leading_finding(report)
    open_ = [*(finding.doubts if finding else ()), *report.limits]
    if open_:
        lines += paper.heading(_("What this capture can't show"))
        lines += [line for text in dict.fromkeys(open_) for line in paper.bullet(text)]
    for step in finding.next_captures if finding else ():
        lines += [paper.line(), *paper.paragraph(capture_next(step))]
        lines += paper.code(broken(step.command), indent=4)
    entries = problems(report)
    if entries:
        lines += paper.heading(_("Problems with the input"))
        lines += [line for entry in entries for line in paper.bullet(entry)]
    return lines
