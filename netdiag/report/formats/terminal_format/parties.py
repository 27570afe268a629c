"""SERVERS and CLIENTS: after how much idle time each of them ends or reuses a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.report.formats.terminal_format.words import count, seconds, setting

if TYPE_CHECKING:
    from rich.text import Text

    from netdiag.report.formats.terminal_format.paper import Paper
    from netdiag.report.model import (
        ClientReport,
        IdleTimeoutReport,
        ProductHint,
        Report,
        ServerCloses,
        ServerReport,
    )

_MOST = 8


def write(report: Report, paper: Paper) -> list[Text]:
    """Write what is known of each server and client, the first of each if there are many."""
    lines: list[Text] = []
    if report.servers:
        lines += paper.heading("SERVERS")
        for server in report.servers[:_MOST]:
            lines += _server(server, paper)
        lines += _more(len(report.servers), "server", paper)
    if report.clients:
        lines += paper.heading("CLIENTS")
        for client in report.clients[:_MOST]:
            lines += _client(client, paper)
        lines += _more(len(report.clients), "client", paper)
    return lines


def _more(total: int, noun: str, paper: Paper) -> list[Text]:
    if total <= _MOST:
        return []
    return paper.paragraph(f"and {count(total - _MOST, f'more {noun}')}, listed in the JSON report")


def _server(server: ServerReport, paper: Paper) -> list[Text]:
    product = f", {server.product}" if server.product else ""
    lines = paper.paragraph(f"{server.endpoint}  ({server.protocol}{product})")
    lines += _fits(server.product_hints, paper)
    if server.idle_timeout is None:
        lines += paper.pair("idle timeout", "nothing in this capture tells")
    else:
        lines += _timeout(server.idle_timeout, paper)
    if server.max_requests is not None:
        lines += paper.pair("request limit", f"{server.max_requests} per connection")
    if server.max_age_s is not None:
        lines += paper.pair("age limit", f"{seconds(server.max_age_s)} or a little less")
    seen = f"{count(server.connections, 'connection')}, {count(server.exchanges, 'exchange')}"
    lines += paper.pair("seen", seen)
    return lines + paper.pair("ended by", _closes(server.closes))


def _client(client: ClientReport, paper: Paper) -> list[Text]:
    product = f"  ({client.product})" if client.product else ""
    lines = paper.paragraph(f"{client.address}{product}")
    lines += _fits(client.product_hints, paper)
    if client.longest_idle_reuse_s is not None:
        lines += paper.pair("longest idle reuse", setting(client.longest_idle_reuse_s))
    if client.idle_timeout is not None:
        lines += _timeout(client.idle_timeout, paper)
    return lines + paper.pair("seen", count(client.connections, "connection"))


def _fits(hints: tuple[ProductHint, ...], paper: Paper) -> list[Text]:
    if not hints:
        return []
    names = " or ".join(hint.product for hint in hints)
    return paper.pair("fits", f"{names}, a guess: {hints[0].because[0]}")


def _timeout(timeout: IdleTimeoutReport, paper: Paper) -> list[Text]:
    lines = paper.pair("idle timeout", _estimate(timeout))
    if timeout.likely_setting_s is not None:
        basis = timeout.likely_setting_basis or ""
        likely = setting(timeout.likely_setting_s)
        if basis.startswith("default of "):
            likely += f", the {basis}"
        lines += paper.pair("likely setting", likely)
    if timeout.declared_s is not None:
        lines += paper.pair("declared", f"Keep-Alive: timeout={timeout.declared_s:g}")
    measured = count(timeout.closes, "idle close")
    if timeout.longest_survived_s is not None:
        measured += f"; longest idle survived: {setting(timeout.longest_survived_s)}"
    lines += paper.pair("measured by", measured)
    if not timeout.consistent:
        but = timeout.contradiction or "no single timeout explains all of these closes"
        lines += paper.pair("but", but)
    return lines


def _estimate(timeout: IdleTimeoutReport) -> str:
    low, high = timeout.low_s, timeout.high_s
    text = "" if timeout.estimate_s is None else setting(timeout.estimate_s)
    if low is not None and high is not None:
        bounds = f"from {setting(low)} to {setting(high)}"
    elif low is not None:
        bounds = f"more than {setting(low)}"
    elif high is not None:
        bounds = f"at most {setting(high)}"
    else:
        bounds = ""
    if text and bounds:
        bounds = f"({bounds})"
    sure = f"{timeout.confidence} confidence"
    return ", ".join(filter(None, [f"{text} {bounds}".strip(), sure]))


def _closes(closes: ServerCloses) -> str:
    counts = {
        "server FIN": closes.server_fin,
        "server RST": closes.server_rst,
        "client FIN": closes.client_fin,
        "client RST": closes.client_rst,
        "still open": closes.open,
    }
    return ", ".join(f"{name} {number:,}" for name, number in counts.items() if number) or "nobody"
