"""WHAT HAPPENED: the leading finding told by one of its occurrences, and how we know.

The drawing itself is left to `ladder`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.report.formats.terminal_format.ladder import draw
from netdiag.report.formats.terminal_format.leading import leading_finding
from netdiag.report.formats.terminal_format.words import day, frame_name, seconds

if TYPE_CHECKING:
    from rich.text import Text

    from netdiag.report.finding import FindingReport, Occurrence, RetryEvent
    from netdiag.report.formats.terminal_format.paper import Paper
    from netdiag.report.model import Report


def write(report: Report, paper: Paper) -> list[Text]:
    """Write the story of the leading finding."""
    finding = leading_finding(report)
    if finding is None:
        return []
    lines = [*paper.heading("WHAT HAPPENED"), *paper.paragraph(finding.explanation)]
    told = next((entry for entry in finding.occurrences if entry.timeline), None)
    if told is not None:
        lines += [paper.line(), *_example(report, finding, told, paper)]
    if finding.evidence:
        lines += paper.heading("HOW WE KNOW")
        lines += [line for sentence in finding.evidence for line in paper.bullet(sentence)]
    return lines


def _example(report: Report, finding: FindingReport, told: Occurrence, paper: Paper) -> list[Text]:
    captures = len(report.captures)
    which = f"Connection {told.connection}"
    if len(finding.occurrences) > 1:
        which += f", one of {len(finding.occurrences)}"
    which += f", on {day(told.timeline[0].time)} (UTC)"
    if captures > 1:
        which += f", frames of {report.captures[told.capture].path} (capture {told.capture + 1})"
    lines = paper.paragraph(f"{which}. Filter: {told.wireshark_filter}")
    lines += _ends(told, paper)
    lines += draw(told, captures, paper)
    if told.retry is not None:
        frame = frame_name(told.retry.frame, told.retry.capture, captures)
        lines += paper.paragraph(
            f"Sent again {seconds(told.retry.after_s)} later on connection "
            f"{told.retry.connection}, in frame {frame}{_then(told.retry)}."
        )
    if told.symptom is not None:
        lines += paper.paragraph(f"The client's log calls it: {told.symptom}")
    return lines


def _then(retry: RetryEvent) -> str:
    if retry.outcome == "unknown":
        return ""
    status = "" if retry.status is None else f" with {retry.status}"
    return f", and {retry.outcome}{status}"


def _ends(told: Occurrence, paper: Paper) -> list[Text]:
    client, server = f"client {told.client}", f"server {told.server}"
    together = f"  {client}    {server}"
    if paper.cells(together) <= paper.width:
        return [paper.line(together)]
    return [paper.line(f"  {client}"), paper.line(f"  {server}")]
