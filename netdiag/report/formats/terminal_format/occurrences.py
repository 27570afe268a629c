"""The occurrences of the leading finding, two lines each, so that their numbers can be compared.

First how long the connection was idle, the frame of the server's close, how long after that the
request came, its frame, and what became of it; then when that was, who sent what, and a filter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.report.formats.terminal_format.leading import leading_finding
from netdiag.report.formats.terminal_format.paper import FAINT
from netdiag.report.formats.terminal_format.words import clock, count, day, frame_name, seconds

if TYPE_CHECKING:
    from rich.text import Text

    from netdiag.report.finding import Occurrence
    from netdiag.report.formats.terminal_format.paper import Paper
    from netdiag.report.model import Report

_MOST = 10
_HEAD = ("", "idle", "close", "after close", "request", "outcome")
_RIGHT = (True, True, False, True, False)  # the outcome takes what is left
_GAP = "  "
_LEAST = 30  # cells for who sent what


def write(report: Report, paper: Paper) -> list[Text]:
    """Write the first occurrences, and how many more there are."""
    finding = leading_finding(report)
    if finding is None or not finding.occurrences:
        return []
    shown = finding.occurrences[:_MOST]
    captures = len(report.captures)
    rows = [_cells(entry, captures) for entry in shown]
    widths = [
        max(paper.cells(row[column]) for row in (_HEAD, *rows)) for column in range(len(_RIGHT))
    ]
    lines = paper.heading(_title(len(finding.occurrences)), _note(shown))
    lines.append(paper.line((_row(_HEAD, widths, paper), FAINT)))
    for row, entry in zip(rows, shown, strict=True):
        lines.append(paper.line(_row(row, widths, paper)))
        lines += _request(entry, 2 + widths[0] + len(_GAP), paper)
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


def _cells(entry: Occurrence, captures: int) -> tuple[str, ...]:
    close, request = entry.close, entry.request
    return (
        entry.connection,
        _duration(entry.idle_before_close_s),
        f"{frame_name(close.frame, close.capture, captures)} {close.flag}" if close else "-",
        _duration(entry.after_close_s),
        frame_name(request.frame, request.capture, captures) if request else "-",
        _outcome(entry, captures),
    )


def _duration(value: float | None) -> str:
    return "-" if value is None else seconds(value)


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


def _row(cells: tuple[str, ...], widths: list[int], paper: Paper) -> str:
    placed = [
        paper.right(cell, width) if right else paper.left(cell, width)
        for cell, width, right in zip(cells, widths, _RIGHT, strict=False)
    ]
    return _GAP.join([" " * 2 + placed[0], *placed[1:], cells[-1]])


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
