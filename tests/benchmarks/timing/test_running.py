"""Time and memory of real processes."""

from __future__ import annotations

import sys

import pytest

from benchmarks.timing.running import RunError, peak_mebibytes, wall_seconds

LARGE_MIB = 150
HOLD = f"import time; held = bytearray(b'x') * ({LARGE_MIB} << 20); time.sleep(0.2)"
CHILD = f"held = bytearray(b'x') * ({LARGE_MIB} << 20); print(flush=True); input()"
TWO_CHILDREN = f"""
import subprocess, sys, time
pipes = {{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}}
children = [subprocess.Popen([sys.executable, "-c", {CHILD!r}], **pipes) for _ in range(2)]
[child.stdout.readline() for child in children]
time.sleep(0.5)
[child.communicate("go on\\n") for child in children]
"""


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_time_is_that_of_the_whole_run() -> None:
    assert 0.3 < wall_seconds(python("import time; time.sleep(0.3)")) < 200  # no milliseconds


def test_memory_is_that_of_the_program() -> None:
    assert LARGE_MIB < peak_mebibytes(python(HOLD)) < LARGE_MIB + 50


def test_memory_is_that_of_all_its_processes_together() -> None:
    assert 2 * LARGE_MIB < peak_mebibytes(python(TWO_CHILDREN)) < 2 * LARGE_MIB + 100


def test_a_program_that_fails_is_named_with_what_it_said() -> None:
    with pytest.raises(RunError, match=r"python\S* failed with exit status 3. no such thing"):
        wall_seconds(python("import sys; print('no such thing', file=sys.stderr); sys.exit(3)"))
    with pytest.raises(RunError, match="failed with exit status 3"):
        peak_mebibytes(python("import sys; sys.exit(3)"))
