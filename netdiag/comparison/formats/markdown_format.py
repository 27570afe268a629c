"""A comparison as Markdown (CommonMark with GitHub's tables), to be pasted into the incident."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netdiag.comparison.formats.words import confidence_name, outcome_name
from netdiag.comparison.rows import rows
from netdiag.language import _
from netdiag.report.escape import visible

if TYPE_CHECKING:
    from netdiag.comparison.model import Comparison
    from netdiag.report.page import Page

_MARKUP = re.compile(r"([\\`*_\[\]<>|#~!&])")


def render(comparison: Comparison, _page: Page) -> str:
    """Write it; nothing that a capture or a file's name holds can become mark-up."""
    verdict = comparison.verdict
    title = f"{outcome_name(verdict.outcome)} ({confidence_name(verdict.confidence)})"
    blocks = [
        f"## {_text(title)}",
        f"**{_text(verdict.headline)}**",
        _list(verdict.text),
        _section(_("What has changed"), _list(tuple(cure.text for cure in comparison.cures))),
        _section(_("Counted"), _table(comparison)),
        _section(_("By server"), _servers(comparison)),
        _section(_("What stays open"), _list(comparison.caveats)),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _text(text: str) -> str:
    return _MARKUP.sub(r"\\\1", visible(text))


def _list(texts: tuple[str, ...]) -> str:
    return "\n".join(f"- {_text(text)}" for text in texts)


def _section(title: str, body: str) -> str:
    return f"### {_text(title)}\n\n{body}" if body else ""


def _table(comparison: Comparison) -> str:
    lines = [f"| | {_text(_('before'))} | {_text(_('after'))} |", "| :--- | ---: | ---: |"]
    for line in rows(comparison):
        name = ("&nbsp;&nbsp;" if line.indented else "") + _text(line.name)
        lines.append(f"| {name} | {_text(line.before)} | {_text(line.after)} |")
    return "\n".join(lines)


def _servers(comparison: Comparison) -> str:
    if len(comparison.servers) < 2:
        return ""
    head = [_("server"), _("verdict"), _("harmed before"), _("harmed after")]
    lines = [f"| {' | '.join(map(_text, head))} |", "| :--- | :--- | ---: | ---: |"]
    for server in comparison.servers:
        was, is_ = server.before.exposure, server.after.exposure
        cells = [
            server.server,
            outcome_name(server.outcome),
            f"{was.fates.harmed} / {was.occasions}",
            f"{is_.fates.harmed} / {is_.occasions}",
        ]
        lines.append(f"| {' | '.join(map(_text, cells))} |")
    return "\n".join(lines)
