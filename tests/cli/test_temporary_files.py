"""Temporary files: in a folder of their own, for nobody else, and gone however a command ends."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT, environment, started
from tests.recorded import PCAPS

CAPTURE = PCAPS / "tomcat-stale-20s.pcap"
SHOW = ("show", "-", "c1", "--frame", "88")
ENDINGS = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]

WATCH = """
import os, shutil, sys
def tell(source, target, copy=shutil.copyfileobj):
    mode = os.fstat(source.fileno()).st_mode & 0o777
    print(os.path.basename(source.name), oct(mode), file=sys.stderr)
    copy(source, target)
shutil.copyfileobj = tell
"""

STARTED = """
import signal
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # which nohup would have us ignore
from netdiag.cli import main
main(prog_name="netdiag")
"""


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


def start(temporary: Path, *arguments: str) -> AbstractContextManager[subprocess.Popen[Any]]:
    return started(
        [sys.executable, "-c", STARTED, *arguments],
        cwd=ROOT,
        env=environment(TMPDIR=str(temporary)),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        umask=0,  # whatever is private is so by itself
    )


def kept(temporary: Path) -> Path:
    """The one file that standard input is kept in, once there is something in it."""
    for _ in range(600):
        found = [path for path in temporary.glob("*/*") if path.stat().st_size]
        if found:
            return found[0]
        time.sleep(0.05)
    raise AssertionError("nothing is kept")


@pytest.mark.parametrize(("number", "status"), ENDINGS)
def test_what_is_kept_is_private_and_gone_after_a_signal(
    temporary: Path, number: signal.Signals, status: int
) -> None:
    with start(temporary, *SHOW) as process:
        assert process.stdin is not None
        process.stdin.write(bytes(1 << 20))
        process.stdin.flush()
        file = kept(temporary)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        assert file.stat().st_uid == os.getuid()
        process.send_signal(number)
        assert process.wait(timeout=120) == status
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "given", "status"),
    [
        (SHOW, CAPTURE.read_bytes(), 0),
        (SHOW, b"no capture at all", 2),
        (("show", "-", "c99", "--frame", "88"), CAPTURE.read_bytes(), 2),
        (("extract", "-", "-o", "/dev/full"), CAPTURE.read_bytes(), 2),
    ],
)
def test_nothing_stays(
    temporary: Path, arguments: tuple[str, ...], given: bytes, status: int
) -> None:
    with start(temporary, *arguments) as process:
        _, said = process.communicate(given, timeout=120)
    assert process.returncode == status, said
    assert b"Traceback" not in said
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("output", ["-", "/dev/full"])
def test_evidence_is_private_and_gone(temporary: Path, output: str) -> None:
    """What `extract` writes before its verdict is tried on it is seen only by its owner."""
    code = STARTED.replace("main(", f"{WATCH}main(")
    run = subprocess.run(
        [sys.executable, "-c", code, "extract", str(CAPTURE), "-o", output],
        cwd=ROOT,
        env=environment(TMPDIR=str(temporary)),
        capture_output=True,
        umask=0,
        check=False,
    )
    assert run.stderr.splitlines()[0] == b"evidence.pcapng 0o600", run.stderr
    assert run.returncode == (2 if output == "/dev/full" else 0)
    assert list(temporary.iterdir()) == []
