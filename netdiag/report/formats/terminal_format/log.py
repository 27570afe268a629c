"""THE LOG: which lines are which occurrences, which are none, and what no line tells of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from netdiag.language import N_, _, ngettext
from netdiag.report.formats.terminal_format.paper import BAD, FAINT, STRONG, WARN
from netdiag.report.formats.terminal_format.words import clock, frame_name, seconds

if TYPE_CHECKING:
    from rich.text import Text

    from netdiag.report.formats.terminal_format.paper import Paper
    from netdiag.report.log import LogFile, LogMatch, LogReport, UnexplainedLine
    from netdiag.report.model import Report

_MOST = 10
_MOST_NAMES = 12

_BASES = {
    "written": N_("the lines name their time zone"),
    "given": N_("times are in {zone}, as you said"),
    "fitted": N_("times name no zone; {zone} is what fits the capture"),
    "assumed": N_("times name no zone; {zone} is assumed"),
}
_SURE = {"high": N_("high"), "medium": N_("medium"), "low": N_("low")}


def write(report: Report, paper: Paper) -> list[Text]:
    """Write what the logs say; nothing where none was laid over the capture."""
    log = report.log
    if log is None:
        return []
    lines = [*paper.heading(_("THE LOG")), *paper.paragraph(log.summary)]
    for number, file in enumerate(log.files):
        lines += _file(file, paper)
        lines += _matches([m for m in log.matches if m.file == number], report, paper)
        lines += _unexplained([u for u in log.unexplained if u.file == number], paper)
        lines += _access(log, number, report, paper)
    return lines + _silent(log, report, paper)


def _file(file: LogFile, paper: Paper) -> list[Text]:
    kind = ", ".join(file.formats) or _("no known format")
    size = ngettext("{n} line", "{n} lines", file.lines).format(n=f"{file.lines:,}")
    lines = [paper.line(), paper.line("  ", (file.path, STRONG), (f"  {kind}, {size}", FAINT))]
    zone = _(_BASES[file.zone_basis]).format(zone=file.zone)
    if file.first_time is not None:
        told = _("Clock: {zone}; {skew}.").format(zone=zone, skew=file.skew.told)
        lines += paper.paragraph(told, indent=4)
    for problem in file.problems:
        lines += paper.paragraph(problem, indent=4, style=WARN)
    return lines


def _matches(matches: Sequence[LogMatch], report: Report, paper: Paper) -> list[Text]:
    if not matches:
        return []
    head = (_("line"), _("time (UTC)"), _("is"), _("frame"), _("later by"), _("sure"))
    rows = [
        (
            str(match.line),
            clock(match.time)[:12],
            match.connection,
            _frame(match.frame, match.capture, report),
            seconds(match.late_s),
            _(_SURE[match.confidence]),
        )
        for match in matches[:_MOST]
    ]
    widths = [max(paper.cells(row[i]) for row in (head, *rows)) for i in range(len(head))]
    lines = [paper.line((_row(head, widths, paper), FAINT))]
    for row, match in zip(rows, matches, strict=False):
        lines.append(paper.line(_row(row, widths, paper)))
        lines.append(paper.line(" " * (6 + widths[0]), (match.excerpt, FAINT)))
    return lines + _more(len(matches), paper)


def _row(cells: Sequence[str], widths: Sequence[int], paper: Paper) -> str:
    right = {0, 3, 4}
    placed = [
        paper.right(cell, width) if i in right else paper.left(cell, width)
        for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "    " + "  ".join(placed)


def _unexplained(lines_: Sequence[UnexplainedLine], paper: Paper) -> list[Text]:
    if not lines_:
        return []
    title = ngettext(
        "{n} line that the capture does not explain:",
        "{n} lines that the capture does not explain:",
        len(lines_),
    )
    lines = paper.paragraph(title.format(n=len(lines_)), indent=4, style=WARN)
    for entry in lines_[:_MOST]:
        moment = "" if entry.time is None else f"{clock(entry.time)[:12]}  "
        lines.append(paper.line(f"    {entry.line:>6}  {moment}", (entry.excerpt, FAINT)))
        lines += paper.paragraph(entry.because, indent=12)
    return lines + _more(len(lines_), paper)


def _access(log: LogReport, number: int, report: Report, paper: Paper) -> list[Text]:
    """Write what an access log says of the harmed requests, each sentence once."""
    places: dict[str, list[str]] = {}
    missed = set[str]()
    for statement in log.access:
        if statement.file == number:
            frame = _frame(statement.frame, statement.capture, report)
            name = _("{connection} (frame {frame})").format(
                connection=statement.connection, frame=frame
            )
            places.setdefault(statement.told, []).append(name)
            if statement.reached is False:
                missed.add(statement.told)
    lines: list[Text] = []
    for told, names in list(places.items())[:_MOST]:
        shown = ", ".join(names[:_MOST_NAMES])
        if len(names) > _MOST_NAMES:
            shown = _("{names} and {n} more").format(names=shown, n=len(names) - _MOST_NAMES)
        lines += paper.paragraph(shown, indent=4, style=BAD if told in missed else "")
        lines += paper.paragraph(told, indent=6)
    return lines + _more(len(places), paper)


def _silent(log: LogReport, report: Report, paper: Paper) -> list[Text]:
    if not log.silent:
        return []
    title = ngettext(
        "{n} failure that no line tells of:", "{n} failures that no line tells of:", len(log.silent)
    )
    lines = [paper.line(), *paper.paragraph(title.format(n=len(log.silent)), style=WARN)]
    for silent in log.silent[:_MOST]:
        frame = _frame(silent.frame, silent.capture, report)
        name = _("{connection} (frame {frame})").format(connection=silent.connection, frame=frame)
        lines += paper.pair(name, silent.because, column=24)
    return lines + _more(len(log.silent), paper)


def _frame(frame: int | None, capture: int, report: Report) -> str:
    return "-" if frame is None else frame_name(frame, capture, len(report.captures))


def _more(total: int, paper: Paper) -> list[Text]:
    if total <= _MOST:
        return []
    text = ngettext(
        "and {n} more, listed in the JSON report",
        "and {n} more, listed in the JSON report",
        total - _MOST,
    )
    return paper.paragraph(text.format(n=f"{total - _MOST:,}"), indent=4)
