"""`Leads`: the first 16 payload bytes of many segments, side by side for comparison."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Mask, Rows
from netdiag.decode.marks import Payloads

LEAD_BYTES = 16


_BLANK_LINE = int.from_bytes(b"\r\n\r\n", "big")


class Leads(Struct, frozen=True, eq=False):
    """One row a payload.

    Attributes:
        payloads: where the whole payloads lie.
        octets: uint8 of shape (rows, 16), the first bytes; 0 beyond what was captured.
        words: uint32 of shape (rows, 4), the same bytes as big-endian numbers.
    """

    payloads: Payloads
    octets: npt.NDArray[np.uint8]
    words: npt.NDArray[np.uint32]

    @classmethod
    def of(cls, payloads: Payloads) -> Leads:
        """Gather the first bytes of every payload."""
        octets = gather(payloads.data, payloads.start, LEAD_BYTES)
        short = np.flatnonzero(payloads.captured < LEAD_BYTES)
        if len(short):
            beyond = np.arange(LEAD_BYTES) >= payloads.captured[short, None]
            octets[short] = np.where(beyond, 0, octets[short])
        return cls(payloads, octets, octets.view(">u4").astype(np.uint32))

    def starts_with(self, text: bytes, rows: Rows | None = None) -> Mask:
        """Which payloads (of all, or of `rows`) begin with these bytes, at most 16."""
        octets = self.octets if rows is None else self.octets[rows]
        wanted = np.frombuffer(text, np.uint8)
        same: Mask = (octets[:, : len(wanted)] == wanted).all(axis=1)
        return same

    def last_four(self) -> npt.NDArray[np.uint32]:
        """The last four bytes of each payload, big-endian; 0 where they were not captured.

        Where three line ends close it, these are the four before the last: a blank line at the
        end of a chunk's data is no end of chunks (RFC 9112, section 7.1), and must not look so.
        """
        payloads = self.payloads
        fours = np.zeros(len(payloads.start), np.uint32)
        whole = (payloads.captured >= payloads.length) & (payloads.length >= 4)
        rows = np.flatnonzero(whole)
        ends = payloads.start[rows] + payloads.length[rows] - 4
        fours[rows] = gather(payloads.data, ends, 4).view(">u4").ravel()
        rows = rows[(fours[rows] == _BLANK_LINE) & (payloads.length[rows] >= 6)]
        ends = payloads.start[rows] + payloads.length[rows] - 6
        third = gather(payloads.data, ends, 4).view(">u4").ravel() == _BLANK_LINE
        fours[rows[third]] = (_BLANK_LINE << 8 | 0x0D) & 0xFFFFFFFF
        return fours


def gather(
    data: npt.NDArray[np.uint8], start: npt.NDArray[np.int64], width: int
) -> npt.NDArray[np.uint8]:
    """Copies of `width` bytes from each `start`, uint8 of shape (rows, width)."""
    windows: npt.NDArray[np.void] = np.ndarray(
        (max(len(data) - width + 1, 0),), f"V{width}", data.data, strides=(1,)
    )
    return windows[start].view(np.uint8).reshape(-1, width)
