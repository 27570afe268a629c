"""WHAT HAPPENED: the leading finding told by one of its occurrences, and how we know.

The drawing itself is left to `ladder`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.language import _
from netdiag.language.clauses import sentences_of
from netdiag.report.formats.terminal_format.ladder import draw
from netdiag.report.phrases import story as phrases
from netdiag.report.phrases.leading import leading_finding

if TYPE_CHECKING:
    from netdiag.report.finding import FindingReport, Occurrence
    from netdiag.report.formats.terminal_format.paper import Line, Paper
    from netdiag.report.model import Report


def write(report: Report, paper: Paper) -> list[Line]:
    """Write the story of the leading finding."""
    finding = leading_finding(report)
    if finding is None:
        return []
    lines = [*paper.heading(_("What happened")), *paper.paragraph(finding.explanation)]
    told = phrases.example_of(finding)
    if told is not None:
        lines += [paper.line(), *_example(report, finding, told, paper)]
    if finding.evidence:
        lines += paper.heading(_("How we know"))
        lines += [line for sentence in finding.evidence for line in paper.bullet(sentence)]
    return lines


def _example(report: Report, finding: FindingReport, told: Occurrence, paper: Paper) -> list[Line]:
    captures = len(report.captures)
    shown = _(phrases.FILTER).format(filter=told.wireshark_filter)
    which = [*phrases.example(report, finding, told), shown]
    lines = paper.paragraph(sentences_of(which))
    lines += _ends(told, paper)
    lines += draw(told, captures, paper)
    retried = phrases.retried(told, captures)
    if retried is not None:
        lines += paper.paragraph(retried)
    if told.symptom is not None:
        lines += paper.paragraph(_(phrases.SYMPTOM).format(symptom=told.symptom))
    return lines


def _ends(told: Occurrence, paper: Paper) -> list[Line]:
    client, server = phrases.ends(told)
    together = f"  {client}    {server}"
    if paper.cells(together) <= paper.width:
        return [paper.line(together)]
    return [paper.line(f"  {client}"), paper.line(f"  {server}")]
