"""`Frames`: finds the rows of frames again, by the captures that they are in and their numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Rows
from netdiag.connections import Fields
from netdiag.decode.segments import Segments


class Frames:
    """Where the frames of a table are: what has to be put in order for that, is once."""

    def __init__(self, segments: Segments | Fields) -> None:
        capture = segments.capture
        self._is_one = len(capture) == 0 or bool(capture.min() == capture.max())
        self._keys: npt.NDArray[np.uint32 | np.uint64] = segments.frame
        self._order: Rows | None = None
        if self._is_one:
            return  # a capture's frames ascend
        self._keys = keys(capture, segments.frame)
        if (self._keys[1:] < self._keys[:-1]).any():
            self._order = np.argsort(self._keys)

    def rows(self, capture: npt.NDArray[np.uint16], frame: npt.NDArray[np.uint32]) -> Rows:
        """The rows of frames that are all there; int64."""
        wanted = frame if self._is_one else keys(capture, frame)
        place = np.searchsorted(self._keys, wanted, sorter=self._order)
        return place if self._order is None else self._order[place]


def keys(capture: npt.NDArray[np.uint16], frame: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint64]:
    """One number for each frame of each capture; uint64."""
    return capture.astype(np.uint64) << np.uint64(32) | frame
