"""One command for all tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.timing import page


def test_one_command_prints_tables_and_writes_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "speed.md"
    copy.write_text(page.PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(page, "PAGE", copy)
    words = ["growth", "--growth", "0.002", "--runs", "1", "--page", "--folder", str(tmp_path)]
    assert main([*words, *(w for p in ("tshark", "scapy") for w in ("--without", p))]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"^0\.002 M +\d+\.\d\d s", printed, re.MULTILINE)
    written = copy.read_text(encoding="utf-8")
    assert re.search(r"^\| 0\.002 M \| \d+\.\d\d s \|", written, re.MULTILINE)
    assert "Measured on " in written


def test_an_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["growht"]) == 2
    assert "growht" in capsys.readouterr().err
