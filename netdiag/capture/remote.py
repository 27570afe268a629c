"""`RemoteStream`: the bytes of a capture that lies behind a URL, read once from front to back.

Made from a URL. How a store is reached is left to `netdiag.capture.stores`.
"""

from __future__ import annotations

from typing import IO

from netdiag.capture.stopping import is_stopped
from netdiag.capture.stores import filesystem_of, one_error, reason_of
from netdiag.capture.streams import BEGINNING_BYTES, INTERRUPTED, SHRUNK, UNREADABLE, Stream
from netdiag.language import _
from netdiag.problems import Problem

READ_AHEAD_BYTES = 8 << 20
"""Asked for at once: a request to an object store takes some 50 ms, whatever its size."""


class RemoteStream(Stream):
    """What a URL stands for.

    Raises:
        CaptureError: it can't be opened or read, or the library for it is not installed.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._count = 0
        with one_error(url, "can't be opened"):
            filesystem, path = filesystem_of(url)
            self._file: IO[bytes] = filesystem.open(
                path, "rb", block_size=READ_AHEAD_BYTES, cache_type="readahead"
            )

    def _read(self, view: memoryview) -> int:
        if self._count >= BEGINNING_BYTES and is_stopped():
            self.damage = Problem("interrupted", _(INTERRUPTED).format(n=self._count))
            return 0
        try:
            data = self._file.read(len(view))
        except Exception as error:
            if not self._count:
                with one_error(self._url, "can't be read after 0 bytes"):
                    raise
            detail = _(UNREADABLE).format(n=self._count, error=reason_of(error, self._url))
            self.damage = Problem("unreadable-file", detail)
            return 0
        size = getattr(self._file, "size", None)
        if not data and size is not None and self._count < size:
            detail = _(SHRUNK).format(size=size, n=self._count)
            self.damage = Problem("shrunk-file", detail)
        view[: len(data)] = data
        self._count += len(data)
        return len(data)

    def close(self) -> None:
        """Give the connection back."""
        self._file.close()

    @property
    def bytes_taken(self) -> int:
        """How many bytes have been read so far."""
        return self._count
