"""Runs are counted as libFuzzer reports them."""

from __future__ import annotations

from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.fuzz.campaign import LEG_S, counted, plant, run
from tests.fuzz.targets import TARGETS, Target, target_named

LOG = """
#2\tINITED cov: 60 ft: 61 corp: 1/1b exec/s: 0 rss: 44Mb
#512\tNEW    cov: 98 ft: 275 corp: 35/16116b lim: 1024 exec/s: 620 rss: 75Mb
stat::number_of_executed_units: 17373
"""


def test_executions_and_coverage_are_the_last_ones() -> None:
    assert counted(LOG) == (17373, 98)


def test_a_run_that_was_ended_counts_as_far_as_it_told() -> None:
    assert counted(LOG.rsplit("stat", 1)[0]) == (512, 98)
    assert counted("") == (0, 0)


def test_seeds_are_written_once(tmp_path: Path) -> None:
    target = Target("x", lambda data: None, lambda: [b"abcdef", b"abcxyz", b"q"], 3)
    plant(target, tmp_path / "corpus")
    assert sorted(path.read_bytes() for path in (tmp_path / "corpus").iterdir()) == [b"abc", b"q"]
    plant(target._replace(seeds=lambda: [b"new"]), tmp_path / "corpus")
    assert len(list((tmp_path / "corpus").iterdir())) == 2


class Children:
    """Stands in for processes: each takes as long as it is told to, and says `LOG`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s, self.folders, self.seconds = 0.0, list[Path](), list[int]()
        monkeypatch.setattr("tests.fuzz.campaign.subprocess.run", self)
        monkeypatch.setattr("tests.fuzz.campaign.monotonic", lambda: self.now_s)

    def __call__(self, command: list[str], env: dict[str, str], **_: Any) -> CompletedProcess[str]:
        (seconds,) = (int(a[16:]) for a in command if a.startswith("-max_total_time="))
        self.seconds.append(seconds)
        self.now_s += seconds
        self.folders.append(Path(env["TMPDIR"]))
        (self.folders[-1] / "left").touch()
        return CompletedProcess(command, 0, "", LOG)


def test_what_a_child_leaves_behind_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    children = Children(monkeypatch)
    tally = run(Target("x", lambda data: None, lambda: [b"a"], 3), 1, tmp_path)
    assert (tally.executions, tally.coverage, tally.found) == (17373, 98, None)
    assert children.seconds == [1]
    assert not children.folders[0].exists()


def test_a_long_run_takes_several_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    children = Children(monkeypatch)
    tally = run(Target("x", lambda data: None, lambda: [b"a"], 3), 2 * LEG_S + 7, tmp_path)
    assert children.seconds == [LEG_S, LEG_S, 7]
    assert (tally.executions, tally.coverage) == (3 * 17373, 98)


def test_every_target_is_complete() -> None:
    for name in TARGETS:
        target = target_named(name)
        assert target.check.__doc__
        assert 0 < target.most_bytes <= 4096
