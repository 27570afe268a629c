"""What the tests of the command line share: a runner, and a stub of the rooms."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from netdiag.cli import main
from tests.cli import stub

ROOT = Path(__file__).parents[2]

Run = Callable[..., Result]
Process = Callable[..., "subprocess.CompletedProcess[str]"]
Calls = list[tuple[list[Path], stub.Options]]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Put the stubs in place, and collect what the analysis was called with."""
    collected: Calls = []
    monkeypatch.setitem(sys.modules, stub.ANALYSIS, stub.analysis(calls=collected))
    monkeypatch.setitem(sys.modules, stub.CAUSES, stub.shelf())
    return collected


@pytest.fixture
def run(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run netdiag in this process: ``run("analyze", "x.pcap")``."""
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments), prog_name="netdiag")

    return invoke


@pytest.fixture
def process() -> Process:
    """Run netdiag with the stubs in a process of its own."""

    def start(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
        more.setdefault("stdout", subprocess.PIPE)
        more.setdefault("stderr", subprocess.PIPE)
        return subprocess.run(
            [sys.executable, "-m", "tests.cli.stub", *arguments],
            cwd=ROOT,
            env=environment(**more.pop("env", {})),
            encoding="utf-8",
            check=False,
            **more,
        )

    return start


@contextmanager
def started(command: Sequence[str], **more: Any) -> Iterator[subprocess.Popen[Any]]:
    """A process in a session of its own, of which nothing is left however its test ends."""
    with subprocess.Popen(command, start_new_session=True, **more) as process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def environment(**changes: str) -> dict[str, str]:
    """Make an environment in which nothing but the changes decides on colours and characters."""
    kept = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME"}}
    return {**kept, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), **changes}
