"""`Worker`: a process that reduces captures, one after another, for the process that started it.

Made from what all captures are reduced with. Which capture goes to which worker is left to
`netdiag.decode.spread`.

Standard library's executors were considered: they have no way to tell how far a task has come, no
public way to end one that is running, and they outlive a parent that is killed. Here each worker
has a socket of its own, at whose end of file it goes, too.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Sequence
from multiprocessing import connection, reduction
from multiprocessing.context import ForkContext, SpawnContext
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from netdiag.capture import CaptureSource
from netdiag.capture.urls import public_name
from netdiag.decode.aside import MakeSetter, keep_all
from netdiag.decode.marks import Marker
from netdiag.decode.parcels import Parcel
from netdiag.decode.reduced import Reduced, reduce_capture
from netdiag.decode.segments import Segments
from netdiag.errors import WorkerError
from netdiag.language import current, speaking

Socket = connection.Connection


class Read(Struct, frozen=True):
    """A worker has come so far: bytes read of the file."""

    done: int


class Failed(Struct, frozen=True):
    """A worker can't reduce its capture."""

    error: Exception


class _Sent(Struct, frozen=True):
    """The table of segments and all the rest, apart: the table is given back sooner.

    The descriptors of both follow.
    """

    parcels: tuple[Parcel, ...]


class Worker:
    """A worker, seen by its parent.

    Attributes:
        socket: has something to read when the worker has something to say; see
            `multiprocessing.connection.wait`.
        index: which capture it is at; None while it waits.
    """

    def __init__(
        self,
        marker: Marker,
        block_bytes: int,
        older: Sequence[Worker],
        *,
        fork: bool,
        threads: bool = False,
        make_setter: MakeSetter = keep_all,
    ) -> None:
        context = _context(fork=fork)
        self.socket, theirs = context.Pipe()
        # A forked process has the parent's ends of all sockets so far, and must not keep them.
        others = (self.socket, *(worker.socket for worker in older)) if fork else ()
        self._process = context.Process(
            target=_work,
            args=(theirs, others, (marker, block_bytes, make_setter, threads), current()),
            daemon=True,
        )
        self._path = ""
        self.index: int | None = None
        # A Ctrl-C that comes before the worker ignores it waits until it does.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()

    def give(self, index: int, source: CaptureSource) -> None:
        """Have a capture reduced.

        Raises:
            WorkerError: the worker is gone.
        """
        self.index, self._path = index, public_name(source.path)
        try:
            self.socket.send(source)
        except OSError as error:
            raise self._gone() from error

    def hear(self, *, mapped: bool) -> Reduced | Read | Failed:
        """What it says next.

        Raises:
            WorkerError: the worker is gone.
        """
        try:
            said: _Sent | Read | Failed = self.socket.recv()
            if not isinstance(said, _Sent):
                return said
            files = [reduction.recv_handle(self.socket) for _ in said.parcels]
        except (EOFError, OSError) as error:
            raise self._gone() from error
        segments, rest = (
            parcel.open(file, mapped=mapped)
            for parcel, file in zip(said.parcels, files, strict=True)
        )
        reduced: Reduced = replace(rest, segments=segments)
        return reduced

    def end(self) -> None:
        """End it, whatever it is at; it holds nothing that must be put in order."""
        self._process.kill()
        self._process.join()
        self.socket.close()
        self._process.close()

    def _gone(self) -> WorkerError:
        self._process.join(1)
        code = self._process.exitcode
        how = f"was killed by signal {-code}" if code is not None and code < 0 else "ended"
        hint = "memory may have run out: --jobs 1 needs less" if code == -signal.SIGKILL else ""
        return WorkerError(
            f"{self._path}: the process that read it {how}" + (f"; {hint}" if hint else "")
        )


def _context(*, fork: bool) -> ForkContext | SpawnContext:
    return multiprocessing.get_context("fork") if fork else multiprocessing.get_context("spawn")


def can_fork() -> bool:
    """Whether a copy of this process is a working one: it has a single thread, C's included.

    Another thread could hold a lock that its copy would never see released. Only Linux tells how
    many there are; elsewhere, and with threads, workers start afresh, which takes them longer.
    """
    try:
        return sys.platform == "linux" and len(list(Path("/proc/self/task").iterdir())) == 1
    except OSError:
        return False


_How: TypeAlias = tuple[Marker, int, MakeSetter, bool]


def _work(socket: Socket, others: Sequence[Socket], how: _How, language: str) -> None:
    """Reduce captures until the parent has no more, or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    for other in others:
        other.close()
    with speaking(language):
        try:
            while True:
                _reduce(socket, socket.recv(), how)
        except (EOFError, OSError):
            return


def _reduce(socket: Socket, source: CaptureSource, how: _How) -> None:
    marker, block_bytes, make_setter, threads = how

    def tell(done: int) -> None:
        socket.send(Read(done))

    try:
        reduced = reduce_capture(source, marker, block_bytes, tell, make_setter(), threads=threads)
        packed = [Parcel.of(part) for part in (reduced.segments, _rest(reduced))]
    except Exception as error:
        socket.send(Failed(_portable(error)))
        return
    socket.send(_Sent(tuple(parcel for parcel, _ in packed)))
    for _, file in packed:
        reduction.send_handle(socket, file, os.getppid())
        os.close(file)


def _rest(reduced: Reduced) -> Reduced:
    return replace(reduced, segments=Segments.empty())


def _portable(error: Exception) -> Exception:
    """The error, with its traceback as a note, or what can be said of it if it can't travel."""
    error.add_note(traceback.format_exc())
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
