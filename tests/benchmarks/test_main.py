"""One command for all tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.timing import page
from benchmarks.timing.plan import Plan
from benchmarks.timing.programs import PEERS
from benchmarks.timing.tables import Table

WITHOUT = [word for peer in PEERS for word in ("--without", peer.name)]


def test_one_command_makes_measures_and_prints(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["growth", "--growth", "0.002", "--runs", "1", "--folder", str(tmp_path)]
    assert main([*words, *WITHOUT]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"^0\.002 M +\d+\.\d\d s", printed, re.MULTILINE)
    assert "Captures of 1,000,000 packets, cut at 128 bytes; 1 pairs" in printed


def test_it_writes_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("shapes", "programs", "larger", "growth", "files")
    tables = {name: Table(("head",), [(f"{name} measured",)]) for name in names}
    monkeypatch.setattr(Plan, "measure", lambda plan, parts: tables)
    copy = tmp_path / "speed.md"
    copy.write_text(page.PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(page, "PAGE", copy)
    assert main(["--page", *WITHOUT]) == 0
    written = copy.read_text(encoding="utf-8")
    assert all(f"\n| {name} measured |\n" in written for name in names)
    assert re.search(r"^- Measured on \d{4}-\d\d-\d\d with netdiag ", written, re.MULTILINE)


@pytest.mark.parametrize("words", [["growth"], ["--shapes", "tls"]])
def test_the_page_takes_only_what_was_measured_together(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--page"]) == 2
    assert "all parts and shapes" in capsys.readouterr().err


def test_an_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["growht"]) == 2
    assert "growht" in capsys.readouterr().err
