"""The program as a user runs it: real processes, real captures, the whole line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .conftest import ROOT, environment

PCAPS = ROOT / "fixtures" / "pcaps"
STALE = str(PCAPS / "nginx-stale.pcap")
QUIET = str(PCAPS / "client-closes-first.pcap")
RISKY = str(PCAPS / "mariadb-idle-reset.pcap")


def netdiag(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "netdiag", *arguments],
        env=environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        encoding="utf-8",
        check=False,
        **more,
    )


@pytest.mark.parametrize(
    ("capture", "fail_on", "status"),
    [
        (STALE, "never", 0),
        (STALE, "error", 1),
        (STALE, "warning", 1),
        (RISKY, "never", 0),
        (RISKY, "error", 0),
        (RISKY, "warning", 1),
        (QUIET, "warning", 0),
    ],
)
def test_exit_status(capture: str, fail_on: str, status: int) -> None:
    done = netdiag("analyze", capture, "--fail-on", fail_on)
    assert (done.returncode, done.stderr) == (status, "")
    assert "netdiag" in done.stdout


def test_the_verdict_comes_first() -> None:
    assert netdiag("analyze", STALE).stdout.startswith("stale-keep-alive  error, high confidence\n")
    assert netdiag("analyze", QUIET).stdout.startswith("NOTHING FOUND  high confidence\n")


def test_no_line_is_wider_than_a_terminal() -> None:
    lines = netdiag("analyze", STALE).stdout.splitlines()
    assert max(len(line) for line in lines if not _is_snippet(line)) <= 80
    assert any(map(_is_snippet, lines))


def _is_snippet(line: str) -> bool:
    """Whether a line is code, which is never folded: it stands six columns in."""
    return line.startswith(" " * 6) and re.search(r"[;{})]$|//", line) is not None


def test_json_is_json() -> None:
    written = netdiag("analyze", STALE, "--format", "json").stdout
    tool = subprocess.run(
        [sys.executable, "-m", "json.tool"],
        input=written,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert json.loads(tool.stdout)["verdict"]["cause"] == "stale-keep-alive"


def test_standard_input() -> None:
    with Path(STALE).open("rb") as capture:
        done = netdiag("analyze", "-", "--format", "json", stdin=capture)
    assert done.returncode == 0, done.stderr
    piped, named = (
        json.loads(done.stdout),
        json.loads(netdiag("analyze", STALE, "--format", "json").stdout),
    )
    assert piped["captures"][0].pop("path") != named["captures"][0].pop("path")
    assert piped == named


def test_several_files() -> None:
    files = [str(PCAPS / f"rotated-{number}.pcap") for number in (2, 1)]
    report = json.loads(netdiag("analyze", *files, "--format", "json").stdout)
    assert report["verdict"]["cause"] == "stale-keep-alive"
    assert len(report["captures"]) == 2


def test_a_report_in_a_file(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    done = netdiag("analyze", STALE, "--format", "json", "-o", str(target))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert json.loads(target.read_text(encoding="utf-8"))["schema"] == "netdiag/report/v1"


def test_selection() -> None:
    done = netdiag("analyze", STALE, "--port", "1", "--fail-on", "warning")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["missing.pcap"], "missing.pcap"),
        ([str(PCAPS / "nginx-stale.toml")], "nginx-stale.toml"),
        ([STALE, "--server", "example.org"], "--server: expected an IP address"),
        ([STALE, "--since", "noon"], "--since: expected a time"),
        ([STALE, "--since", "+9", "--until", "+3"], "--since +9 is later than --until +3"),
        ([STALE, "--format", "xml"], "'xml' is not one of"),
        ([], "Missing argument"),
    ],
)
def test_errors_are_one_line(arguments: list[str], complaint: str) -> None:
    done = netdiag("analyze", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("netdiag: ")
    assert done.stderr.count("\n") == 1
    assert complaint in done.stderr


def test_explain_and_schema_need_no_capture() -> None:
    manual = netdiag("explain", "stale-keep-alive")
    assert (manual.returncode, manual.stderr) == (0, "")
    assert "\nWHAT TO CHANGE\n" in manual.stdout.upper()
    assert json.loads(netdiag("schema").stdout)["$schema"].endswith("2020-12/schema")
