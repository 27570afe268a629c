"""Fixed-width values out of a block of bytes, at any offsets, without a Python loop.

Made from a uint8 array and offsets into it; which offsets may be read is the caller's concern.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]

U16 = np.dtype(">u2")
"""An unsigned 16-bit number in network byte order."""
U32 = np.dtype(">u4")
"""An unsigned 32-bit number in network byte order."""


def gather(data: Bytes, offsets: Offsets, dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    """The values of `dtype` (packed, any byte order) at `offsets` of `data`.

    A view with a stride of one byte is laid over the block, and indexed. Its items are opaque
    bytes (``V<n>``) because numpy copies those as they are: a structured or swapped dtype would
    be converted item by item, at four times the cost (31 against 8 ns a row).

    Returns:
        An array of `dtype`, of the shape of `offsets`; it is a copy.

    Raises:
        IndexError: an offset is negative or an item ends beyond `data`.
    """
    return windows(data, dtype.itemsize)[offsets].view(dtype)


def windows(data: Bytes, width: int) -> npt.NDArray[np.void]:
    """A view of `data` with an item of `width` bytes at each of its bytes."""
    return np.ndarray((max(len(data) - width + 1, 0),), f"V{width}", data, strides=(1,))
