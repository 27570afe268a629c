"""WHAT THIS CAPTURE CAN'T SHOW and what to record next, and the PROBLEMS that its files have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.report.formats.terminal_format.leading import leading_finding
from netdiag.report.formats.terminal_format.words import count

if TYPE_CHECKING:
    from rich.text import Text

    from netdiag.report.formats.terminal_format.paper import Paper
    from netdiag.report.model import ProblemReport, Report


def write(report: Report, paper: Paper) -> list[Text]:
    """Write the limits and the problems; nothing where there are none."""
    lines: list[Text] = []
    finding = leading_finding(report)
    open_ = [*(finding.doubts if finding else ()), *report.limits]
    if open_:
        lines += paper.heading("WHAT THIS CAPTURE CAN'T SHOW")
        lines += [line for text in dict.fromkeys(open_) for line in paper.bullet(text)]
    for step in finding.next_captures if finding else ():
        lines += [paper.line(), *paper.paragraph(f"Capture next {step.where}, {step.why}:")]
        lines += paper.code(_broken(step.command), indent=4)
    entries = [
        (capture.path, problem) for capture in report.captures for problem in capture.problems
    ]
    if entries:
        lines += paper.heading("PROBLEMS WITH THE INPUT")
        for path, problem in entries:
            place = f"{path}: " if len(report.captures) > 1 else ""
            lines += paper.bullet(place + _problem(problem))
    return lines


def _problem(problem: ProblemReport) -> str:
    text = f"{problem.code}: {problem.detail}"
    if problem.frame is not None:
        text += f" (frame {problem.frame})"
    if problem.count > 1:
        text += f", {count(problem.count, 'time')}"
    return text


def _broken(command: str) -> str:
    """A command with its quoted filter on a line of its own, so that it fits and can be pasted."""
    options, quote, rest = command.partition(" '")
    return f"{options} \\\n  '{rest}" if quote else command
