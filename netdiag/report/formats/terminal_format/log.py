"""THE LOG: which lines are which occurrences, which are none, and what no line tells of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from netdiag.language import _
from netdiag.report.formats.terminal_format.paper import BAD, FAINT, STRONG, WARN, Line
from netdiag.report.phrases import log as phrases
from netdiag.report.phrases.words import clock

if TYPE_CHECKING:
    from netdiag.report.formats.terminal_format.paper import Paper
    from netdiag.report.log import LogFile, LogMatch, LogReport, UnexplainedLine
    from netdiag.report.model import Report

_MOST = 10
_RIGHT = (True, False, False, True, True, False)


def write(report: Report, paper: Paper) -> list[Line]:
    """Write what the logs say; nothing where none was laid over the capture."""
    log = report.log
    if log is None:
        return []
    captures = len(report.captures)
    lines = [*paper.heading(_("THE LOG")), *paper.paragraph(log.summary)]
    for number, file in enumerate(log.files):
        lines += _file(file, paper)
        lines += _matches([m for m in log.matches if m.file == number], captures, paper)
        lines += _unexplained([u for u in log.unexplained if u.file == number], paper)
        lines += _access(log, number, captures, paper)
    return lines + _silent(log, captures, paper)


def _file(file: LogFile, paper: Paper) -> list[Line]:
    kind = f"  {phrases.contents(file)}"
    lines = [paper.line(), paper.line("  ", (file.path, STRONG), (kind, FAINT))]
    if file.first_time is not None:
        lines += paper.paragraph(phrases.clocks(file), indent=4)
    for problem in file.problems:
        lines += paper.paragraph(problem, indent=4, style=WARN)
    return lines


def _matches(matches: Sequence[LogMatch], captures: int, paper: Paper) -> list[Line]:
    if not matches:
        return []
    head = phrases.heads()
    rows = [phrases.cells(match, captures) for match in matches[:_MOST]]
    widths = [max(paper.cells(row[i]) for row in (head, *rows)) for i in range(len(head))]
    lines = [paper.line((_row(head, widths, paper), FAINT))]
    for row, match in zip(rows, matches, strict=False):
        lines.append(paper.line(_row(row, widths, paper)))
        lines.append(paper.line(" " * (6 + widths[0]), (match.excerpt, FAINT)))
    return lines + _more(len(matches), paper)


def _row(cells: Sequence[str], widths: Sequence[int], paper: Paper) -> str:
    placed = [
        paper.right(cell, width) if right else paper.left(cell, width)
        for cell, width, right in zip(cells, widths, _RIGHT, strict=True)
    ]
    return "    " + "  ".join(placed)


def _unexplained(entries: Sequence[UnexplainedLine], paper: Paper) -> list[Line]:
    if not entries:
        return []
    lines = paper.paragraph(phrases.unexplained(len(entries)), indent=4, style=WARN)
    for entry in entries[:_MOST]:
        moment = "" if entry.time is None else f"{clock(entry.time)[:12]}  "
        lines.append(paper.line(f"    {entry.line:>6}  {moment}", (entry.excerpt, FAINT)))
        lines += paper.paragraph(entry.because, indent=12)
    return lines + _more(len(entries), paper)


def _access(log: LogReport, file: int, captures: int, paper: Paper) -> list[Line]:
    told = phrases.access(log, file, captures)
    lines: list[Line] = []
    for each in told[:_MOST]:
        lines += paper.paragraph(each.names, indent=4, style=BAD if each.missed else "")
        lines += paper.paragraph(each.sentence, indent=6)
    return lines + _more(len(told), paper)


def _silent(log: LogReport, captures: int, paper: Paper) -> list[Line]:
    if not log.silent:
        return []
    lines = [paper.line(), *paper.paragraph(phrases.silent(len(log.silent)), style=WARN)]
    for silent in log.silent[:_MOST]:
        lines += paper.pair(phrases.name(silent, captures), silent.because, column=24)
    return lines + _more(len(log.silent), paper)


def _more(total: int, paper: Paper) -> list[Line]:
    return paper.paragraph(phrases.hidden(total - _MOST), indent=4) if total > _MOST else []
