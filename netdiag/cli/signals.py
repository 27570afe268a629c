"""`told_of_signals`: SIGTERM and SIGHUP as exceptions, so that half-written files are removed.

Python makes an exception of SIGINT only; at the others a process is gone before any ``finally``.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from netdiag.cli.exit_status import ExitStatus

_STATUSES = {signal.SIGTERM: ExitStatus.TERMINATED, signal.SIGHUP: ExitStatus.HUNG_UP}


class ToldToEnd(BaseException):
    """A signal asked the process to end; no error, hence no `Exception`."""

    def __init__(self, status: ExitStatus) -> None:
        super().__init__(status)
        self.status = status


@contextmanager
def told_of_signals() -> Iterator[None]:
    """Raise `ToldToEnd` in the block at either signal, unless it is ignored (`nohup`)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ours = [number for number in _STATUSES if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _tell)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _tell(number: int, _frame: FrameType | None) -> None:
    raise ToldToEnd(_STATUSES[signal.Signals(number)])
