"""`Stream`: the bytes of a file or of standard input, read once from front to back.

Made from a path. What is compressed is left to `netdiag.capture.compression`, which makes
another stream out of one; what the bytes mean is left to the formats.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from pathlib import Path
from typing import BinaryIO, cast

from netdiag.errors import CaptureError
from netdiag.problems import Problem

STANDARD_INPUT = "-"


class Stream(ABC):
    """Bytes that can be looked at before they are read, and need not be seekable.

    Attributes:
        damage: why the stream ended before its time, or None; known once it has ended.
    """

    damage: Problem | None = None

    def __init__(self) -> None:
        self._head = b""

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

    Raises:
        CaptureError: it can't be opened or read.
    """

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self._count = 0
        if path == STANDARD_INPUT:
            self._file: BinaryIO = sys.stdin.buffer
            return
        try:
            # Unbuffered: the blocks are large, and a pipe must not be read ahead.
            self._file = cast("BinaryIO", Path(path).open("rb", buffering=0))  # noqa: SIM115
        except OSError as error:
            raise CaptureError(f"{path}: can't be opened: {error.strerror}") from error

    def _read(self, view: memoryview) -> int:
        try:
            count = cast("int", self._file.readinto(view) or 0)  # type: ignore[attr-defined]
        except OSError as error:
            where = f"after {self._count} bytes"
            raise CaptureError(f"{self._path}: can't be read {where}: {error.strerror}") from error
        self._count += count
        return count

    def close(self) -> None:
        """Give the file back; standard input stays open."""
        if self._path != STANDARD_INPUT:
            self._file.close()

    @property
    def bytes_taken(self) -> int:
        """How many bytes have been read so far."""
        return self._count
