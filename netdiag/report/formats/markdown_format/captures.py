"""What can't be known, what to record next, and what the report was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.language import _
from netdiag.report.phrases import captures as phrases
from netdiag.report.phrases.changes import broken, capture_next
from netdiag.report.phrases.leading import leading_finding

if TYPE_CHECKING:
    from netdiag.report.formats.markdown_format.sheet import Sheet
    from netdiag.report.model import Report


def write(report: Report, sheet: Sheet) -> list[str]:
    """Write the limits, the next captures, the problems and the captures."""
    blocks: list[str] = []
    finding = leading_finding(report)
    open_ = [*(finding.doubts if finding else ()), *report.limits]
    if open_:
        blocks.append(sheet.heading(_("What this capture can't show")))
        blocks.append(sheet.bullets(dict.fromkeys(open_)))
    for step in finding.next_captures if finding else ():
        blocks += [sheet.prose(capture_next(step)), sheet.fenced(broken(step.command), "sh")]
    problems = phrases.problems(report)
    if problems:
        blocks.append(sheet.heading(_("Problems with the input")))
        blocks.append(sheet.bullets(problems))
    return [*blocks, *_looked_at(report, sheet)]


def _looked_at(report: Report, sheet: Sheet) -> list[str]:
    entries = []
    for number, capture in enumerate(report.captures, start=1):
        name = f"{number}: {capture.path}" if len(report.captures) > 1 else capture.path
        entries.append(
            f"- {sheet.code(name)}: {sheet.prose(phrases.contents(capture))}; "
            f"{sheet.prose(phrases.place(capture))}"
        )
    return [
        sheet.heading(_("Looked at")),
        "\n".join(entries),
        sheet.prose(
            _("{connections}; report by netdiag {version}").format(
                connections=phrases.connections(report), version=report.netdiag.version
            )
        ),
    ]
