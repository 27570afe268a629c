"""LOOKED AT: what the report was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.report.formats.terminal_format.words import clock, count, day, span

if TYPE_CHECKING:
    from rich.text import Text

    from netdiag.report.formats.terminal_format.paper import Paper
    from netdiag.report.model import CaptureReport, Report

_PLACES = {
    "client": "at the client",
    "server": "at the server",
    "middle": "between client and server",
    "unknown": "at an unknown place",
}


def write(report: Report, paper: Paper) -> list[Text]:
    """Write one entry a capture, numbered as the frames' names are where there are several."""
    lines = paper.heading("LOOKED AT", f"by netdiag {report.netdiag.version}")
    for number, capture in enumerate(report.captures, start=1):
        name = f"{number}: {capture.path}" if len(report.captures) > 1 else capture.path
        lines += paper.paragraph(name)
        lines += paper.paragraph(_contents(capture), indent=4)
        place = "at both ends" if len(capture.vantage_ends) > 1 else _PLACES[capture.vantage]
        lines += paper.paragraph(f"taken {place}: {capture.vantage_evidence}", indent=4)
    return lines + paper.paragraph(f"{count(report.connections_total, 'TCP connection')} in all")


def _contents(capture: CaptureReport) -> str:
    text = f"{count(capture.packets, 'packet')}, {capture.tcp_packets:,} of them TCP"
    if capture.first_time is not None:
        start = f"{day(capture.first_time)} {clock(capture.first_time)[:8]} UTC"
        text += f"; {span(capture.duration_s)} from {start}"
    return text
