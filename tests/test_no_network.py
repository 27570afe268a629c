"""No command reaches for a network: the kernel would end it at its first socket."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from netdiag.cli import COMMANDS
from netdiag.report.formats import FORMATS
from tests.cli.conftest import ROOT, environment
from tests.confinement import possible
from tests.recorded import PCAPS

CAPTURE = str(PCAPS / "tomcat-stale-20s.pcap")
REDACTION_KEY = 64 * "0"

pytestmark = pytest.mark.skipif(not possible(), reason="no seccomp filter for this machine")


def confined(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def commands(folder: Path) -> list[list[str]]:
    """Every command, in all that it can do by itself."""
    key = folder / "key"
    key.write_text(REDACTION_KEY)
    log = str(PCAPS / "logs-java.log")
    return [
        *(["analyze", CAPTURE, "--format", entry.name] for entry in FORMATS),
        ["analyze", CAPTURE, CAPTURE, "--jobs", "2", "--lang", "zh_CN"],
        [
            "analyze",
            str(PCAPS / "logs-java.pcap"),
            "--log",
            log,
            "--redact",
            "--redact-key",
            str(key),
        ],
        ["compare", CAPTURE, str(PCAPS / "httpclient-keepalive-5s-cured.pcap")],
        ["connections", CAPTURE],
        ["connections", CAPTURE, "--format", "csv"],
        ["show", CAPTURE, "c1", "--frame", "88", "--frame", "92"],
        ["extract", CAPTURE, "--redact", "-o", str(folder / "evidence.pcapng")],
        ["export", CAPTURE, "-o", str(folder / "connections.parquet")],
        ["explain"],
        ["explain", "stale-keep-alive"],
        ["schema"],
        ["completion", "bash"],
        ["capture", "--host", "10.0.0.2", "--port", "8080"],
    ]


def test_the_list_has_every_command(tmp_path: Path) -> None:
    assert {line[0] for line in commands(tmp_path)} == set(COMMANDS)


def test_every_command_does_without_a_socket(tmp_path: Path) -> None:
    listed = tmp_path / "commands"
    lines = [json.dumps(line) for line in commands(tmp_path)]
    listed.write_text("\n".join(lines))
    run = confined("-m", "tests.confinement", str(listed))
    assert run.returncode == 0, f"ended by {run.returncode} in: {run.stdout.splitlines()[-1]}"
    assert run.stdout.splitlines() == [f"{line} 0" for line in lines], run.stderr
    assert (tmp_path / "evidence.pcapng").stat().st_size
    assert (tmp_path / "connections.parquet").stat().st_size


@pytest.mark.parametrize(
    "code",
    [
        "socket.socket()",
        "socket.socket(socket.AF_UNIX)",
        "socket.getaddrinfo('netdiag.example', 80)",
        "subprocess.run(['getent', 'hosts', 'netdiag.example']).check_returncode()",
    ],
)
def test_the_kernel_would_end_it(code: str) -> None:
    run = confined(
        "-c", f"import socket, subprocess; from tests.confinement import confine; confine(); {code}"
    )
    assert run.returncode == -signal.SIGSYS or "SIGSYS" in run.stderr
