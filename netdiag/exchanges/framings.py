"""`Framings`: what many heads of HTTP/1 say of where the message and its connection end.

The same as `netdiag.exchanges.heads` reads from one head, for all connections at once.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Columns, Mask
from netdiag.decode.samples import Samples
from netdiag.exchanges.heads import announces_close, framing
from netdiag.native import native

_CHUNKED, _CLOSES = 1, 2

Numbers = npt.NDArray[np.int64]


class Framings(Columns, frozen=True, eq=False):
    """One row a head.

    Columns:
        head_bytes: int64, with its empty line; -1 where its end was not captured.
        content_length: int64, the body's length; -1 where it doesn't say.
        is_chunked: bool, the body is sent in chunks.
        closes: bool, the connection ends after it.
    """

    head_bytes: Numbers
    content_length: Numbers
    is_chunked: Mask
    closes: Mask

    @property
    def is_unframed(self) -> Mask:
        """Whole heads that don't say where the body ends, if there is one; bool."""
        unframed: Mask = (self.head_bytes >= 0) & (self.content_length < 0) & ~self.is_chunked
        return unframed


class Heads:
    """The heads in `samples`, each read once."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        self._place = np.full(len(samples) + 1, -1)  # that of no row is the last one
        self._known = read_heads(samples, np.empty(0, np.int32))

    def read(self, rows: npt.NDArray[np.int32]) -> Framings:
        """`read_heads` of these rows."""
        new = rows[self._place[rows] < 0]
        if len(new):
            self._place[new] = len(self._known) + np.arange(len(new))
            read = read_heads(self._samples, new)
            self._known = Framings.concatenate([self._known, read]) if len(self._known) else read
        return self._known.take(self._place[rows])


def read_heads(samples: Samples, rows: npt.NDArray[np.int32]) -> Framings:
    """What these rows of `samples` say; nothing where a row is negative."""
    head_bytes, content_length = np.full((2, len(rows)), -1, np.int64)
    says = np.zeros(len(rows), np.uint8)
    if native is not None:
        for places, inside, blob, lengths in samples.in_blocks(rows):
            native.heads(blob, lengths, inside, places, head_bytes, content_length, says)
    else:
        for place, head in enumerate(samples.texts(rows)):
            read = framing(head)
            head_bytes[place] = -1 if read.head_bytes is None else read.head_bytes
            content_length[place] = -1 if read.content_length is None else read.content_length
            says[place] = read.is_chunked * _CHUNKED + announces_close(head) * _CLOSES
    return Framings(head_bytes, content_length, (says & _CHUNKED) != 0, (says & _CLOSES) != 0)
