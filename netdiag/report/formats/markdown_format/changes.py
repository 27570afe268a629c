"""What a limit would have done, and what to change, each advice with its snippet to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.language import _
from netdiag.report.phrases.changes import READ_MORE, explaining, where
from netdiag.report.phrases.leading import leading_finding

if TYPE_CHECKING:
    from netdiag.report.finding import Advice
    from netdiag.report.formats.markdown_format.sheet import Sheet
    from netdiag.report.model import Report


def write(report: Report, sheet: Sheet) -> list[str]:
    """Write what was tried and the advice, and where to read more."""
    finding = leading_finding(report)
    if finding is None:
        return []
    blocks = []
    if finding.recommendation is not None:
        blocks.append(sheet.heading(_("Tried on this capture")))
        blocks.append(sheet.bullets(finding.recommendation.text))
    blocks.append(sheet.heading(_("What to change")))
    for advice in finding.advice:
        blocks += _advice(advice, sheet)
    return [*blocks, sheet.filled(_(READ_MORE), command=explaining(finding))]


def _advice(advice: Advice, sheet: Sheet) -> list[str]:
    said = _("{place}: {advice}").format(place=where(advice), advice=advice.text)
    if not advice.snippet:
        return [sheet.prose(said)]
    return [sheet.prose(said), sheet.fenced(advice.snippet, advice.language)]
