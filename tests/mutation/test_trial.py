"""A room's settings, and the choice among its mutants."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from tests.mutation.trial import ROOT, choose, configured, prepare, results


def test_a_rooms_settings() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    mutmut = tomllib.loads(configured(project, "timeouts"))["tool"]["mutmut"]
    assert mutmut["only_mutate"] == ["netdiag/timeouts/*"]
    assert mutmut["source_paths"] == ["netdiag"]


def test_choices_repeat_and_leave_out_what_was_tried(tmp_path: Path) -> None:
    codes = {f"netdiag.timeouts.holes.x_a__mutmut_{i}": None if i > 10 else 1 for i in range(60)}
    room = tmp_path / "mutants" / "netdiag" / "timeouts"
    room.mkdir(parents=True)
    (room / "holes.py.meta").write_text(json.dumps({"exit_code_by_key": codes}))
    assert results(tmp_path) == codes
    chosen = choose(tmp_path, "timeouts.", 20, seed=1)
    assert chosen == choose(tmp_path, "timeouts.holes", 20, seed=1)
    assert chosen != choose(tmp_path, "timeouts.", 20, seed=2)
    assert len(set(chosen)) == 20 and all(codes[name] is None for name in chosen)
    assert choose(tmp_path, "timeouts.groups", 20, seed=1) == []


def test_no_such_room(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="expected a room of netdiag, found 'attic'"):
        prepare(tmp_path, "attic")
