"""The occurrences of the leading finding, two lines each, so that their numbers can be compared.

First how long the connection was idle before the server's close (before the request where no close
was seen), the frame of that close, how long after it the request came, its frame, and what became
of it; then when that was, who sent what, and a filter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netdiag.report.formats.terminal_format.leading import leading_finding
from netdiag.report.formats.terminal_format.paper import FAINT
from netdiag.report.formats.terminal_format.words import clock, count, day, frame_name, seconds

if TYPE_CHECKING:
    from rich.text import Text

    from netdiag.report.finding import Occurrence
    from netdiag.report.formats.terminal_format.paper import Paper
    from netdiag.report.model import Report

_MOST = 10
_GAP = "  "
_LEAST = 30  # cells for who sent what


class _Column(NamedTuple):
    """One column: its head, what stands where nothing is known, and which side it is set at."""

    head: str
    unknown: str
    right: bool = False


_COLUMNS = (
    _Column("", "", right=True),
    _Column("idle", "unknown", right=True),
    _Column("close", "not seen"),
    _Column("after close", "", right=True),
    _Column("request", "none"),
    _Column("outcome", ""),
)


def write(report: Report, paper: Paper) -> list[Text]:
    """Write the first occurrences, and how many more there are."""
    finding = leading_finding(report)
    if finding is None or not finding.occurrences:
        return []
    shown = finding.occurrences[:_MOST]
    captures = len(report.captures)
    rows = _table([_cells(entry, captures) for entry in shown], paper)
    lines = paper.heading(_title(len(finding.occurrences)), _note(shown))
    lines.append(paper.line((rows[0], FAINT)))
    indent = 2 + max(paper.cells(entry.connection) for entry in shown) + len(_GAP)
    for row, entry in zip(rows[1:], shown, strict=True):
        lines.append(paper.line(row))
        lines += _request(entry, indent, paper)
    hidden = len(finding.occurrences) - len(shown)
    if hidden:
        lines += paper.paragraph(f"and {hidden:,} more, listed in the JSON report")
    return lines


def _title(total: int) -> str:
    return "THE OCCURRENCE" if total == 1 else f"THE {count(total, 'OCCURRENCE')[:-1]}S"


def _note(shown: tuple[Occurrence, ...]) -> str:
    """Name the frames' columns, and the day if all of them happened on one."""
    days = {day(event.time) for entry in shown if (event := entry.request or entry.close)}
    when = f"on {days.pop()}, " if len(days) == 1 else ""
    return f"{when}times in UTC, closes and requests by frame"


def _cells(entry: Occurrence, captures: int) -> tuple[str | None, ...]:
    close, request = entry.close, entry.request
    idle_s = entry.idle_before_close_s if close else entry.idle_before_reuse_s
    return (
        entry.connection,
        None if idle_s is None else seconds(idle_s),
        f"{frame_name(close.frame, close.capture, captures)} {close.flag}" if close else None,
        None if entry.after_close_s is None else seconds(entry.after_close_s),
        frame_name(request.frame, request.capture, captures) if request else None,
        _outcome(entry, captures),
    )


def _table(rows: list[tuple[str | None, ...]], paper: Paper) -> list[str]:
    """Set the rows below a head; a column of which nothing is known is left out."""
    columns = []
    for column, cells in zip(_COLUMNS, zip(*rows, strict=True), strict=True):
        if any(cells):
            texts = [column.head, *(column.unknown if cell is None else cell for cell in cells)]
            width = max(map(paper.cells, texts))
            setter = paper.right if column.right else paper.left
            columns.append([setter(text, width) for text in texts])
    return ["  " + _GAP.join(cells) for cells in zip(*columns, strict=True)]


def _outcome(entry: Occurrence, captures: int) -> str:
    text: str = entry.outcome
    if entry.reset is not None:
        text += f" in {frame_name(entry.reset.frame, entry.reset.capture, captures)}"
    if entry.retry is not None:
        text += ", retried" if entry.retry.outcome != "failed" else ", retry failed"
    if entry.passed_on is not None:
        status = entry.passed_on.status
        text += ", passed on" if status is None else f", client got {status}"
    return text


def _request(entry: Occurrence, indent: int, paper: Paper) -> list[Text]:
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
