"""`reduce_all`: many captures, each reduced by itself, on several processes at once.

Made by handing the largest capture that waits to whoever is free: this process reads, too, so that
workers start while something is done already, and what only it can read (standard input, a pipe)
is read by it. What comes out is in the order of the captures and does not depend on who read what.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import connection
from pathlib import Path

from netdiag.capture import CaptureSource
from netdiag.capture.streams import STANDARD_INPUT
from netdiag.capture.urls import is_url
from netdiag.decode.aside import MakeSetter, keep_all
from netdiag.decode.marks import Marker
from netdiag.decode.reduced import Reduced, reduce_capture
from netdiag.decode.tally import Tally
from netdiag.decode.workers import Failed, Read, Worker, can_fork
from netdiag.errors import WorkerError

ENOUGH_BYTES = 128 << 20
"""Fewer bytes are read in less than a second: nobody waits for that."""
THREADS = 2
"""So many cores each process keeps busy if it reads ahead in threads. Where there are fewer, they
only wait for each other: on two cores two processes were a sixth slower with them."""
MOST_MAPPED = 200
"""Captures of more than that are copied from their workers: each one that is mapped has two file
descriptors open, of which a process mostly may have 1024."""


def jobs_for(sources: Sequence[CaptureSource]) -> int:
    """How many processes are worth their start: one a core, but one in all for little to read."""
    sizes = [size for size in map(_size, sources) if size is not None]
    return min(len(sizes), _cores()) if sum(sizes) >= ENOUGH_BYTES else 1


def reduce_all(
    sources: Sequence[CaptureSource],
    marker: Marker,
    block_bytes: int,
    jobs: int,
    tally: Tally,
    make_setter: MakeSetter = keep_all,
) -> list[Reduced]:
    """Reduce captures on up to `jobs` processes, of which this one is the first.

    Raises:
        CaptureError, LinkTypeError: of the first capture that can't be reduced, in their order.
        WorkerError: a process ended before its time.
    """
    return _Spread(sources, marker, block_bytes, tally, make_setter).run(jobs)


class _Spread:
    def __init__(
        self,
        sources: Sequence[CaptureSource],
        marker: Marker,
        block_bytes: int,
        tally: Tally,
        make_setter: MakeSetter,
    ) -> None:
        self._make_setter = make_setter
        self._sources = sources
        self._marker = marker
        self._block_bytes = block_bytes
        self._tally = tally
        sizes = [_size(source) for source in sources]
        self._only_here = [index for index, size in enumerate(sizes) if size is None]
        self._anywhere = [index for index, size in enumerate(sizes) if size is not None]
        self._anywhere.sort(key=lambda index: -(sizes[index] or 0))
        self._threads = False
        self._done: dict[int, Reduced] = {}
        self._failed: dict[int, Exception] = {}
        self._workers: list[Worker] = []

    def run(self, jobs: int) -> list[Reduced]:
        """Reduce all of them; whatever happens, no worker is left when it ends."""
        try:
            self._start(min(jobs, len(self._sources)) - 1)
            while not self._is_complete():
                self._employ()
                index = self._next(self._only_here)
                if index is None:
                    index = self._next(self._anywhere)
                if index is None:
                    self._listen(None)
                else:
                    self._read_here(index)
        finally:
            for worker in self._workers:
                worker.end()
        if self._failed:
            raise self._failed[min(self._failed)]
        return [self._done[index] for index in range(len(self._sources))]

    def _start(self, count: int) -> None:
        fork = can_fork()
        self._threads = (count + 1) * THREADS <= _cores()
        for _ in range(min(count, len(self._anywhere))):
            worker = Worker(
                self._marker,
                self._block_bytes,
                self._workers,
                fork=fork,
                threads=self._threads,
                make_setter=self._make_setter,
            )
            self._workers.append(worker)

    def _end(self) -> int:
        """Behind the first capture that failed, nothing matters any more."""
        return min(self._failed, default=len(self._sources))

    def _is_complete(self) -> bool:
        return all(index in self._done for index in range(self._end()))

    def _next(self, waiting: list[int]) -> int | None:
        while waiting:
            index = waiting.pop(0)
            if index < self._end():
                return index
        return None

    def _employ(self) -> None:
        """Give each worker that is free something to do."""
        for worker in self._workers:
            if worker.index is None:
                index = self._next(self._anywhere)
                if index is None:
                    return
                worker.give(index, self._sources[index])

    def _read_here(self, index: int) -> None:
        def attend(done: int) -> None:
            self._tally.tell(index, done)
            self._listen(0)
            self._employ()

        source = self._sources[index]
        try:
            self._done[index] = reduce_capture(
                source,
                self._marker,
                self._block_bytes,
                attend,
                self._make_setter(),
                threads=self._threads,
            )
        except WorkerError:
            raise
        except Exception as error:
            self._failed[index] = error

    def _listen(self, timeout_s: float | None) -> None:
        """Hear what workers have to say, waiting for the first of it."""
        busy = {worker.socket: worker for worker in self._workers if worker.index is not None}
        for ready in connection.wait(list(busy), timeout_s) if busy else ():
            worker = next(worker for socket, worker in busy.items() if socket is ready)
            self._hear(worker)

    def _hear(self, worker: Worker) -> None:
        index = worker.index
        assert index is not None
        said = worker.hear(mapped=len(self._done) < MOST_MAPPED)
        if isinstance(said, Read):
            self._tally.tell(index, said.done)
            return
        worker.index = None
        if isinstance(said, Failed):
            self._failed[index] = said.error
        else:
            self._done[index] = said


def _size(source: CaptureSource) -> int | None:
    """Bytes of a file that any process can open; None for standard input, pipes and devices.

    Nobody is asked how much a URL stands for: several connections are worth their while.
    """
    if source.path == STANDARD_INPUT:
        return None
    if is_url(source.path):
        return ENOUGH_BYTES
    with suppress(OSError):
        status = Path(source.path).stat()
        if stat.S_ISREG(status.st_mode):
            return status.st_size
    return None


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
