"""The program as a user runs it: real processes, real captures, the whole line."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest

from .conftest import ROOT, environment, started

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


def test_captures_behind_urls() -> None:
    urls = [Path(path).as_uri() for path in ROTATED]
    alone, behind = (
        netdiag("analyze", *paths, "--jobs", "2", "--all", "--format", "json")
        for paths in (ROTATED, urls)
    )
    assert behind.returncode == 0, behind.stderr
    assert behind.stdout == alone.stdout.replace(str(PCAPS), PCAPS.as_uri())
    missing = netdiag("connections", urls[0] + ".gone")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert missing.stderr == f"netdiag: {urls[0]}.gone: no such file\n"


ROTATED = [str(PCAPS / f"rotated-{number}.pcap") for number in (1, 2)]


@pytest.mark.parametrize(
    "command",
    [
        ["analyze", *ROTATED, STALE, "--format", "json", "--all"],
        ["analyze", *ROTATED, "--lang", "zh_CN"],
        ["connections", *ROTATED, "--format", "csv"],
        ["show", *ROTATED, "c1"],
        ["compare", ROTATED[0], ROTATED[1]],
        ["extract", *ROTATED, "-o", "-"],
    ],
    ids=lambda command: command[0],
)
def test_several_processes_write_the_same(command: list[str]) -> None:
    def written(jobs: str) -> tuple[int, bytes]:
        run = subprocess.run(
            [sys.executable, "-m", "netdiag", *command, "--jobs", jobs],
            env=environment(PYTHONPATH=str(ROOT)),
            capture_output=True,
            check=False,
        )
        return run.returncode, run.stdout

    one = written("1")
    assert one[0] == 0
    assert written("3") == one


def test_ctrl_c_ends_all_processes(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)  # which nobody writes to: the analysis waits for it
    with started(
        [sys.executable, "-m", "netdiag", "analyze", *ROTATED, str(pipe), "--jobs", "3"],
        env=environment(PYTHONPATH=str(ROOT)),
        stderr=subprocess.PIPE,
    ) as process:
        _wait_for(lambda: len(_processes(process.pid)) == 3)
        os.killpg(process.pid, signal.SIGINT)
        _, complaint = process.communicate(timeout=120)
    assert (process.returncode, complaint) == (130, b"netdiag: interrupted\n")
    assert _processes(process.pid) == []


def test_a_killed_worker_is_one_line(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    large = tmp_path / "large.pcap"
    large.write_bytes(Path(STALE).read_bytes())
    with large.open("ab") as file:
        file.truncate(40 << 30)  # zeros, which no worker is done with soon
    with started(
        [sys.executable, "-m", "netdiag", "analyze", str(large), str(pipe), "--jobs", "2"],
        env=environment(PYTHONPATH=str(ROOT)),
        stderr=subprocess.PIPE,
    ) as process:
        _wait_for(lambda: len(_processes(process.pid)) == 2)
        (worker,) = [pid for pid in _processes(process.pid) if pid != process.pid]
        os.kill(worker, signal.SIGKILL)
        pipe.write_bytes(Path(QUIET).read_bytes())
        _, complaint = process.communicate(timeout=120)
    assert process.returncode == 2
    assert complaint.startswith(f"netdiag: {large}: the process that read it was killed".encode())
    assert complaint.count(b"\n") == 1


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _processes(session: int) -> list[int]:
    """Those of a session that run still."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(entry.parent.name))
    return found


@pytest.mark.parametrize(
    ("number", "options", "status"),
    [
        (signal.SIGINT, ["--partial"], 0),
        (signal.SIGTERM, ["--partial"], 0),
        (signal.SIGINT, [], 130),
        (signal.SIGTERM, [], 143),
    ],
)
def test_a_signal_while_reading(
    tmp_path: Path, number: signal.Signals, options: list[str], status: int
) -> None:
    """What was read so far is reported if that was asked for; else nothing is written."""
    target = tmp_path / "report.json"
    whole = Path(STALE).read_bytes()
    command = [sys.executable, "-m", "netdiag", "analyze"]
    with started(
        [*command, "-", QUIET, "--format", "json", "-o", str(target), *options],
        env=environment(PYTHONPATH=str(ROOT)),
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        pipe = process.stdin
        pipe.write(whole[:-100])
        pipe.flush()
        _wait_for(lambda: _is_empty(pipe))
        process.send_signal(number)
        process.send_signal(number)  # as timeout(1) does
        _, complaint = process.communicate(timeout=120)
    assert process.returncode == status
    assert complaint.count(b"\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"] * (not status)
    if not status:
        assert complaint.startswith(b"netdiag: reading ends here")
        report = json.loads(target.read_text())
        assert report["verdict"]["cause"] == "stale-keep-alive"
        assert [[p["code"] for p in c["problems"]] for c in report["captures"]] == [
            ["interrupted"],
            ["interrupted"],
        ]
        assert report["captures"][1]["packets"] == 0
        assert report["limits"][0].startswith("Reading was interrupted")


def _is_empty(pipe: IO[bytes]) -> bool:
    """Whether all that was written to it has been read."""
    return fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)) == bytes(4)


def test_partial_reads_in_one_process() -> None:
    done = netdiag("analyze", STALE, "--partial", "--jobs", "2")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--partial reads in one process" in done.stderr
    assert netdiag("analyze", STALE, "--partial").stdout == netdiag("analyze", STALE).stdout


@pytest.mark.parametrize("options", [["--format", "json"], ["--format", "html"], []])
def test_a_closed_pipe(options: list[str]) -> None:
    """As in ``netdiag analyze … | head -1``."""
    with subprocess.Popen(
        [sys.executable, "-m", "netdiag", "analyze", STALE, *options],
        env=environment(PYTHONPATH=str(ROOT)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        complaint = process.stderr.read()
    assert (process.returncode, complaint) == (141, b"")


def test_a_sender_that_dies(tmp_path: Path) -> None:
    """As in ``ssh host tcpdump -w - | netdiag analyze -`` when the connection is lost."""
    cut = tmp_path / "cut.pcap"
    cut.write_bytes(Path(STALE).read_bytes()[:-7])
    with cut.open("rb") as capture:
        done = netdiag("analyze", "-", "--format", "json", stdin=capture)
    assert done.returncode == 0
    (problem,) = json.loads(done.stdout)["captures"][0]["problems"]
    assert problem["code"] == "truncated-file"


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


def closed(streams: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {streams}', "sh", sys.executable, "-m", "netdiag", *arguments],
        env=environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_a_closed_standard_stream_is_no_bug(tmp_path: Path) -> None:
    done = closed(">&-", "analyze", STALE)
    said = "netdiag: cannot write to standard output: Bad file descriptor\n"
    assert (done.returncode, done.stderr) == (2, said)
    done = closed("<&-", "analyze", "-")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "found an empty file" in done.stderr
    report = tmp_path / "report.txt"
    done = closed("<&- >&- 2>&-", "analyze", STALE, "-o", str(report))
    assert (done.returncode, done.stderr) == (0, "")
    assert report.read_text(encoding="utf-8").startswith("stale-keep-alive  error")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("option", ["--help", "--version"])
def test_what_click_writes_to_a_full_disk(option: str) -> None:
    done = closed(">/dev/full", option)
    said = "netdiag: cannot write to standard output: No space left on device\n"
    assert (done.returncode, done.stderr) == (2, said)
