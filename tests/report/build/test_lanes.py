"""Lanes: what went on on a finding's connections."""

from __future__ import annotations

import pytest

from netdiag.report.build import lanes as module
from netdiag.report.build.lanes import lanes
from netdiag.report.charts import Lane
from tests.messages import get
from tests.recorded import Examined
from tests.scripted import Scripted, pooled, reused


def of(found: Examined) -> tuple[Lane, ...]:
    return lanes(found.subject, found.findings)


def test_a_stale_connection(scripted: Scripted) -> None:
    (lane,) = of(scripted(reused(5, 3)))
    assert (lane.connection, lane.finding, lane.from_s) == ("c1", 0, 0.0)
    assert round(lane.to_s) == 8
    assert lane.idle_from_s == lane.bursts[0].to_s
    assert [(mark.kind, mark.sender) for mark in lane.marks] == [
        ("syn", "client"),
        ("fin", "server"),
        ("request", "client"),
        ("rst", "server"),
    ]
    assert [(burst.exchanges, burst.answered) for burst in lane.bursts] == [(1, True), (1, False)]
    assert lane.close_wait is not None
    assert (round(lane.close_wait.from_s), round(lane.close_wait.to_s)) == (5, 8)


def test_retransmissions_of_an_unanswered_request(scripted: Scripted) -> None:
    talk = pooled().wait(300).client.says(get("/x"), late=True)
    for _ in range(20):
        talk.wait(1).client.repeats(late=True)
    (lane,) = of(scripted(talk))
    again = [mark for mark in lane.marks if mark.kind == "retransmission"]
    assert len(again) == module.MOST_RETRANSMISSIONS
    assert lane.close_wait is None
    assert lane.idle_from_s == lane.bursts[0].to_s
    assert round(lane.to_s) == 320, "nobody ended it"


def test_lanes_are_bounded_and_every_finding_has_its_share(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_LANES", 4)
    stale = [reused(5, 3, client_port=40001 + i, start_s=9.0 * i) for i in range(9)]
    silent = pooled(server="10.0.0.9", client="10.0.0.5").wait(300)
    silent.client.says(get("/x"), late=True)
    for _ in range(4):
        silent.wait(1).client.repeats(late=True)
    found = scripted(*stale, silent)
    assert len(found.findings) == 2
    assert sorted(lane.finding for lane in of(found)) in ([0, 0, 0, 1], [0, 1, 1, 1])
