"""`netdiag extract`, as a program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from netdiag.analysis import analyze
from tests.cli.conftest import environment
from tests.recorded import recorded

STALE = recorded("tomcat-stale-20s").path


def netdiag(*arguments: object, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "netdiag", "extract", *map(str, arguments)]
    return subprocess.run(command, input=given, capture_output=True, check=False, env=environment())


def test_the_evidence_of_the_verdict(tmp_path: Path) -> None:
    target = tmp_path / "evidence.pcapng"
    run = netdiag(STALE, "-o", target)
    assert (run.returncode, run.stdout) == (0, b"")
    assert run.stderr == (
        b"netdiag: 100 of 118 packets written; they alone lead to the same finding\n"
    )
    assert analyze([target]).verdict == analyze([STALE]).verdict
    assert [path.name for path in tmp_path.iterdir()] == ["evidence.pcapng"]


def test_from_a_pipe_to_a_pipe(tmp_path: Path) -> None:
    run = netdiag("-", "-o", "-", given=STALE.read_bytes())
    assert run.returncode == 0
    assert b"from standard input: 118 packets" in run.stdout
    (tmp_path / "evidence").write_bytes(run.stdout)
    assert analyze([tmp_path / "evidence"]).verdict.cause == "stale-keep-alive"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--occurrence", "9"], "has 6 occurrences: 1 to 6"),
        (["--occurrence", "0"], "--occurrence"),
        (["--connection", "c77"], "9 connections from c1 to c9"),
        (["--occurrence", "1", "--all-findings"], "choose one of"),
        (["--server", "10.9.9.9"], "nothing to extract: no finding in no connection at all"),
    ],
)
def test_what_there_is_not(arguments: list[str], expected: str, tmp_path: Path) -> None:
    target = tmp_path / "evidence.pcapng"
    run = netdiag(STALE, "-o", target, *arguments)
    assert run.returncode == 2
    assert run.stderr.count(b"\n") == 1
    assert expected in run.stderr.decode()
    assert not list(tmp_path.iterdir())


def test_a_target_is_needed() -> None:
    run = netdiag(STALE)
    assert run.returncode == 2
    assert b"--output" in run.stderr


def test_no_capture_is_overwritten(tmp_path: Path) -> None:
    capture = tmp_path / "stale.pcap"
    capture.write_bytes(STALE.read_bytes())
    run = netdiag(capture, "-o", capture)
    assert run.returncode == 2
    assert capture.read_bytes() == STALE.read_bytes()


def test_no_capture(tmp_path: Path) -> None:
    run = netdiag(tmp_path / "missing.pcap", "-o", tmp_path / "evidence.pcapng")
    assert run.returncode == 2
    assert b"missing.pcap: no such file or directory" in run.stderr
