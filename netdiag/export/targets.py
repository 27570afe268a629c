"""The targets of HTTP/1 requests, from what is remembered of their heads.

What stands between the first and the second space of a request line (RFC 9112, section 3), many
lines at once; what is no UTF-8 in them is escaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from netdiag.columns import rows_between
from netdiag.decode.samples import Samples
from netdiag.exchanges.protocols.http1 import LONGEST_HEAD
from netdiag.export.column import MISSING

if TYPE_CHECKING:
    import pyarrow as pa

NEARLY_ALL = 128
"""So many bytes have most request lines whole; the others are looked at once more."""

LINES_AT_ONCE = 8192
"""Bounds what is held of heads: six megabytes."""

_SPACE, _CR, _LF = b" \r\n"

Octets = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]


def targets(samples: Samples, heads: Numbers) -> pa.Array:
    """The target of each request line as text; null where it was not captured whole.

    Args:
        samples: what is remembered of payloads.
        heads: int64, rows of it, or MISSING.
    """
    import pyarrow as pa  # noqa: PLC0415 - optional, and slow

    rows = np.where(heads == MISSING, -1, heads).astype(np.int32)
    parts = [
        _as_text(*_many(samples, rows[begin : begin + LINES_AT_ONCE]))
        for begin in range(0, len(rows), LINES_AT_ONCE)
    ]
    return pa.concat_arrays([pa.array([], pa.string()), *parts])


def _many(samples: Samples, rows: npt.NDArray[np.int32]) -> tuple[Octets, Numbers]:
    """All targets one after the other, and how long each is; 0 where there is none."""
    octets, place, size = _find(samples, rows, NEARLY_ALL)
    cut = np.flatnonzero((size == 0) & (rows >= 0))
    if len(cut):
        more, place[cut], size[cut] = _find(samples, rows[cut], LONGEST_HEAD)
        place[cut] += octets.size
        octets = np.concatenate([octets.ravel(), more.ravel()])
    return octets.ravel()[rows_between(place, size)], size


def _find(
    samples: Samples, rows: npt.NDArray[np.int32], width: int
) -> tuple[Octets, Numbers, Numbers]:
    """The first bytes of the lines, where in all of them each target begins, and how long it is."""
    octets, lengths = samples.beginnings(rows, width)
    flat = octets.ravel()
    breaks = np.flatnonzero((flat == _SPACE) | (flat == _CR) | (flat == _LF))
    begins = np.arange(len(rows)) * width
    first = np.searchsorted(breaks, begins)
    breaks = np.concatenate([breaks, [flat.size, flat.size]])  # two more than there are
    place, end = breaks[first] + 1, breaks[first + 1]
    whole = (end < begins + lengths) & (end > place)
    whole[whole] = (flat[place[whole] - 1] == _SPACE) & (flat[end[whole]] == _SPACE)
    return octets, np.where(whole, place, 0), np.where(whole, end - place, 0)


def _as_text(octets: Octets, size: Numbers) -> pa.Array:
    import pyarrow as pa  # noqa: PLC0415 - optional, and slow

    offsets = np.concatenate([[0], np.cumsum(size)]).astype(np.int32)
    _, valid = pa.array(size > 0).buffers()
    buffers = [valid, pa.py_buffer(offsets), pa.py_buffer(octets)]
    binary = pa.Array.from_buffers(pa.binary(), len(size), buffers)
    try:
        return binary.cast(pa.string())
    except pa.ArrowInvalid:
        coded = binary.dictionary_encode()
        texts = [each.decode("utf-8", "backslashreplace") for each in coded.dictionary.to_pylist()]
        return pa.array(texts, pa.string()).take(coded.indices)
