"""WHAT TO CHANGE: the leading finding's advice, each with its snippet to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.report.formats.terminal_format.leading import leading_finding
from netdiag.report.formats.terminal_format.paper import STRONG

if TYPE_CHECKING:
    from rich.text import Text

    from netdiag.report.finding import Advice
    from netdiag.report.formats.terminal_format.paper import Paper
    from netdiag.report.model import Report

_PLACES = {
    "client": "On the client",
    "server": "On the server",
    "network": "In the network",
}


def write(report: Report, paper: Paper) -> list[Text]:
    """Write the advice, and where to read more."""
    finding = leading_finding(report)
    if finding is None:
        return []
    lines = paper.heading("WHAT TO CHANGE")
    for advice in finding.advice:
        lines += _advice(advice, paper)
    return lines + paper.paragraph(f"Read more: netdiag explain {finding.cause}")


def _advice(advice: Advice, paper: Paper) -> list[Text]:
    product = f" ({advice.product})" if advice.product else ""
    lines = paper.paragraph(f"{_PLACES[advice.audience]}{product}", style=STRONG)
    lines += paper.paragraph(advice.text, indent=4)
    if advice.snippet:
        lines += [paper.line(), *paper.code(advice.snippet, indent=6)]
    return [*lines, paper.line()]
