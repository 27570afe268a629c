"""`Blocks`: a stream cut into blocks, with what was left of one carried over into the next.

Made from a `Stream`; where one record ends and the next begins is left to the formats.
"""

from __future__ import annotations

import numpy as np

from netdiag.capture.gather import Bytes
from netdiag.capture.records import PADDING_BYTES
from netdiag.capture.streams import Stream
from netdiag.native import native

BLOCK_BYTES = (4 if native is None else 1) << 20
"""Bytes read at once: the block and the columns made of it fit the second-level cache, and little
memory is taken by what is read ahead. Without compiled steps a block costs a thousand calls of
numpy more, and fewer blocks are better."""


class Blocks:
    """The current block, in one of two buffers that take turns.

    So the last block with packets stays as it was while the next one is read: whoever decodes it
    need not wait.

    Attributes:
        buffer: the bytes; valid from 0 to `end`, then `PADDING_BYTES` zero bytes.
        data: the same bytes as a uint8 array.
        end: how many bytes of the stream are in the block.
        bytes_read: how many bytes of the stream have been read in all.
    """

    def __init__(self, stream: Stream, block_bytes: int = BLOCK_BYTES) -> None:
        self._stream = stream
        self._block_bytes = max(block_bytes, 1)
        self.buffer = bytearray()
        self.data: Bytes = np.empty(0, np.uint8)
        self._other = self.buffer, self.data
        self._is_lent = False
        self.end = 0
        self.bytes_read = 0

    def lend(self) -> None:
        """Leave the block as it is until the next one that is lent has been read."""
        self._is_lent = True

    def _make_room(self, size: int) -> None:
        """Take a buffer of at least `size` bytes: the same one again if nobody else uses it."""
        if self._is_lent:
            self.buffer, self.data, self._other = *self._other, (self.buffer, self.data)
            self._is_lent = False
        if size + PADDING_BYTES > len(self.buffer):
            self.buffer = bytearray(size + PADDING_BYTES)
            self.data = np.frombuffer(self.buffer, np.uint8)

    def advance(self, done: int, need: int = 0) -> bool:
        """Drop the first `done` bytes and read on.

        Args:
            done: how many bytes of the block have been dealt with.
            need: how many bytes the block must hold at least for the next step; it grows
                beyond its usual size for one large record.

        Returns:
            False where the stream has ended and nothing was added.
        """
        rest = self.end - done
        # With a rest that fills the block, reading on would add nothing: make room for more.
        size = max(self._block_bytes, need, rest + 1)
        old = self.buffer
        self._make_room(size)
        self.buffer[:rest] = memoryview(old)[done : self.end]
        self.end = rest
        with memoryview(self.buffer) as view:
            while self.end < size:
                count = self._stream.readinto(view[self.end : size])
                if count == 0:
                    break
                self.end += count
        self.buffer[self.end : self.end + PADDING_BYTES] = bytes(PADDING_BYTES)
        self.bytes_read += self.end - rest
        return self.end > rest

    @property
    def stream(self) -> Stream:
        """What the blocks are cut from."""
        return self._stream

    @property
    def at(self) -> int:
        """Position in the stream of the block's first byte."""
        return self.bytes_read - self.end
