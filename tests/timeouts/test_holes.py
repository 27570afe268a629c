"""Idle times across a hole measure no timer."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from netdiag.decode.holes import Holes
from netdiag.timeouts import Reason, without_holes
from tests.damage import overwritten
from tests.recorded import PCAPS, examine, examine_files

NAME = "tomcat-stale-20s"


def around(*times_ns: tuple[int, int]) -> Holes:
    times = np.array(times_ns, np.int64).reshape(-1, 2)
    return Holes(times[:, 0], times[:, 1])


def test_without_holes_nothing_changes() -> None:
    scene = examine(NAME).scene
    tables = scene.traffic, scene.connections, scene.exchanges, scene.endings, scene.reason
    assert without_holes(*tables, around()) == (scene.exchanges, scene.endings, scene.reason)


def test_idle_times_across_a_hole_are_none() -> None:
    scene = examine(NAME).scene
    tables = scene.traffic, scene.connections, scene.exchanges, scene.endings, scene.reason
    everything = around((scene.start_ns, scene.end_ns))
    exchanges, endings, reason = without_holes(*tables, everything)
    assert (exchanges.idle_ns == -1).all()
    assert (scene.exchanges.idle_ns >= 0).any()
    assert not (reason == Reason.IDLE).any()
    assert (scene.reason == Reason.IDLE).any()
    assert (endings.last_word[endings.client_end >= 0] == -1).all()


def test_a_hole_elsewhere_takes_nothing_away() -> None:
    scene = examine(NAME).scene
    tables = scene.traffic, scene.connections, scene.exchanges, scene.endings, scene.reason
    exchanges, _, reason = without_holes(*tables, around((scene.end_ns, scene.end_ns + 9)))
    assert (exchanges.idle_ns == scene.exchanges.idle_ns).all()
    assert (reason == scene.reason).all()


def test_fewer_closes_measure_the_timeout_of_a_damaged_capture(tmp_path: Path) -> None:
    path = tmp_path / "damaged.pcap"
    path.write_bytes(overwritten(PCAPS / f"{NAME}.pcap", (81, 85)))
    (whole,), (damaged,) = (
        report.servers for report in (examine(NAME).report, examine_files([path]).report)
    )
    assert whole.idle_timeout is not None and damaged.idle_timeout is not None
    assert 0 < damaged.idle_timeout.closes < whole.idle_timeout.closes
    assert damaged.idle_timeout.likely_setting_s == whole.idle_timeout.likely_setting_s
