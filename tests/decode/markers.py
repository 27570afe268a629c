"""Markers for workers, in a module that takes no time to import."""

from __future__ import annotations

import os
import signal
import time

from netdiag.decode import Marks, Payloads
from netdiag.exchanges import mark_payloads


class UnspeakableError(Exception):
    """One that can't be pickled."""

    def __init__(self, one: int, other: int) -> None:
        super().__init__(f"{one} {other}")


def fail(payloads: Payloads) -> Marks:
    """Raise what can't be handed on."""
    raise UnspeakableError(1, 2)


def die(payloads: Payloads) -> Marks:
    """End the process as the kernel does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def die_elsewhere(payloads: Payloads) -> Marks:
    """The same, but not to the process that runs the tests."""
    return mark_payloads(payloads) if os.getpid() == int(os.environ["TESTS"]) else die(payloads)


def mark_slowly(payloads: Payloads) -> Marks:
    """Take a fifth of a second a block."""
    time.sleep(0.2)
    return mark_payloads(payloads)
