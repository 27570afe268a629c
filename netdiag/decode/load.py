"""`load`: all segments of all captures that some paths stand for, as one table.

Made by reducing each capture by itself and joining what that leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from netdiag.capture import BLOCK_BYTES, find_captures
from netdiag.decode.join import Join, Load
from netdiag.decode.marks import Marker
from netdiag.decode.reduced import reduce_capture

Progress = Callable[[int], None]
"""Is told how many bytes of the files have been read so far, compressed as they are."""


def load(
    paths: Sequence[str],
    marker: Marker,
    *,
    block_bytes: int = BLOCK_BYTES,
    progress: Progress | None = None,
) -> Load:
    """Read and decode the captures that `paths` stand for.

    Args:
        paths: files, directories, globs and ``-``; see `netdiag.capture.find_captures`.
        marker: looks at the payloads; see `netdiag.decode.marks`.
        block_bytes: bytes of a capture held at once.
        progress: called after each block.

    Raises:
        CaptureError: a path is no capture, or can't be read.
        LinkTypeError: a packet's link type is known to nobody.
    """
    join = Join()
    tally = Tally(progress)
    for index, source in enumerate(find_captures(paths)):
        join.add(reduce_capture(source, marker, block_bytes, tally.of(index)))
    return join.finish()


class Tally:
    """Adds up what is read of several files, for whoever wants to know the sum."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._done: dict[int, int] = {}

    def of(self, index: int) -> Progress | None:
        """What to tell of one of the files; None if nobody wants to know."""
        return None if self._progress is None else lambda done: self.tell(index, done)

    def tell(self, index: int, done: int) -> None:
        """So many bytes of this file have been read."""
        self._done[index] = done
        if self._progress is not None:
            self._progress(sum(self._done.values()))
