"""The JSON island: harmless wherever it stands, and short."""

from __future__ import annotations

import json
from typing import Any

from msgspec.structs import replace

from netdiag.report.charts import Activity, Burst, Failures, IdleGap, Lane, Mark, Span
from netdiag.report.formats.html_format.island import (
    MOST_LANES,
    MOST_SERVERS,
    drawn_servers,
    island,
)
from netdiag.report.model import Report
from tests.recorded import examine
from tests.report.example import EXAMPLE
from tests.report.hostile import poison

NASTY = "</script><script>alert(1)</script><!--\u2028 &amp; {{7*7}}"


def read(report: Report) -> Any:
    return json.loads(island(report))


def test_nothing_ends_the_element_or_begins_a_comment() -> None:
    text = island(poison(examine("tomcat-stale-20s").report, NASTY))
    assert text.isascii()
    assert not set("<>&\n") & set(text)
    assert "alert(1)" in text, "it is there, as text"


def test_what_a_chart_needs() -> None:
    made = read(examine("tomcat-stale-20s").report)
    assert made["activity"]["start"] == "2026-11-21T23:27:22.614732Z"
    lane = made["lanes"][0]
    assert (lane["id"], lane["client"], lane["stream"]) == ("c1", "127.0.0.1:46874", 0)
    assert lane["marks"][1][1:] == [made["kinds"].index("fin"), 1, 0, 88]
    (server,) = made["gaps"]
    assert (server["estimate"], server["limit"]) == (20.0, 15.0)
    assert len(server["ends"]["server-closed"]) == 9


def test_without_packets_there_is_nothing_to_draw() -> None:
    made = read(replace(EXAMPLE, activity=None, lanes=()))
    assert (made["activity"], made["lanes"], made["gaps"]) == (None, [], [])


def test_servers_of_findings_are_drawn_before_others() -> None:
    gap = IdleGap(end="answered", idle_s=1.0, count=1, connection="c1", capture=0, frame=1)
    server = replace(EXAMPLE.servers[0], idle_gaps=(gap,))
    others = [replace(server, endpoint=f"10.0.0.{i}:80") for i in range(9)]
    drawn = drawn_servers(replace(EXAMPLE, servers=(*others, server)))
    assert drawn[0].endpoint == server.endpoint
    assert len(drawn) == MOST_SERVERS


def test_the_island_of_a_report_as_large_as_reports_get_is_bounded() -> None:
    assert len(island(largest())) < 300_000


def largest() -> Report:
    """A report whose every bounded list is as long as it may be."""
    burst = Burst(
        from_s=12345.123456,
        to_s=12345.654321,
        exchanges=100,
        capture=0,
        frame=123456,
        answered=True,
    )
    mark = Mark(at_s=12345.123456, kind="retransmission", sender="client", capture=0, frame=123456)
    lane = Lane(
        connection="c123456",
        finding=0,
        from_s=0.0,
        to_s=12345.654321,
        idle_from_s=12325.654321,
        bursts=(burst,) * 24,
        close_wait=Span(1.0, 2.0),
        marks=(mark,) * 14,
    )
    gap = {
        "idle_s": 123.456789,
        "count": 12,
        "connection": "c123456",
        "capture": 0,
        "frame": 123456,
    }
    gaps = tuple(
        IdleGap(end=end, **gap)  # type: ignore[arg-type]
        for end in ("answered", "unanswered", "server-closed", "client-closed", "open")
        for _ in range(150)
    )
    server = replace(EXAMPLE.servers[0], idle_gaps=gaps)
    findings = tuple(
        replace(EXAMPLE.findings[0], occurrences=EXAMPLE.findings[0].occurrences * 700)
        for _ in range(20)
    )
    counts = tuple(range(1000, 1120))
    return replace(
        EXAMPLE,
        findings=findings,
        servers=(server,) * 24,
        lanes=(lane,) * (MOST_LANES + 80),
        activity=Activity(
            start="2026-11-21T23:27:22.614732Z",
            duration_s=12345.654321,
            bin_s=200.0,
            requests=counts,
            server_closes=counts,
            failures=tuple(Failures(index, counts) for index in range(20)),
        ),
    )
