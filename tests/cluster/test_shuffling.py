"""Captures that follow on each other, shuffled by real workers, of which one dies."""

from __future__ import annotations

import os
import signal
import threading
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from netdiag.cluster import shuffling
from netdiag.cluster.places import locate
from netdiag.cluster.shuffling import Shuffling, tasks_for
from netdiag.decode import Marker
from netdiag.decode.aside import keep_all
from netdiag.decode.join import Join, Load
from netdiag.decode.load import load
from netdiag.decode.reduced import Reduced
from netdiag.decode.tally import Tally
from netdiag.errors import CaptureError
from netdiag.exchanges import across, mark_payloads, setting_aside
from tests.decode.markers import mark_slowly
from tests.decode.test_load import write
from tests.decode.test_several import rotated

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shuffles however few rows there are, in several portions."""
    monkeypatch.setattr(shuffling, "ENOUGH_ROWS", 0)
    monkeypatch.setattr(shuffling, "TO_STAY", 0)
    monkeypatch.setattr(shuffling, "ROWS", 500)


def _keep(rows: int) -> None:
    across.ENOUGH = rows


def reduced(client: Any, paths: list[Path], marker: Marker = mark_payloads) -> list[Reduced]:
    places = locate(client, [str(path) for path in paths])
    make_setter = partial(setting_aside, one_of_several=True)
    return Shuffling(client, places, marker, 2000, Tally(None), make_setter).run()


def joined(captures: list[Reduced]) -> Load:
    join = Join()
    for each in captures:
        join.add(each)
    return join.finish()


@pytest.mark.usefixtures("eager")
def test_a_worker_that_is_killed_midway_changes_nothing(client: Any, tmp_path: Path) -> None:
    paths = rotated(tmp_path, 2, 6)
    undisturbed = joined(reduced(client, paths))
    victim = next(iter(client.run(os.getpid).values()))
    killed = threading.Timer(1.5, os.kill, (victim, signal.SIGKILL))
    killed.start()
    made = joined(reduced(client, paths, mark_slowly))
    killed.join()
    with pytest.raises(ProcessLookupError):
        os.kill(victim, 0)
    assert made.captures == undisturbed.captures
    assert made.segments.frame.tolist() == undisturbed.segments.frame.tolist()
    assert made.aside.folds.packets.sum() == undisturbed.aside.folds.packets.sum()


@pytest.mark.usefixtures("eager")
def test_fewer_rows_come_and_all_packets_are_counted(
    client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = rotated(tmp_path, 3, 8)
    client.run(_keep, 10)
    made = joined(reduced(client, paths))
    client.run(_keep, across.ENOUGH)
    monkeypatch.setattr(shuffling, "WORTH", 2)
    whole = joined(reduced(client, paths))
    everything = load([str(path) for path in paths], mark_payloads)
    assert len(made.segments) < 0.9 * len(whole.segments)
    assert len(whole.segments) < len(everything.segments)
    for each in (made, whole):
        assert each.captures == everything.captures
        assert len(each.segments) + each.aside.folds.packets.sum() == len(everything.segments)


@pytest.mark.usefixtures("eager")
def test_where_it_is_not_worth_it_all_rows_come(
    client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shuffling, "WORTH", 2)
    paths = rotated(tmp_path, 5, 3)
    places = locate(client, [str(path) for path in paths])
    made = joined(Shuffling(client, places, mark_payloads, 2000, Tally(None), keep_all).run())
    everything = load([str(path) for path in paths], mark_payloads)
    assert made.segments.frame.tolist() == everything.segments.frame.tolist()
    assert len(made.samples) == len(everything.samples)


@pytest.mark.usefixtures("eager")
def test_captures_of_the_same_time_are_not_shuffled(client: Any, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    paths = rotated(tmp_path, 1, 2) + rotated(tmp_path / "more", 1, 3)[:1]
    heads = reduced(client, paths)
    assert [len(head.segments) for head in heads] == [0, 0, 0]
    assert all(head.tcp_packets > 0 for head in heads)


def test_what_is_no_capture_is_named(client: Any, tmp_path: Path) -> None:
    paths = [*rotated(tmp_path, 1, 2), Path(write(tmp_path / "text", b"no capture at all"))]
    with pytest.raises(CaptureError, match="text"):
        reduced(client, paths)


def test_as_many_tasks_as_a_scheduler_can_bear() -> None:
    assert tasks_for(999_999, 3) == 1
    assert tasks_for(20_000_000, 20) == 21
    assert tasks_for(460_000_000, 7_813) == 51
    assert tasks_for(2_000_000_000, 1_000_000) == 1
