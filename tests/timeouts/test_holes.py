"""Idle times across a hole measure no timer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from msgspec.structs import replace

from netdiag.decode.holes import Holes
from netdiag.timeouts import Reason, bygones_without_holes, without_holes
from tests.connections.gone import gone
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
    assert (scene.reason == Reason.IDLE).any()
    assert (reason[scene.reason == Reason.IDLE] == Reason.NOT_CLOSED).all()
    assert (endings.last_word[endings.client_end >= 0] == -1).all()


def test_a_hole_elsewhere_takes_nothing_away() -> None:
    scene = examine(NAME).scene
    tables = scene.traffic, scene.connections, scene.exchanges, scene.endings, scene.reason
    elsewhere = around((scene.end_ns, scene.end_ns + 9))
    exchanges, endings, reason = without_holes(*tables, elsewhere)
    assert (exchanges.idle_ns == scene.exchanges.idle_ns).all()
    assert (endings.last_word == scene.endings.last_word).all()
    assert (reason == scene.reason).all()


def test_settled_idle_times_last_only_where_no_hole_touches_the_connection() -> None:
    scene = examine(NAME).scene
    settled = np.arange(len(scene.connections)) + 7
    endings = replace(scene.endings, settled_idle_ns=settled)
    begin_ns, end_ns = scene.connections.spans(scene.traffic)
    hole_ns = int(np.median(begin_ns)) - 1
    whole = (begin_ns > hole_ns) | (end_ns <= hole_ns)
    assert 0 < whole.sum() < len(whole)
    _, endings, _ = without_holes(
        scene.traffic,
        scene.connections,
        scene.exchanges,
        endings,
        scene.reason,
        around((hole_ns, hole_ns + 1)),
    )
    assert endings.settled_idle_ns.tolist() == np.where(whole, settled, -1).tolist()


def test_a_last_word_stays_where_no_close_of_the_client_follows() -> None:
    scene = examine(NAME).scene
    endings = replace(scene.endings, client_end=np.full(len(scene.connections), -1))
    assert (endings.last_word >= 0).any()
    _, after, _ = without_holes(
        scene.traffic,
        scene.connections,
        scene.exchanges,
        endings,
        scene.reason,
        around((scene.start_ns, scene.end_ns)),
    )
    assert (after.last_word == endings.last_word).all()


def test_fewer_closes_measure_the_timeout_of_a_damaged_capture(tmp_path: Path) -> None:
    path = tmp_path / "damaged.pcap"
    path.write_bytes(overwritten(PCAPS / f"{NAME}.pcap", (81, 85)))
    (whole,), (damaged,) = (
        report.servers for report in (examine(NAME).report, examine_files([path]).report)
    )
    assert whole.idle_timeout is not None and damaged.idle_timeout is not None
    assert 0 < damaged.idle_timeout.closes < whole.idle_timeout.closes
    assert damaged.idle_timeout.likely_setting_s == whole.idle_timeout.likely_setting_s


def test_no_idle_time_of_a_connection_without_rows_counts_across_a_hole() -> None:
    one = replace(gone(), longest_idle_ns=np.array([700]))
    begun_ns, ended_ns = int(one.begun_ns[0]), int(one.ended_ns[0])
    inside, behind = (begun_ns + 1, begun_ns + 2), (ended_ns + 1, ended_ns + 2)
    assert bygones_without_holes(one, around()).longest_idle_ns.tolist() == [700]
    assert bygones_without_holes(one, around(inside)).longest_idle_ns.tolist() == [-1]
    assert bygones_without_holes(one, around(behind)).longest_idle_ns.tolist() == [700]
