"""The log: which lines are which occurrences, which are none, and what no line tells of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from netdiag.language import _
from netdiag.report.phrases import log as phrases
from netdiag.report.phrases.words import clock

if TYPE_CHECKING:
    from netdiag.report.formats.markdown_format.sheet import Sheet
    from netdiag.report.log import LogMatch, LogReport, UnexplainedLine
    from netdiag.report.model import Report

_MOST = 20


def write(report: Report, sheet: Sheet) -> list[str]:
    """Write what the logs say; nothing where none was laid over the capture."""
    log = report.log
    if log is None:
        return []
    captures = len(report.captures)
    blocks = [sheet.heading(_("The log")), sheet.prose(log.summary)]
    for number, file in enumerate(log.files):
        blocks.append(f"{sheet.code(file.path)}: {sheet.prose(phrases.contents(file))}")
        if file.first_time is not None:
            blocks.append(sheet.prose(phrases.clocks(file)))
        blocks += [sheet.prose(problem) for problem in file.problems]
        blocks += _matches([m for m in log.matches if m.file == number], captures, sheet)
        blocks += _unexplained([u for u in log.unexplained if u.file == number], sheet)
        blocks += _access(log, number, captures, sheet)
    return blocks + _silent(log, captures, sheet)


def _matches(matches: Sequence[LogMatch], captures: int, sheet: Sheet) -> list[str]:
    if not matches:
        return []
    rows = [
        [*map(sheet.prose, phrases.cells(match, captures)), sheet.cropped(match.excerpt)]
        for match in matches[:_MOST]
    ]
    return [sheet.table([*phrases.heads(), _("what it says")], rows), *_more(len(matches), sheet)]


def _unexplained(entries: Sequence[UnexplainedLine], sheet: Sheet) -> list[str]:
    if not entries:
        return []
    rows = [
        [
            sheet.prose(str(entry.line)),
            sheet.prose("-" if entry.time is None else clock(entry.time)[:12]),
            sheet.cropped(entry.excerpt),
            sheet.prose(entry.because),
        ]
        for entry in entries[:_MOST]
    ]
    table = sheet.table([_("line"), _("time (UTC)"), _("what it says"), _("why not")], rows)
    return [sheet.prose(phrases.unexplained(len(entries))), table, *_more(len(entries), sheet)]


def _access(log: LogReport, file: int, captures: int, sheet: Sheet) -> list[str]:
    told = phrases.access(log, file, captures)
    items = [
        _("{requests}: {sentence}").format(requests=each.names, sentence=each.sentence)
        for each in told[:_MOST]
    ]
    return [sheet.bullets(items), *_more(len(told), sheet)]


def _silent(log: LogReport, captures: int, sheet: Sheet) -> list[str]:
    if not log.silent:
        return []
    items = [
        _("{requests}: {sentence}").format(
            requests=phrases.name(silent, captures), sentence=silent.because
        )
        for silent in log.silent[:_MOST]
    ]
    title = sheet.prose(phrases.silent(len(log.silent)))
    return [title, sheet.bullets(items), *_more(len(log.silent), sheet)]


def _more(total: int, sheet: Sheet) -> list[str]:
    return [sheet.prose(phrases.hidden(total - _MOST))] if total > _MOST else []
