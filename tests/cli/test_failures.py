"""Every failure is one line and an exit status; no traceback reaches a user."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from netdiag.cli.failures import DEBUG_VARIABLE
from netdiag.errors import CaptureError
from tests.cli import stub

from .conftest import Process, Run

ENDS = [
    (CaptureError("x.pcap: not a capture"), 2, "netdiag: x.pcap: not a capture\n"),
    (CaptureError("bad\nname\x1b[31m: no"), 2, "netdiag: bad\\x0aname\\x1b[31m: no\n"),
    (PermissionError(13, "Permission denied", "x.pcap"), 2, "Permission denied: 'x.pcap'\n"),
    (MemoryError(), 2, "netdiag: out of memory; "),
    (KeyboardInterrupt(), 130, "netdiag: interrupted\n"),
    (BrokenPipeError(), 141, ""),
]


@pytest.mark.parametrize(("error", "status", "said"), ENDS, ids=lambda value: type(value).__name__)
def test_failures(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int, said: str
) -> None:
    monkeypatch.setitem(sys.modules, stub.ANALYSIS, stub.analysis(error))
    result = run("analyze", "x.pcap")
    assert (result.exit_code, result.stdout) == (status, "")
    assert said in result.stderr
    assert result.stderr.count("\n") == (1 if said else 0)


FULL = Path("/dev/full")
BUG = ZeroDivisionError("division\nby zero")


def test_a_bug_is_called_a_bug(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DEBUG_VARIABLE, raising=False)
    monkeypatch.setitem(sys.modules, stub.ANALYSIS, stub.analysis(BUG))
    result = run("analyze", "x.pcap")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "this is a bug in netdiag (ZeroDivisionError: division\\x0aby zero)" in result.stderr
    assert f"{DEBUG_VARIABLE}=1" in result.stderr


@pytest.mark.parametrize("error", [BUG, CaptureError("x\x1b[31m.pcap: not a capture")])
def test_debugging_shows_the_traceback(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setenv(DEBUG_VARIABLE, "1")
    monkeypatch.setitem(sys.modules, stub.ANALYSIS, stub.analysis(error))
    result = run("analyze", "x.pcap")
    assert result.exit_code == 2
    assert "Traceback" in result.stderr
    assert "\x1b" not in result.stderr


def test_an_unknown_command(run: Run) -> None:
    result = run("analyse")
    assert result.exit_code == 2
    assert result.stderr.startswith("netdiag: No such command 'analyse'")
    assert result.stderr.count("\n") == 1


def test_a_capture_in_place_of_a_command(run: Run) -> None:
    result = run(__file__)
    assert result.exit_code == 2
    assert f"use 'netdiag analyze {__file__}'" in result.stderr


def test_a_reader_that_has_gone(process: Process) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = process("analyze", "x.pcap", stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")
def test_a_full_disk(process: Process) -> None:
    with FULL.open("w") as full:
        done = process("analyze", "x.pcap", stdout=full)
    assert done.returncode == 2
    assert done.stderr == "netdiag: cannot write to standard output: No space left on device\n"


def test_exit_statuses_of_a_real_process(process: Process) -> None:
    assert process("analyze", "x.pcap").returncode == 0
    assert process("analyze", "x.pcap", "--fail-on", "error").returncode == 1
    assert process("analyze").returncode == 2
