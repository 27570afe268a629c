"""`told_of_signals`: SIGTERM and SIGHUP as exceptions, so that half-written files are removed.

Python makes an exception of SIGINT only; at the others a process is gone before any ``finally``.
"""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from netdiag.cli.exit_status import ExitStatus

_STATUSES = {signal.SIGTERM: ExitStatus.TERMINATED, signal.SIGHUP: ExitStatus.HUNG_UP}

SAME_S = 1.0
"""timeout(1) tells its child, and the group of its child: twice within this time is once."""

_STOPPING = b"netdiag: reading ends here; once more, and there is no report\n"


class ToldToEnd(BaseException):
    """A signal asked the process to end; no error, hence no `Exception`."""

    def __init__(self, status: ExitStatus) -> None:
        super().__init__(status)
        self.status = status


@contextmanager
def told_of_signals() -> Iterator[None]:
    """Raise `ToldToEnd` in the block at either signal, unless it is ignored (`nohup`).

    What is done about the first one, such as to remove a file, is not disturbed by its double.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    told = -math.inf

    def tell(number: int, _frame: FrameType | None) -> None:
        nonlocal told
        if not _is_its_double(told):
            told = time.monotonic()
            raise ToldToEnd(_STATUSES[signal.Signals(number)])

    ours = [number for number in _STATUSES if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, tell)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


@contextmanager
def reading_until_told() -> Iterator[None]:
    """End the reading of captures in the block at the first SIGINT or SIGTERM.

    The second one is as ever: who has no patience for the report either, gets none. What is done
    in the block with what was read is not disturbed by the first.
    """
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    told = 0.0
    end_reading: Callable[[], None] | None = None

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal told
        if not told:
            told = time.monotonic()
            if end_reading is not None:
                end_reading()
            with suppress(OSError):
                os.write(2, _STOPPING)
            return
        handler = before[signal.Signals(number)]
        if callable(handler) and not _is_its_double(told):
            handler(number, frame)

    for number in before:
        signal.signal(number, stop)
    try:
        # Takes a moment, as numpy comes along: a signal meanwhile counts.
        from netdiag.capture.stopping import stop_reading, stoppable  # noqa: PLC0415

        with stoppable():
            end_reading = stop_reading
            if told:
                stop_reading()
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_its_double(told: float) -> bool:
    """Whether a signal now only repeats that of this time, by the monotonic clock."""
    return time.monotonic() - told <= SAME_S


def stay_to_the_end() -> None:
    """Ignore what else asks a process to end that is about to."""
    for number in (signal.SIGINT, *_STATUSES):
        signal.signal(number, signal.SIG_IGN)
