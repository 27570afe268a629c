"""`Stream`: the bytes of a file or of standard input, read once from front to back.

Made from a path. What is compressed is left to `netdiag.capture.compression`, which makes
another stream out of one; what the bytes mean is left to the formats.
"""

from __future__ import annotations

import os
import stat
import sys
from abc import ABC, abstractmethod
from collections import deque
from pathlib import Path
from typing import BinaryIO, cast

from netdiag.capture.growing import is_open_elsewhere
from netdiag.capture.stopping import is_stoppable, is_stopped, wait_for
from netdiag.errors import CaptureError
from netdiag.language import N_, _
from netdiag.problems import Problem

STANDARD_INPUT = "-"

MOST_SEAMS = 1024
BEGINNING_BYTES = 1 << 18
"""So much is read of every file, to know what it is, even where reading is to stop."""

INTERRUPTED = N_("reading was interrupted after {n} bytes of the file; analysed up to there")
UNREADABLE = N_("the file can't be read beyond byte {n} ({error}); analysed up to there")
SHRUNK = N_(
    "the file had {size} bytes when it was opened, and ends after {n} of them now; analysed up to "
    "there"
)


class Stream(ABC):
    """Bytes that can be looked at before they are read, and need not be seekable.

    Attributes:
        damage: why the stream ended before its time, or None; known once it has ended.
        seams: the last places behind which bytes are missing, positions in the stream.
        most_searched: in so many bytes behind damage a place to read on is looked for; None for
            all there are.
    """

    damage: Problem | None = None
    most_searched: int | None = None

    def __init__(self) -> None:
        self._head = b""
        self.seams: deque[int] = deque(maxlen=MOST_SEAMS)

    @abstractmethod
    def _read(self, view: memoryview) -> int:
        """Put at least one byte into the front of `view`; how many. 0 at the end."""

    @abstractmethod
    def close(self) -> None:
        """Give the file back; standard input stays open."""

    @property
    @abstractmethod
    def bytes_taken(self) -> int:
        """How many bytes of the file itself have been read so far."""

    def is_growing(self) -> bool:
        """Whether somebody still writes to the file."""
        return False

    def peek(self, size: int) -> bytes:
        """The next `size` bytes, which stay unread; fewer only where the stream ends."""
        while len(self._head) < size:
            room = bytearray(size - len(self._head))
            count = self._read(memoryview(room))
            if count == 0:
                break
            self._head += room[:count]
        return self._head[:size]

    def readinto(self, view: memoryview) -> int:
        """Read at most ``len(view)`` bytes into it; how many. 0 only at the end."""
        if self._head:
            count = min(len(self._head), len(view))
            view[:count] = self._head[:count]
            self._head = self._head[count:]
            return count
        return self._read(view)


class FileStream(Stream):
    """A file as it lies on disk, or standard input for ``-``.

    A file is read up to the size that it had when it was opened: who writes to it meanwhile is not
    run after. Where it is shorter in the end, or a disk can't read on, the stream ends there, with
    `damage`.

    Raises:
        CaptureError: it can't be opened, or not even its beginning can be read.
    """

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self._count = 0
        try:
            # Unbuffered: the blocks are large, and a pipe must not be read ahead.
            if path == STANDARD_INPUT:
                self._file: BinaryIO = sys.stdin.buffer
            else:
                self._file = cast("BinaryIO", Path(path).open("rb", buffering=0))  # noqa: SIM115
            self._descriptor, self._size = _descriptor_and_size(self._file)
        except OSError as error:
            raise CaptureError(f"{path}: can't be opened: {error.strerror}") from error

    def _read(self, view: memoryview) -> int:
        if self._is_to_stop():
            return 0
        if self._size:
            view = view[: max(self._size - self._count, 0)]
        if not len(view):
            return 0
        try:
            count = self._take(view)
        except OSError as error:
            if not self._count:
                where = f"{self._path}: can't be read after 0 bytes"
                raise CaptureError(f"{where}: {error.strerror}") from error
            detail = _(UNREADABLE).format(n=self._count, error=error.strerror)
            self.damage = Problem("unreadable-file", detail)
            return 0
        self._count += count
        if not count and self._size:
            detail = _(SHRUNK).format(size=self._size, n=self._count)
            self.damage = Problem("shrunk-file", detail)
        return count

    def _is_to_stop(self) -> bool:
        """Whether reading was stopped."""
        if self._descriptor is not None and not self._size:
            wait_for(self._descriptor)
        if not is_stopped() or (self._size and self._count < BEGINNING_BYTES):
            return False
        self.damage = Problem("interrupted", _(INTERRUPTED).format(n=self._count))
        return True

    def _take(self, view: memoryview) -> int:
        file = self._file
        if self._path == STANDARD_INPUT and self._descriptor is not None and is_stoppable():
            file = getattr(file, "raw", file)  # a buffer waits until it is full
        return cast("int", file.readinto(view) or 0)  # type: ignore[attr-defined]

    def is_growing(self) -> bool:
        """Whether somebody still writes to the file."""
        if not self._size or self._descriptor is None:
            return False
        now = os.fstat(self._descriptor).st_size
        return now > self._size or is_open_elsewhere(self._descriptor)

    def close(self) -> None:
        """Give the file back; standard input stays open."""
        if self._path != STANDARD_INPUT:
            self._file.close()

    @property
    def bytes_taken(self) -> int:
        """How many bytes have been read so far."""
        return self._count


def _descriptor_and_size(file: BinaryIO) -> tuple[int | None, int]:
    """The descriptor, None for what only looks like a file; and the size, 0 if it has none."""
    try:
        descriptor = file.fileno()
    except OSError:  # io.UnsupportedOperation
        return None, 0
    status = os.fstat(descriptor)
    return descriptor, status.st_size if stat.S_ISREG(status.st_mode) else 0
