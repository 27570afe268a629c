"""The JSON island: what the charts are drawn from, short and harmless.

Rows are arrays, as there are many of them; their columns are described beside each function.
"""

from __future__ import annotations

import json

from netdiag.language import _
from netdiag.report.charts import IdleGap, Lane
from netdiag.report.endpoint import ServerReport
from netdiag.report.escape import visible
from netdiag.report.formats.html_format.terms import GAP_ENDS, MARKS
from netdiag.report.model import Report

MOST_LANES = 80
MOST_SERVERS = 4
KINDS = tuple(MARKS)

Json = dict[str, object]


def island(report: Report) -> str:
    r"""The data as JSON that can stand in a script element.

    Only ASCII, and ``<``, ``>`` and ``&`` as ``\u003c`` and so on: nothing in it ends the element
    or begins a comment (HTML, section 4.12.1.3).
    """
    text = json.dumps(_data(report), ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _data(report: Report) -> Json:
    clients = {one.id: (one.client, one.stream) for one in report.connections}
    return {
        "captures": len(report.captures),
        "activity": _activity(report),
        "lanes": [_lane(lane, clients) for lane in report.lanes[:MOST_LANES]],
        "findings": [
            {"cause": one.cause, "severity": one.severity, "server": visible(one.server)}
            for one in report.findings
        ],
        "gaps": [_server(report, one) for one in drawn_servers(report)],
        "kinds": KINDS,
        "words": _words(),
    }


def drawn_servers(report: Report) -> list[ServerReport]:
    """Servers whose idle gaps are drawn: those that closed or left unanswered come first."""
    named = [finding.server for finding in report.findings]
    with_gaps = [server for server in report.servers if server.idle_gaps]
    return sorted(with_gaps, key=lambda server: server.endpoint not in named)[:MOST_SERVERS]


def _activity(report: Report) -> Json | None:
    activity = report.activity
    if activity is None:
        return None
    return {
        "start": activity.start,
        "duration": activity.duration_s,
        "bin": activity.bin_s,
        "requests": activity.requests,
        "closes": activity.server_closes,
        "failures": [[one.finding, one.counts] for one in activity.failures],
    }


def _lane(lane: Lane, clients: dict[str, tuple[str, int]]) -> Json:
    """A lane, with short rows in it.

    Bursts are [from, to, exchanges, capture, frame, answered], marks [at, kind (an index in
    `KINDS`), by the server, capture, frame].
    """
    client, stream = clients.get(lane.connection, ("", -1))
    return {
        "id": visible(lane.connection),
        "client": visible(client),
        "stream": stream,
        "finding": lane.finding,
        "from": lane.from_s,
        "to": lane.to_s,
        "idle": lane.idle_from_s,
        "wait": None if lane.close_wait is None else [lane.close_wait.from_s, lane.close_wait.to_s],
        "bursts": [
            [one.from_s, one.to_s, one.exchanges, one.capture, one.frame, int(one.answered)]
            for one in lane.bursts
        ],
        "marks": [
            [one.at_s, KINDS.index(one.kind), int(one.sender == "server"), one.capture, one.frame]
            for one in lane.marks
        ],
    }


def _server(report: Report, server: ServerReport) -> Json:
    timeout = server.idle_timeout
    limit = next(
        (
            finding.recommendation.limit_s
            for finding in report.findings
            if finding.recommendation is not None and finding.server == server.endpoint
        ),
        None,
    )
    return {
        "name": visible(server.endpoint),
        "low": timeout and timeout.low_s,
        "high": timeout and timeout.high_s,
        "estimate": timeout and (timeout.likely_setting_s or timeout.estimate_s),
        "consistent": timeout is None or timeout.consistent,
        "limit": limit,
        "ends": {
            end: [_gap(gap) for gap in server.idle_gaps if gap.end == end] for end in GAP_ENDS
        },
    }


def _gap(gap: IdleGap) -> list[object]:
    """[idle, count, connection, capture, frame]."""
    return [gap.idle_s, gap.count, visible(gap.connection), gap.capture, gap.frame]


def _words() -> Json:
    """What the charts say; names in braces are filled in by the script."""
    return {
        "ends": {end: _(text) for end, text in GAP_ENDS.items()},
        "marks": {kind: _(text) for kind, text in MARKS.items()},
        "client": _("client"),
        "server": _("server"),
        "frame": _("frame {frame}"),
        "answer": _("{seconds} s after the last answer"),
        "since": _("{seconds} s since the start"),
        "exchange": _("request, answered"),
        "unanswered": _("request, not answered"),
        "exchanges": _("{n} requests, the last answered"),
        "exchanges_unanswered": _("{n} requests, the last not answered"),
        "idle": _("idle for {seconds}"),
        "like": _("{n} gaps about as long"),
        "wait": _("client in CLOSE_WAIT for {seconds}"),
        "requests": _("requests"),
        "closes": _("closes by the server"),
        "timeout": _("server's timeout {seconds}"),
        "limit": _("client's limit {seconds}"),
        "bin": _("{n} between {from} and {to}"),
        "copied": _("Copied"),
        "light": _("Light colours"),
        "dark": _("Dark colours"),
    }
