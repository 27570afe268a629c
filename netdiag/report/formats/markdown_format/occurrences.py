"""The occurrences of the leading finding in a table, each with a filter to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.language import _
from netdiag.report.phrases import occurrences as phrases
from netdiag.report.phrases.leading import leading_finding
from netdiag.report.phrases.words import clock

if TYPE_CHECKING:
    from netdiag.report.finding import Occurrence
    from netdiag.report.formats.markdown_format.sheet import Sheet
    from netdiag.report.model import Report

_MOST = 10


def write(report: Report, sheet: Sheet) -> list[str]:
    """Write the first occurrences, and how many more there are."""
    finding = leading_finding(report)
    if finding is None or not finding.occurrences:
        return []
    shown = finding.occurrences[:_MOST]
    name, *columns = phrases.columns(shown, len(report.captures))
    heads = [_("connection"), _("time"), _("client")]
    heads += [*(column.head for column in columns), _("sent"), _("filter")]
    rows = [
        [
            sheet.prose(name.cells[index]),
            sheet.prose(clock(event.time)[:12]) if (event := entry.request or entry.close) else "",
            sheet.code(entry.client),
            *(sheet.prose(column.cells[index]) for column in columns),
            _sent(entry, sheet),
            sheet.code(entry.wireshark_filter),
        ]
        for index, entry in enumerate(shown)
    ]
    blocks = [
        sheet.heading(phrases.title(finding.times)),
        sheet.prose(phrases.note(shown)),
        sheet.table(heads, rows),
    ]
    hidden, listed = (n - len(shown) for n in (finding.times, len(finding.occurrences)))
    return [*blocks, sheet.prose(phrases.hidden(hidden, listed))] if hidden else blocks


def _sent(entry: Occurrence, sheet: Sheet) -> str:
    return sheet.cropped(entry.request.summary) if entry.request else ""
