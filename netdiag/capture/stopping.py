"""`stop_reading`: every capture ends where it has been read to, on demand.

Asked for by a signal, looked at by the streams before they read on; so whatever is done with what
has been read goes on as if the captures had ended there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from select import select
from threading import Event

_asked = Event()
_pipe: list[int] = []


@contextmanager
def stoppable() -> Iterator[None]:
    """Reading in the block can be stopped; behind it, it has not been asked for."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    _pipe[:] = [reading, writing]
    try:
        yield
    finally:
        _pipe.clear()
        _asked.clear()
        os.close(reading)
        os.close(writing)


def stop_reading() -> None:
    """Let no stream read on; may be called in a signal handler."""
    _asked.set()
    if _pipe:
        os.write(_pipe[1], b"!")  # who waits for a pipe is woken


def is_stoppable() -> bool:
    """Whether it can be asked for at all."""
    return bool(_pipe)


def is_stopped() -> bool:
    """Whether it has been asked for."""
    return _asked.is_set()


def wait_for(descriptor: int) -> None:
    """Wait until there is something to read, or reading is to stop."""
    if _pipe:
        select([descriptor, _pipe[0]], [], [])
