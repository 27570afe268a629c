"""LOOKED AT: what the report was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.language import _
from netdiag.report.phrases import captures as phrases

if TYPE_CHECKING:
    from netdiag.report.formats.terminal_format.paper import Line, Paper
    from netdiag.report.model import Report


def write(report: Report, paper: Paper) -> list[Line]:
    """Write one entry a capture, numbered as the frames' names are where there are several."""
    by = _("by netdiag {version}").format(version=report.netdiag.version)
    lines = paper.heading(_("Looked at"), by)
    for number, capture in enumerate(report.captures, start=1):
        name = f"{number}: {capture.path}" if len(report.captures) > 1 else capture.path
        lines += paper.paragraph(name)
        lines += paper.paragraph(phrases.contents(capture), indent=4)
        lines += paper.paragraph(phrases.place(capture), indent=4)
    return lines + paper.paragraph(phrases.connections(report))
