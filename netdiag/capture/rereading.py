"""`Frames`: packets of captures that have been examined, read once more.

From the captures, and the rows of `Traffic` that are wanted. Each capture is walked once, and only
up to the last packet wanted of it; bytes are kept on disk once there are many, so that memory does
not grow with them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.capture.capture import open_capture
from netdiag.capture.formats.pcapng_interfaces import Interface
from netdiag.capture.records import Records
from netdiag.capture.sources import CaptureSource
from netdiag.columns import Rows
from netdiag.errors import CaptureError

IN_MEMORY_BYTES = 32 << 20
"""So many bytes of packets are held in memory before they go to a temporary file."""

Progress = Callable[[int], None]


class Frame(Struct, frozen=True):
    """One packet with all that a capture says of it.

    Attributes:
        capture: index of the capture.
        number: 1-based number in it.
        interface: the index of its interface in `Frames.interfaces` of that capture.
        time_ns: nanoseconds since 1970-01-01 UTC.
        data: what was captured.
        original: bytes on the wire.
    """

    capture: int
    number: int
    interface: int
    time_ns: int
    data: bytes
    original: int


class Frames:
    """Packets in the order asked for, to be iterated any number of times.

    Attributes:
        interfaces: for each capture its interfaces.
    """

    def __init__(self, count: int) -> None:
        self.interfaces: list[tuple[Interface, ...]] = []
        self._file = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115
        self._place = np.full(count, -1, np.int64)
        self._captured = np.zeros(count, np.int64)
        self._original = np.zeros(count, np.int64)
        self._time_ns = np.zeros(count, np.int64)
        self._capture = np.zeros(count, np.int64)
        self._number = np.zeros(count, np.int64)
        self._interface = np.zeros(count, np.int64)
        self._end = 0

    def __len__(self) -> int:
        return len(self._place)

    def __iter__(self) -> Iterator[Frame]:
        for i in range(len(self)):
            self._file.seek(int(self._place[i]))
            yield Frame(
                capture=int(self._capture[i]),
                number=int(self._number[i]),
                interface=int(self._interface[i]),
                time_ns=int(self._time_ns[i]),
                data=self._file.read(int(self._captured[i])),
                original=int(self._original[i]),
            )

    def read(
        self,
        source: CaptureSource,
        capture: int,
        at: Rows,
        numbers: Rows,
        progress: Progress | None,
    ) -> None:
        """Read packets of one capture.

        Args:
            source: the capture.
            capture: its index.
            at: int64, the places of the packets in the order asked for.
            numbers: int64, their numbers in the capture, ascending.
            progress: is told how many bytes of the file have been read.

        Raises:
            CaptureError: the capture does not hold them any more.
        """
        done = 0
        with open_capture(source) as opened:
            for records in opened if len(numbers) else ():
                last = int(records.rows.frame[-1])
                stop = int(np.searchsorted(numbers, last, "right"))
                self._keep(records, capture, at[done:stop], numbers[done:stop])
                done = stop
                if progress is not None:
                    progress(opened.bytes_taken)
                if done == len(numbers):
                    break
            self.interfaces.append(tuple(opened.interfaces))
        if (self._place[at] < 0).any():
            raise CaptureError(f"{source.path}: has changed since it was analysed; try again")

    def _keep(self, records: Records, capture: int, at: Rows, numbers: Rows) -> None:
        rows = records.rows
        where = np.minimum(np.searchsorted(rows.frame, numbers), len(rows) - 1)
        there = rows.frame[where] == numbers
        at, where = at[there], where[there]
        self._capture[at] = capture
        self._number[at] = rows.frame[where]
        self._interface[at] = rows.interface[where]
        self._time_ns[at] = rows.time_ns[where]
        self._original[at] = rows.original[where]
        self._captured[at] = rows.captured[where]
        for place, begin, size in zip(
            at.tolist(), rows.start[where].tolist(), rows.captured[where].tolist(), strict=True
        ):
            self._place[place] = self._end
            self._file.write(records.data[begin : begin + size].tobytes())
            self._end += size

    def close(self) -> None:
        """Give back the room that the packets take."""
        self._file.close()


@contextmanager
def reread(
    sources: Sequence[CaptureSource],
    capture: npt.NDArray[np.integer],
    number: npt.NDArray[np.integer],
    progress: Progress | None,
) -> Iterator[Frames]:
    """Read packets once more; they are there for as long as the context is.

    Args:
        sources: the captures, in the order of their indexes.
        capture: the index of each packet's capture.
        number: the 1-based number of each packet in its capture.
        progress: is told how many bytes of all the files have been read.

    Raises:
        CaptureError: a capture can't be read, or is not what it was.
    """
    frames = Frames(len(number))
    try:
        for index, source in enumerate(sources):
            at = np.flatnonzero(capture == index)
            at = at[np.argsort(number[at], kind="stable")]
            frames.read(source, index, at, number[at].astype(np.int64), progress)
        yield frames
    finally:
        frames.close()
