"""The command counts, and its exit status says whether anything was found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import tests.fuzz.__main__ as command
from tests.fuzz.campaign import HANG_S, Tally
from tests.fuzz.targets import Target


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> dict[str, Path | None]:
    """What each target finds; nothing is run, and atheris isn't needed."""
    finds: dict[str, Path | None] = {}

    def run(target: Target, seconds: int, folder: Path, *how: Any) -> Tally:
        assert (seconds, how) == (7, (None, 0, HANG_S))
        return Tally(target.name, 1000, 20, finds.get(target.name), "what it wrote")

    monkeypatch.setattr(command.campaign, "run", run)
    monkeypatch.setattr(command, "find_spec", lambda name: name)
    return finds


def said(tmp_path: Path, *targets: str) -> int:
    return command.main([*targets, "--seconds", "7", "--jobs", "2", "--folder", str(tmp_path)])


def test_executions_are_added_up(
    runs: dict[str, Path | None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(tmp_path, "pcap", "heads") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[1:3]] == [["pcap", "1,000"], ["heads", "1,000"]]
    assert lines[-1].split() == ["in", "all", "2,000"]
    kept = [line.split("\t")[1:] for line in (tmp_path / "runs.tsv").read_text().splitlines()]
    assert kept == [["pcap", "1000", "20"], ["heads", "1000", "20"]]


def test_a_finding_is_an_error(
    runs: dict[str, Path | None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs["heads"] = tmp_path / "crash-1"
    assert said(tmp_path, "pcap", "heads") == 1
    captured = capsys.readouterr()
    assert "crash-1" in captured.out
    assert "what it wrote" in captured.err


def test_without_atheris_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    assert command.main([]) == 2
    assert "pip install" in capsys.readouterr().err
