"""Runs tcpdump on this host until its time is over or somebody stops it, and counts.

From a `Tcpdump` that `netdiag.recording.checks` has found no fault with. What is shown meanwhile is
left to the caller's `progress`.
"""

from __future__ import annotations

import os
import re
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Literal

from msgspec import Struct

from netdiag.errors import RecordingError
from netdiag.recording.checks import files_of
from netdiag.recording.tcpdump import Tcpdump

TICK_S = 0.25
STOPPING_S = 20.0
"""tcpdump writes what is left in the kernel before it ends."""

MOST_SAID = 1 << 16

Progress = Callable[[int, float | None], None]
"""Is told how many packets there are and how many seconds are left (None: no end is set)."""

_COUNT = re.compile(r"Got (\d+)")
_TOTALS = {
    "captured": re.compile(r"(?<!\d)(\d+) packets? captured"),  # after "Got 12\r"
    "received": re.compile(r"(?<!\d)(\d+) packets? received by filter"),
    "dropped": re.compile(r"(?<!\d)(\d+) packets? dropped by kernel"),
    "missed": re.compile(r"(?<!\d)(\d+) packets? dropped by interface"),
}


class Totals(Struct, frozen=True):
    """What tcpdump says when it ends (tcpdump(1)); None where it does not say it.

    Attributes:
        captured: packets written.
        received: packets that the filter let through.
        dropped: packets that the kernel had no room for.
        missed: packets that the interface or its driver had no room for.
    """

    captured: int | None = None
    received: int | None = None
    dropped: int | None = None
    missed: int | None = None


class Recording(Struct, frozen=True):
    """What came of a run.

    Attributes:
        files: of the ring, in the order of their numbers.
        seconds: how long it ran.
        ended: by its time, by whoever ran it, or by itself.
    """

    files: tuple[Path, ...]
    totals: Totals
    seconds: float
    ended: Literal["time", "stopped", "itself"]


def read_totals(said: str) -> Totals:
    """The counts in tcpdump's last words."""
    found = {name: pattern.search(said) for name, pattern in _TOTALS.items()}
    return Totals(**{name: int(match[1]) if match else None for name, match in found.items()})


def record(program: str, command: Tcpdump, progress: Progress) -> Recording:
    """Run it.

    Raises:
        RecordingError: tcpdump ended with an error.
    """
    start = time.monotonic()
    # -v: once a second, it says how many packets it has.
    with _stoppable() as stopped, _running([program, "-v", *command.arguments]) as process:
        said, ended = _watch(process, start, command.duration_s, stopped, progress)
    seconds = time.monotonic() - start
    if ended == "itself" and process.returncode != 0:
        last = [line for line in said.splitlines() if line.strip()][-1:] or ["it does not say why"]
        raise RecordingError(f"tcpdump ended: {last[0].removeprefix('tcpdump:').strip()}")
    return Recording(files_of(Path(command.path)), read_totals(said), seconds, ended)


@contextmanager
def _running(arguments: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that never outlives the block. It gets a group of its own: Ctrl-C is ours."""
    with subprocess.Popen(
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        process_group=0,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


@contextmanager
def _stoppable() -> Iterator[list[int]]:
    """Collect the signals that ask us to stop, instead of dying of them."""
    stopped: list[int] = []

    def remember(number: int, _frame: FrameType | None) -> None:
        stopped.append(number)

    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, remember) for number in wanted}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _watch(
    process: subprocess.Popen[bytes],
    start: float,
    duration_s: float | None,
    stopped: list[int],
    progress: Progress,
) -> tuple[str, Literal["time", "stopped", "itself"]]:
    """What tcpdump says until it ends, and who ended it."""
    assert process.stderr is not None
    descriptor = process.stderr.fileno()
    ended: Literal["time", "stopped", "itself"] = "itself"
    said, packets, deadline = "", 0, None
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while True:
            part = os.read(descriptor, 4096) if selector.select(TICK_S) else None
            if part == b"":
                break
            said = (said + (part or b"").decode("ascii", "replace"))[-MOST_SAID:]
            packets = max([packets, *map(int, _COUNT.findall(said))])
            now = time.monotonic()
            left = None if duration_s is None else max(duration_s - (now - start), 0.0)
            progress(packets, left)
            if deadline is None and (stopped or left == 0.0):
                ended = "stopped" if stopped else "time"
                process.terminate()
                deadline = now + STOPPING_S
            elif deadline is not None and now > deadline:
                process.kill()
    process.wait()
    return said, ended
