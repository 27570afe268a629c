"""`ahead`: an iterator that a thread keeps some steps ahead of whoever uses it.

Reading, headers and marks hold Python's lock for a small part of their time, so on two cores one
block is read while another one is still being dealt with.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable, Iterator
from contextvars import copy_context
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

Item = TypeVar("Item")

SWITCH_S = 0.0005
"""A thread that comes back from numpy waits no longer than this for Python's lock, and not ten
times as long: on two cores that is a sixth of the time of reading."""


def ahead(items: Iterable[Item], most: int = 1) -> Generator[Item, None, None]:
    """The same items; at most `most` further ones are made in a thread while one is in use.

    Where the iteration is left early, the thread finishes the step that it is in: give it none that
    may wait for ever, such as one that reads a pipe. What a step raises is raised here.
    """
    steps: SimpleQueue[bool] = SimpleQueue()
    made: SimpleQueue[Item | BaseException | None] = SimpleQueue()
    # What is found to be odd is told in the language of the context.
    make = copy_context().run
    thread = Thread(target=make, args=(_make, iter(items), steps, made), daemon=True)
    thread.start()
    interval = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    try:
        for _ in range(most):
            steps.put(True)
        while (item := made.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            steps.put(True)
            yield item
    finally:
        steps.put(False)
        thread.join()
        sys.setswitchinterval(interval)


def _make(
    items: Iterator[Item],
    steps: SimpleQueue[bool],
    made: SimpleQueue[Item | BaseException | None],
) -> None:
    while steps.get():
        try:
            made.put(next(items, None))
        except BaseException as error:
            made.put(error)
            return
