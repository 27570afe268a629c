"""A comparison as Markdown, to be pasted into the incident."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.comparison.formats.words import outcome_name
from netdiag.comparison.rows import rows
from netdiag.language import _
from netdiag.report.formats.markdown_format.sheet import Sheet
from netdiag.report.phrases.verdict import confidence

if TYPE_CHECKING:
    from netdiag.comparison.model import Comparison
    from netdiag.report.page import Page

_PART = "&nbsp;&nbsp;"
"""A cell of a table has no other way to be indented."""


def render(comparison: Comparison, page: Page) -> str:
    """Write it; nothing that a capture or a file's name holds can become mark-up."""
    sheet, verdict = Sheet(page), comparison.verdict
    title = f"{outcome_name(verdict.outcome)} ({confidence(verdict.confidence)})"
    blocks = [
        sheet.heading(title, 2),
        sheet.strong(verdict.headline),
        sheet.bullets(verdict.text),
        *_section(_("What has changed"), sheet.bullets(c.text for c in comparison.cures), sheet),
        *_section(_("Counted"), _table(comparison, sheet), sheet),
        *_section(_("By server"), _servers(comparison, sheet), sheet),
        *_section(_("What stays open"), sheet.bullets(comparison.caveats), sheet),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _section(title: str, body: str, sheet: Sheet) -> list[str]:
    return [sheet.heading(title), body] if body else []


def _table(comparison: Comparison, sheet: Sheet) -> str:
    return sheet.table(
        ["", _("before"), _("after")],
        [
            [
                f"{_PART if line.indented else ''}{sheet.prose(line.name)}",
                sheet.prose(line.before),
                sheet.prose(line.after),
            ]
            for line in rows(comparison)
        ],
    )


def _servers(comparison: Comparison, sheet: Sheet) -> str:
    if len(comparison.servers) < 2:
        return ""
    return sheet.table(
        [_("server"), _("verdict"), _("harmed before"), _("harmed after")],
        [
            [
                sheet.code(server.server),
                sheet.prose(outcome_name(server.outcome)),
                f"{server.before.exposure.fates.harmed} / {server.before.exposure.occasions}",
                f"{server.after.exposure.fates.harmed} / {server.after.exposure.occasions}",
            ]
            for server in comparison.servers
        ],
    )
