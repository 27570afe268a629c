"""ALSO FOUND: every finding but the leading one, in short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.report.formats.terminal_format.leading import other_findings
from netdiag.report.formats.terminal_format.paper import FAINT, SEVERITY_STYLES
from netdiag.report.formats.terminal_format.words import as_sentence, count

if TYPE_CHECKING:
    from rich.text import Text

    from netdiag.report.finding import FindingReport
    from netdiag.report.formats.terminal_format.paper import Paper
    from netdiag.report.model import Report

_MOST = 8
_MOST_EVIDENCE = 2


def write(report: Report, paper: Paper) -> list[Text]:
    """Write the other findings, the first of them if there are many."""
    others = other_findings(report)
    if not others:
        return []
    lines = paper.heading("ALSO FOUND")
    for finding in others[:_MOST]:
        lines += _finding(finding, paper)
    if len(others) > _MOST:
        more = count(len(others) - _MOST, "more finding")
        lines += paper.paragraph(f"and {more}, listed in the JSON report")
    return lines


def _finding(finding: FindingReport, paper: Paper) -> list[Text]:
    style = SEVERITY_STYLES[finding.severity]
    sure = f"  {finding.severity}, {finding.confidence} confidence"
    lines = [paper.line("  ", (finding.cause, style), (sure, FAINT))]
    lines += paper.paragraph(f"{as_sentence(finding.title)}. {finding.explanation}", indent=4)
    lines += paper.pair("server", finding.server, column=12)
    for sentence in finding.evidence[:_MOST_EVIDENCE]:
        lines += paper.bullet(sentence, indent=4)
    if finding.occurrences:
        first = finding.occurrences[0].wireshark_filter
        lines += paper.bullet(f"{count(len(finding.occurrences), 'time')}; first: {first}", 4)
    for advice in finding.advice:
        lines += paper.pair(advice.audience, advice.text, column=12)
    return lines
