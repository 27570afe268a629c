"""`Requests`: what makes two requests look alike, with or without their rows.

Alike are requests of one client to one server with the same first line, or where that can't be read
with the same length. Lines are compared by a number each (`fingerprints`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Columns
from netdiag.decode.samples import Samples
from netdiag.native import native

LINE_BYTES = 128
"""So much of a request line tells it from others."""

AT_ONCE = 1 << 14
"""So many lines are held at once."""

_RETURN = ord("\r")
_MIX = np.uint64(0x9E3779B97F4A7C15)

Numbers = npt.NDArray[np.int64]


class Requests(Columns, frozen=True, eq=False):
    """What is compared of exchanges, one row each.

    Columns:
        asked_ns: int64, when the request began.
        answered_ns: int64, when the response began.
        pair: uint64, a number for each client and server; see `pairs`.
        length: int64, payload bytes of the segment that the request begins with.
        sample: int32, the row of that segment in `Samples`.
    """

    asked_ns: Numbers
    answered_ns: Numbers
    pair: npt.NDArray[np.uint64]
    length: Numbers
    sample: npt.NDArray[np.int32]

    def keys(self, samples: Samples | None) -> npt.NDArray[np.uint64]:
        """The same for requests of one client to one server that look alike; uint64.

        By their request lines, or without samples by their lengths.
        """
        if samples is None:
            return self.pair ^ self.length.astype(np.uint64)
        return self.pair ^ fingerprints(samples, self.sample)


def pairs(
    client_host: npt.NDArray[np.uint64], server: npt.NDArray[np.uint64]
) -> npt.NDArray[np.uint64]:
    """A number for each client and server; uint64.

    Args:
        client_host: uint64, endpoints with port 0.
        server: uint64, endpoints.
    """
    return (client_host * _MIX ^ server) * _MIX


def fingerprints(samples: Samples, rows: npt.NDArray[np.int32]) -> npt.NDArray[np.uint64]:
    """A number for each row of `samples` that is the same for those with the same first line.

    Others may have it by chance, or because somebody wanted it, and those with longer lines.
    """
    found = np.zeros(len(rows), np.uint64)
    for begin in range(0, len(rows), AT_ONCE):
        part = slice(begin, begin + AT_ONCE)
        octets, lengths = samples.beginnings(rows[part], LINE_BYTES)
        if native is not None:
            native.lines(octets, LINE_BYTES, np.minimum(lengths, LINE_BYTES), found[part])
            continue
        over = np.arange(LINE_BYTES) >= lengths[:, None]
        over |= octets == _RETURN
        np.logical_or.accumulate(over, axis=1, out=over)
        octets[over] = 0
        words = octets.view(np.uint64)
        words *= np.arange(1, words.shape[1] + 1, dtype=np.uint64) * _MIX | np.uint64(1)
        words ^= words >> np.uint64(32)
        words *= _MIX
        found[part] = words.sum(axis=1, dtype=np.uint64)
    return found
