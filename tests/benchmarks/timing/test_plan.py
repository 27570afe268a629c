"""Captures made, timed and removed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.timing import plan
from benchmarks.timing.plan import Plan

ROOT = Path(__file__).parents[3]


def planned(folder: Path, said: list[str]) -> Plan:
    return Plan(folder, 1500, 1, ["short"], [2000, 3000], [], said.append)


def test_captures_are_made_timed_and_removed(tmp_path: Path) -> None:
    said: list[str] = []
    tables = planned(tmp_path, said).measure(["growth", "shapes"])
    assert list(tables) == ["shapes", "growth"]
    assert [row[0] for row in tables["growth"].rows] == ["0.002 M", "0.003 M"]
    assert [row[0] for row in tables["shapes"].rows] == ["short"]
    assert said[0] == "making 1500 packets of short, pcap"
    assert list(tmp_path.iterdir()) == []


def test_larger_ones_are_of_the_same_shapes(tmp_path: Path) -> None:
    said: list[str] = []
    tables = planned(tmp_path, said).measure(["larger"])
    assert [row[0] for row in tables["larger"].rows] == ["short"]
    assert said[0] == "making 7500 packets of short, pcap"


def test_every_kind_of_file_can_be_read(tmp_path: Path) -> None:
    tables = planned(tmp_path, []).measure(["files"])
    assert tuple(row[0] for row in tables["files"].rows) == plan.FILES


def test_what_times_programs_is_small_itself() -> None:
    """A program's peak of memory can't be told below that of the process that has started it."""
    asks = "import sys, benchmarks.__main__; print('numpy' in sys.modules)"
    run = [sys.executable, "-c", asks]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
