"""Servers and clients: after how much idle time each of them ends or reuses a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.language import _
from netdiag.report.phrases import parties as phrases

if TYPE_CHECKING:
    from netdiag.report.formats.markdown_format.sheet import Sheet
    from netdiag.report.model import Report

_MOST = 8


def write(report: Report, sheet: Sheet) -> list[str]:
    """Write what is known of each server and client, the first of each if there are many."""
    blocks: list[str] = []
    if report.servers:
        blocks.append(sheet.heading(_("Servers")))
    for server in report.servers[:_MOST]:
        blocks.append(f"{sheet.code(server.endpoint)} ({sheet.prose(phrases.spoken(server))})")
        blocks.append(_facts(phrases.server_facts(server), sheet))
    shown = len(report.servers[:_MOST])
    if report.server_count > shown:
        more, listed = report.server_count - shown, len(report.servers) - shown
        blocks.append(sheet.prose(phrases.more_servers(more, listed)))
    if report.clients:
        blocks.append(sheet.heading(_("Clients")))
    for client in report.clients[:_MOST]:
        product = f" ({sheet.code(client.product)})" if client.product else ""
        blocks.append(f"{sheet.code(client.address)}{product}")
        blocks.append(_facts(phrases.client_facts(client), sheet))
    shown = len(report.clients[:_MOST])
    if report.client_count > shown:
        more, listed = report.client_count - shown, len(report.clients) - shown
        blocks.append(sheet.prose(phrases.more_clients(more, listed)))
    return blocks


def _facts(facts: list[phrases.Fact], sheet: Sheet) -> str:
    return sheet.bullets(
        _("{label}: {fact}").format(label=label, fact=text) for label, text in facts
    )
