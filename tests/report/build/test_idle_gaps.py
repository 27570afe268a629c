"""Idle gaps: bounded, and the ones that the timeouts were inferred from."""

from __future__ import annotations

from collections import Counter

import pytest

from netdiag.report.build import idle_gaps as module
from netdiag.report.build.idle_gaps import idle_gaps
from netdiag.report.charts import IdleGap
from tests.messages import get, ok
from tests.recorded import Examined, examine
from tests.scripted import Scripted, closed_when_idle, pooled, reused


def only(found: Examined) -> tuple[IdleGap, ...]:
    (gaps,) = idle_gaps(found.subject).values()
    return gaps


def test_what_ended_them(scripted: Scripted) -> None:
    talks = [
        reused(5, 3),
        closed_when_idle(5, client_port=40001, start_s=20),
        pooled(client_port=40002, start_s=40).wait(2).client.fin().server.acks(),
        pooled(client_port=40003, start_s=60).wait(4).asks(get(), ok()),
        pooled(client_port=40004, start_s=62),
    ]
    gaps = only(scripted(*talks))
    seen = {(gap.end, gap.connection): round(gap.idle_s) for gap in gaps}
    assert seen == {
        ("answered", "c4"): 4,
        ("unanswered", "c1"): 8,
        ("server-closed", "c1"): 5,
        ("server-closed", "c2"): 5,
        ("client-closed", "c3"): 2,
        ("open", "c5"): 2,
    }


def test_the_timeout_lies_among_them() -> None:
    report = examine("tomcat-stale-20s").report
    server = report.servers[0]
    assert server.idle_timeout is not None
    kinds = Counter(gap.end for gap in server.idle_gaps)
    assert kinds["server-closed"] == server.idle_timeout.closes
    longest = max(gap.idle_s for gap in server.idle_gaps if gap.end == "answered")
    assert longest == server.idle_timeout.longest_survived_s


def test_many_are_taken_together_and_none_is_lost(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = pooled()
    for pause in range(1, 9):
        talk.wait(pause).asks(get(), ok())
    found = scripted(talk)
    monkeypatch.setattr(module, "MOST_GAPS", 3)
    gaps = [gap for gap in only(found) if gap.end == "answered"]
    assert len(gaps) == 3
    assert sum(gap.count for gap in gaps) == 8
    assert [round(gap.idle_s) for gap in gaps] == [3, 5, 8], "the longest of each"


def test_servers_with_something_to_tell_come_first(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    talks = [pooled(server=f"10.0.1.{i}", start_s=i).wait(2).asks(get(), ok()) for i in range(3)]
    found = scripted(*talks, reused(5, 3))
    monkeypatch.setattr(module, "MOST_SERVERS", 1)
    chosen = idle_gaps(found.subject)
    assert [found.scene.addresses.text(server) for server in chosen] == ["10.0.0.2:80"]


def test_no_gaps_without_packets(scripted: Scripted) -> None:
    assert idle_gaps(scripted().subject) == {}
