"""Idle times across a hole measure no timer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from netdiag.decode.aside import Times
from netdiag.decode.bygones import Bygones, How
from netdiag.decode.holes import Holes
from netdiag.exchanges.settled import Chunk
from netdiag.timeouts import Reason, Remembered, remembered_without_holes, without_holes
from tests.connections.gone import gone, pooled
from tests.damage import overwritten
from tests.recorded import PCAPS, examine, examine_files

NAME = "tomcat-stale-20s"
S = 10**9


def around(*times_ns: tuple[int, int]) -> Holes:
    times = np.array(times_ns, np.int64).reshape(-1, 2)
    return Holes(times[:, 0], times[:, 1])


def test_without_holes_nothing_changes() -> None:
    scene = examine(NAME).scene
    tables = scene.traffic, scene.exchanges, scene.endings, scene.reason
    assert without_holes(*tables, around()) == (scene.exchanges, scene.endings, scene.reason)


def test_idle_times_across_a_hole_are_none() -> None:
    scene = examine(NAME).scene
    tables = scene.traffic, scene.exchanges, scene.endings, scene.reason
    everything = around((scene.start_ns, scene.end_ns))
    exchanges, endings, reason = without_holes(*tables, everything)
    assert (exchanges.idle_ns == -1).all()
    assert (scene.exchanges.idle_ns >= 0).any()
    assert (scene.reason == Reason.IDLE).any()
    assert (reason[scene.reason == Reason.IDLE] == Reason.NOT_CLOSED).all()
    assert (endings.last_word[endings.client_end >= 0] == -1).all()


def test_a_hole_elsewhere_takes_nothing_away() -> None:
    scene = examine(NAME).scene
    tables = scene.traffic, scene.exchanges, scene.endings, scene.reason
    elsewhere = around((scene.end_ns, scene.end_ns + 9))
    exchanges, endings, reason = without_holes(*tables, elsewhere)
    assert (exchanges.idle_ns == scene.exchanges.idle_ns).all()
    assert (endings.last_word == scene.endings.last_word).all()
    assert (reason == scene.reason).all()


def chunk(*runs: tuple[int, list[int]]) -> Chunk:
    """Runs of exchanges a second apart, by connection, with the seconds that each had been idle."""
    idle_s = np.array([each for _, run in runs for each in run])
    asked_s = np.concatenate([100 + np.cumsum(run) for _, run in runs])
    return Chunk(
        connection=np.array([connection for connection, _ in runs], np.int32),
        count=np.array([len(run) for _, run in runs], np.uint32),
        asked=Times.of(asked_s * S),
        idle=Times.of(idle_s * S),
        frame=np.arange(len(idle_s), dtype=np.uint32),
        capture=0,
    )


def test_of_exchanges_without_rows_idle_times_across_a_hole_are_none() -> None:
    scene = examine(NAME).scene
    count = len(scene.connections)
    of_rows, of_none = chunk((0, [5, 30, 2]), (2, [50])), chunk((count, [9, 41]))
    bygones = Bygones.concatenate([pooled(gone(), 3), gone(2000, 41_000)])
    remembered = Remembered(bygones, (of_rows, of_none))
    holes = around((S * 120, S * 121))
    found, endings = remembered_without_holes(remembered, scene.endings, holes)
    expected = np.full(count, -1)
    expected[0] = 5 * S
    assert endings.settled_idle_ns.tolist() == expected.tolist()
    assert found.bygones.longest_idle_ns.tolist() == [9 * S, -1]
    first, second = found.chunks
    assert (first.connection.tolist(), first.count.tolist()) == ([0], [2])
    assert first.idle.values_ns().tolist() == [5 * S, 2 * S]
    assert first.frame.tolist() == [0, 2]
    assert second.asked.values_ns().tolist() == [109 * S]
    unchanged = remembered_without_holes(remembered, scene.endings, around())
    assert unchanged == (remembered, scene.endings)
    nothing, _ = remembered_without_holes(remembered, scene.endings, around((0, 300 * S)))
    assert nothing.chunks == ()


@pytest.mark.parametrize(("hole_s", "idle"), [((0, 2), True), ((5, 6), False), ((11, 12), True)])
def test_an_idle_end_of_a_connection_without_rows_measures_nothing_across_a_hole(
    hole_s: tuple[int, int], idle: bool
) -> None:
    closed = replace(
        gone(),
        how=np.array([How.BY_SERVER | How.IDLE], np.uint8),
        begun_ns=np.array([S]),
        closed_ns=np.array([10 * S]),
        idle_ns=np.array([7 * S]),
    )
    remembered = Remembered(closed)
    holes = around((hole_s[0] * S, hole_s[1] * S))
    found, _ = remembered_without_holes(remembered, examine(NAME).scene.endings, holes)
    assert found.bygones.timed_out.tolist() == [idle]
    assert found.bygones.are(How.BY_SERVER).all()


def test_a_last_word_stays_where_no_close_of_the_client_follows() -> None:
    scene = examine(NAME).scene
    endings = replace(scene.endings, client_end=np.full(len(scene.connections), -1))
    assert (endings.last_word >= 0).any()
    _, after, _ = without_holes(
        scene.traffic,
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
