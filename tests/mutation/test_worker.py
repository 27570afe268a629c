"""Tests run in a process of their own, and what became of them."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.mutation.trial import ROOT
from tests.mutation.worker import TIMED_OUT, Job, Worker

pytestmark = pytest.mark.skipif(find_spec("mutmut") is None, reason="mutmut is not installed")


@pytest.mark.parametrize("loaded", [[], ["tests/mutation/test_score.py"]])
def test_exit_codes_and_what_was_called(loaded: list[str], tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_a(): pass\ndef test_b(): assert 0\n")
    (tmp_path / "test_long.py").write_text("def test_a():\n    while True: pass\n")
    with Worker(ROOT, *loaded) as worker:
        passed = worker.do(Job([f"{tmp_path}/test_it.py::test_a"]))
        assert passed.code == 0
        assert [name.rpartition("::")[2] for name in passed.tests] == ["test_a"]
        assert worker.do(Job([f"{tmp_path}/test_it.py"], "netdiag.x_none__mutmut_1")).code == 1
        long = Job([f"{tmp_path}/test_long.py"], cpu_s=1)
        assert worker.do(long).code == 0  # what was called is known of those before
        long = Job([f"{tmp_path}/test_long.py"], "netdiag.x_none__mutmut_1", cpu_s=1)
        assert worker.do(long).code == TIMED_OUT
