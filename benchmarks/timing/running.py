"""Runs a command line once, and tells how long it took or how much memory it had at its peak."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from pathlib import Path

SAMPLE_S = 0.005
PROC = Path("/proc")


class RunError(Exception):
    """A program could not do its work: the message says which one, and what it said."""


def wall_seconds(command: list[str]) -> float:
    """Run a command and return how long it took.

    Raises:
        RunError: it has failed.
    """
    begin = time.perf_counter()
    process = _start(command)
    _, complaint = process.communicate()
    took = time.perf_counter() - begin
    _check(command, process.returncode, complaint)
    return took


def peak_mebibytes(command: list[str]) -> float:
    """Run a command and return the most memory that it and its children have had at once.

    Where it has children, shared pages are counted once; they are looked at every `SAMPLE_S`.

    Raises:
        RunError: it has failed.
    """
    process = _start(command, complaints=False)
    sampled_kib = 0
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        sampled_kib = max(sampled_kib, sum(map(_resident_kib, _tree(process.pid))))
        time.sleep(SAMPLE_S)
    process.returncode = os.waitstatus_to_exitcode(status)
    _check(command, process.returncode, b"")
    # Below this process's own size, what the kernel says of a child means this process.
    own_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    exact_kib = usage.ru_maxrss if usage.ru_maxrss > own_kib else 0
    return max(sampled_kib, exact_kib) / 1024


def _start(command: list[str], complaints: bool = True) -> subprocess.Popen[bytes]:
    stderr = subprocess.PIPE if complaints else subprocess.DEVNULL
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stderr)


def _check(command: list[str], status: int, complaint: bytes) -> None:
    if status != 0:
        said = complaint.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise RunError(f"{Path(command[0]).name} failed with exit status {status}. {said}".strip())


def _tree(pid: int) -> list[int]:
    """A process and all that it has started, as far as they still run."""
    pids = [pid]
    for parent in pids:
        for children in PROC.glob(f"{parent}/task/*/children"):
            try:
                pids += map(int, children.read_text().split())
            except OSError:
                continue
    return pids


def _resident_kib(pid: int) -> int:
    """A process's memory, its part of what it shares with others; 0 once it has ended."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
