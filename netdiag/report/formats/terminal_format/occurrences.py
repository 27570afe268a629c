"""The occurrences of the leading finding, two lines each, so that their numbers can be compared.

First the cells of `netdiag.report.phrases.occurrences`, then when that was, who sent what, and a
filter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.report.formats.terminal_format.paper import FAINT, Line
from netdiag.report.phrases import occurrences as phrases
from netdiag.report.phrases.leading import leading_finding
from netdiag.report.phrases.words import clock

if TYPE_CHECKING:
    from netdiag.report.finding import Occurrence
    from netdiag.report.formats.terminal_format.paper import Paper
    from netdiag.report.model import Report

_MOST = 10
_GAP = "  "
_LEAST = 30  # cells for who sent what


def write(report: Report, paper: Paper) -> list[Line]:
    """Write the first occurrences, and how many more there are."""
    finding = leading_finding(report)
    if finding is None or not finding.occurrences:
        return []
    shown = finding.occurrences[:_MOST]
    *columns, outcome = phrases.columns(shown, len(report.captures))
    head, *rows = _table(columns, paper)
    lines = paper.heading(phrases.title(finding.times), phrases.note(shown))
    lines.append(paper.line((f"{head}{outcome.head}", FAINT)))
    indent = 2 + max(paper.cells(entry.connection) for entry in shown) + len(_GAP)
    for row, became, entry in zip(rows, outcome.cells, shown, strict=True):
        lines += paper.hanging(row, became)
        lines += _request(entry, indent, paper)
    hidden, listed = (n - len(shown) for n in (finding.times, len(finding.occurrences)))
    if hidden:
        lines += paper.paragraph(phrases.hidden(hidden, listed))
    return lines


def _table(columns: list[phrases.Column], paper: Paper) -> list[str]:
    """Set the rows below their head, in columns as wide as their widest cell."""
    placed = []
    for column in columns:
        texts = [column.head, *column.cells]
        width = max(map(paper.cells, texts))
        place = paper.right if column.number else paper.left
        placed.append([place(text, width) for text in texts])
    return ["  " + "".join(cell + _GAP for cell in cells) for cells in zip(*placed, strict=True)]


def _request(entry: Occurrence, indent: int, paper: Paper) -> list[Line]:
    """Write the second line, with the filter at the right."""
    room = paper.width - indent - paper.cells(entry.wireshark_filter) - len(_GAP)
    event = entry.request or entry.close
    moment = f"{clock(event.time)[:12]}  " if event else ""
    summary = f"  {entry.request.summary}" if entry.request else ""
    said = f"{moment}{entry.client}{summary}"
    if room < _LEAST:  # a filter is for pasting, and no good if cropped
        filter_lines = paper.paragraph(entry.wireshark_filter, indent, FAINT)
        return [paper.line(" " * indent, said), *filter_lines]
    return [paper.line(" " * indent, paper.left(said, room), _GAP, (entry.wireshark_filter, FAINT))]
