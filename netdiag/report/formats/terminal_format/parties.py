"""SERVERS and CLIENTS: after how much idle time each of them ends or reuses a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.language import _
from netdiag.report.phrases import parties as phrases

if TYPE_CHECKING:
    from netdiag.report.formats.terminal_format.paper import Line, Paper
    from netdiag.report.model import Report

_MOST = 8


def write(report: Report, paper: Paper) -> list[Line]:
    """Write what is known of each server and client, the first of each if there are many."""
    lines: list[Line] = []
    if report.servers:
        lines += paper.heading(_("Servers"))
    for server in report.servers[:_MOST]:
        lines += paper.paragraph(f"{server.endpoint}  ({phrases.spoken(server)})")
        lines += paper.pairs(phrases.server_facts(server))
    shown = len(report.servers[:_MOST])
    if report.server_count > shown:
        more, listed = report.server_count - shown, len(report.servers) - shown
        lines += paper.paragraph(phrases.more_servers(more, listed))
    if report.clients:
        lines += paper.heading(_("Clients"))
    for client in report.clients[:_MOST]:
        product = f"  ({client.product})" if client.product else ""
        lines += paper.paragraph(f"{client.address}{product}")
        lines += paper.pairs(phrases.client_facts(client))
    shown = len(report.clients[:_MOST])
    if report.client_count > shown:
        more, listed = report.client_count - shown, len(report.clients) - shown
        lines += paper.paragraph(phrases.more_clients(more, listed))
    return lines
