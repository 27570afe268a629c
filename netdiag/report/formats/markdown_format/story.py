"""What happened: the leading finding told by one of its occurrences, and how we know.

The drawing is the terminal's, as a block of code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.language import _
from netdiag.language.clauses import sentences_of
from netdiag.report.formats.terminal_format.ladder import draw
from netdiag.report.formats.terminal_format.paper import Paper
from netdiag.report.page import Page
from netdiag.report.phrases import story as phrases
from netdiag.report.phrases.leading import leading_finding
from netdiag.report.phrases.words import clock, frame_name, listed

if TYPE_CHECKING:
    from netdiag.report.finding import FindingReport, Occurrence
    from netdiag.report.formats.markdown_format.sheet import Sheet
    from netdiag.report.model import Report

_MOST_STEPS = 24


def write(report: Report, sheet: Sheet) -> list[str]:
    """Write the story of the leading finding."""
    finding = leading_finding(report)
    if finding is None:
        return []
    blocks = [sheet.heading(_("What happened")), sheet.prose(finding.explanation)]
    told = phrases.example_of(finding)
    if told is not None:
        blocks += _example(report, finding, told, sheet)
    if finding.evidence:
        blocks += [sheet.heading(_("How we know")), sheet.bullets(finding.evidence)]
    return blocks


def _example(report: Report, finding: FindingReport, told: Occurrence, sheet: Sheet) -> list[str]:
    captures = len(report.captures)
    which = sheet.sentences(phrases.example(report, finding, told))
    shown = sheet.filled(_(phrases.FILTER), filter=told.wireshark_filter)
    return [
        sentences_of([which, shown]),
        sheet.prose(listed(phrases.ends(told))),
        sheet.fenced(_ladder(told, captures, sheet)),
        *_aftermath(told, captures, sheet),
        sheet.heading(_("Timeline")),
        *_timeline(told, captures, sheet),
    ]


def _aftermath(told: Occurrence, captures: int, sheet: Sheet) -> list[str]:
    blocks = []
    retried = phrases.retried(told, captures)
    if retried is not None:
        blocks.append(sheet.prose(retried))
    if told.symptom is not None:
        blocks.append(sheet.filled(_(phrases.SYMPTOM), symptom=told.symptom))
    return blocks


def _ladder(told: Occurrence, captures: int, sheet: Sheet) -> str:
    paper = Paper(Page(unicode=sheet.page.unicode))
    return paper.print(draw(told, captures, paper)).rstrip("\n")


def _timeline(told: Occurrence, captures: int, sheet: Sheet) -> list[str]:
    skipped = max(len(told.timeline) - _MOST_STEPS, 0)
    heads = [
        _("time (UTC)"),
        _("since start"),
        _("frame"),
        _("sent by"),
        _("what"),
        _("client's state"),
        _("server's state"),
    ]
    rows = [
        [
            sheet.prose(clock(step.time)),
            f"{step.at_s:.3f} s",
            frame_name(step.frame, step.capture, captures),
            sheet.prose(_(phrases.SENDERS[step.sender])),
            sheet.cropped(step.label),
            sheet.code(step.client_state),
            sheet.code(step.server_state),
        ]
        for step in told.timeline[skipped:]
    ]
    note = [sheet.prose(phrases.earlier(skipped))] if skipped else []
    return [*note, sheet.table(heads, rows)]
