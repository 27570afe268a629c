"""What the inference of a timeout rests on."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np

from netdiag.evidence.gathering import Gathering
from netdiag.evidence.measures import add_measures
from netdiag.evidence.notes import Part
from netdiag.timeouts import Reason
from tests.recorded import examine


def test_all_idle_closes_of_the_server() -> None:
    examined = examine("tomcat-stale-20s")
    gathering = Gathering(examined.subject)
    add_measures(gathering, examined.cases("stale-keep-alive")[:1])
    wanted = gathering.finish()
    measured = {
        row: notes[0]
        for row, notes in zip(wanted.rows.tolist(), wanted.notes, strict=True)
        if notes[0].part is Part.MEASURED
    }
    idle = examined.scene.reason == Reason.IDLE
    assert sorted(measured) == sorted(examined.scene.endings.close[idle].tolist())
    assert all(19e9 < note.time_ns < 22e9 for note in measured.values())


def test_the_reuse_that_outlived_all_others() -> None:
    examined = examine("tomcat-stale-20s")
    gathering = Gathering(examined.subject)
    add_measures(gathering, examined.cases("stale-keep-alive"))
    survived = [n for notes in gathering.finish().notes for n in notes if n.part is Part.SURVIVED]
    assert {round(note.time_ns / 1e9, 2) for note in survived} == {18.02}


def test_of_many_closes_the_extremes_are_kept() -> None:
    examined = examine("tomcat-stale-20s")
    gathering = Gathering(examined.subject)
    with patch("netdiag.evidence.measures.MOST_FELLOWS", 4):
        add_measures(gathering, examined.cases("stale-keep-alive")[:1])
    times = [n.time_ns for ns in gathering.finish().notes for n in ns if n.part is Part.MEASURED]
    idle_ns = examined.scene.endings.idle_ns[examined.scene.reason == Reason.IDLE]
    assert len(times) <= 4 < len(idle_ns)
    assert {int(idle_ns.min()), int(idle_ns.max())} <= set(times)


def test_a_request_limit_shows_on_several_connections() -> None:
    examined = examine("nginx-max-requests")
    case = examined.cases("max-requests")[0]
    gathering = Gathering(examined.subject)
    add_measures(gathering, [case])
    touched = np.unique(examined.scene.traffic.groups.of_row[gathering.rows()])
    limited = np.flatnonzero(examined.scene.reason == Reason.REQUEST_LIMIT)
    assert set(limited.tolist()) <= set(touched.tolist())
