"""`Samples`: the first payload bytes of the segments worth remembering."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from msgspec import Struct, field

from netdiag.capture.gather import gather
from netdiag.native import native

NARROW, WIDE = 64, 256
"""Rows are kept at a multiple of `NARROW` bytes up to 1024, of `WIDE` beyond: few widths make
few gathers. No more than `PADDING_BYTES` are read beyond a row."""

LARGE = 4096
"""Blocks of fewer rows are put together when others are forgotten."""

WIDTHS = 1 + (1 << 16) // NARROW
"""Widths up to 65535 bytes, and none."""


class Samples(Struct, eq=False):
    """Grows block by block; a row is never changed once added, but all may be forgotten but some.

    Rows of about the same length are stored at one width, so that adding them is one gather for
    each width; `text` cuts each to its own length.
    """

    _blobs: list[npt.NDArray[np.uint8]] = field(default_factory=list)
    _starts: list[int] = field(default_factory=lambda: [0])
    _lengths: list[npt.NDArray[np.uint16]] = field(default_factory=list)

    def __len__(self) -> int:
        return self._starts[-1]

    def add(
        self,
        data: npt.NDArray[np.uint8],
        start: npt.NDArray[np.int64],
        keep: npt.NDArray[np.int64],
    ) -> npt.NDArray[np.int32]:
        """Remember `keep` bytes (at most 65535) of `data` from each `start` on.

        Every ``start + keep + PADDING_BYTES`` must lie inside `data`. Returns the new rows'
        numbers, int32, in the order of the arguments: they needn't ascend, and are -1 where
        nothing is to be remembered.
        """
        if native is None:
            return self.add_in_steps(data, start, keep)
        keep, first = np.ascontiguousarray(keep), len(self)
        row, place = np.empty((2, WIDTHS), np.int64)
        widths, size = native.widths(keep, first, row, place)
        number = np.empty(len(start), np.int32)
        lengths = np.empty(sum(count for _, count in widths), np.uint16)
        blob = np.empty(size, np.uint8)
        native.keep_rows(
            data, np.ascontiguousarray(start), keep, first, row, place, number, lengths, blob
        )
        for steps, count in widths:
            width = steps * NARROW
            self.add_block(blob[: count * width].reshape(count, width), lengths[:count])
            blob, lengths = blob[count * width :], lengths[count:]
        return number

    def add_in_steps(
        self,
        data: npt.NDArray[np.uint8],
        start: npt.NDArray[np.int64],
        keep: npt.NDArray[np.int64],
    ) -> npt.NDArray[np.int32]:
        """`add` without a compiled step."""
        numbers = np.full(len(start), -1, np.int32)
        widths = np.where(keep <= 1024, -(-keep // NARROW) * NARROW, -(-keep // WIDE) * WIDE)
        for narrows in np.flatnonzero(np.bincount(widths // NARROW)).tolist():
            if narrows == 0:
                continue
            width = narrows * NARROW
            rows = np.flatnonzero(widths == width)
            first = len(self)
            blob = gather(data, start[rows], np.dtype(f"V{width}"))
            self.add_block(blob.view(np.uint8).reshape(len(rows), -1), keep[rows].astype(np.uint16))
            numbers[rows] = np.arange(first, first + len(rows), dtype=np.int32)
        return numbers

    def blocks(self) -> list[tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint16]]]:
        """The rows as they are stored: (rows, width) bytes, and each row's own length."""
        return list(zip(self._blobs, self._lengths, strict=True))

    def add_block(self, blob: npt.NDArray[np.uint8], lengths: npt.NDArray[np.uint16]) -> None:
        """Remember rows as `blocks` has them."""
        self._blobs.append(blob)
        self._lengths.append(lengths)
        self._starts.append(len(self) + len(lengths))

    def take_in(self, others: Samples) -> int:
        """Remember all rows of `others` behind these; the number of the first of them here."""
        first = len(self)
        self._blobs.extend(others._blobs)
        self._lengths.extend(others._lengths)
        self._starts.extend(first + start for start in others._starts[1:])
        return first

    def keep(self, rows: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """Forget all but the given rows; negative ones (no sample) stay what they are.

        A large block of which half is wanted stays as it is: what is asked for again and again is
        copied seldom, and takes twice its place at most.

        Returns the numbers that the rows have from now on, int32, in the order of the argument.
        """
        kept, numbers = self._gathered(rows, LARGE)
        self._blobs, self._starts, self._lengths = kept._blobs, kept._starts, kept._lengths
        return numbers

    def taken(self, rows: npt.NDArray[np.int32]) -> tuple[Samples, npt.NDArray[np.int32]]:
        """A copy of the given rows; negative ones (no sample) stay what they are.

        Returns them and the numbers that they have there, int32, in the order of the argument.
        """
        return self._gathered(rows, len(self) + 1)

    def _gathered(
        self, rows: npt.NDArray[np.int32], large: int
    ) -> tuple[Samples, npt.NDArray[np.int32]]:
        """`taken`, but of at least `large` rows a block of which half is wanted is not copied."""
        number = np.zeros(max(len(self), 1), np.int32)
        number[rows[rows >= 0]] = 1
        old = np.flatnonzero(number)
        cuts = np.searchsorted(old, self._starts)
        blobs, lengths, taken = self._blobs, self._lengths, Samples()
        by_width: dict[int, list[tuple[int, slice, npt.NDArray[np.int64]]]] = {}
        for block, (begin, end) in enumerate(itertools.pairwise(cuts.tolist())):
            first, size = self._starts[block], len(lengths[block])
            if size >= large and 2 * (end - begin) >= size:
                number[first : first + size] = np.arange(len(taken), len(taken) + size)
                taken.add_block(blobs[block], lengths[block])
            elif begin < end:
                inside = old[begin:end] - first
                width = blobs[block].shape[1]
                by_width.setdefault(width, []).append((block, slice(begin, end), inside))
        for chosen in by_width.values():
            first = len(taken)
            taken.add_block(
                np.concatenate([blobs[b].take(inside, axis=0) for b, _, inside in chosen]),
                np.concatenate([lengths[b].take(inside) for b, _, inside in chosen]),
            )
            number[np.concatenate([old[part] for _, part, _ in chosen])] = np.arange(
                first, len(taken), dtype=np.int32
            )
        return taken, np.where(rows < 0, rows, number[rows])

    def text(self, row: int) -> bytes:
        """The remembered bytes of one row; ``b""`` for a negative row (no sample)."""
        if row < 0:
            return b""
        block = bisect_right(self._starts, row) - 1
        i = row - self._starts[block]
        return self._blobs[block][i, : int(self._lengths[block][i])].tobytes()

    def texts(self, rows: npt.NDArray[np.int32]) -> list[bytes]:
        """`text` of many rows, at a fraction of the cost a row."""
        found = [b""] * len(rows)
        for block, places, inside in self._by_block(rows):
            blob = self._blobs[block][inside]
            data, width = blob.tobytes(), blob.shape[1]
            lengths = self._lengths[block][inside].tolist()
            for i, (place, length) in enumerate(zip(places.tolist(), lengths, strict=True)):
                found[place] = data[i * width : i * width + length]
        return found

    def beginnings(
        self, rows: npt.NDArray[np.int32], width: int
    ) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
        """The first bytes of many rows, and how many of them each has.

        Returns:
            octets: uint8 of shape (rows, width); whatever behind a row's own.
            lengths: int64, at most `width`; 0 for a negative row (no sample).
        """
        octets = np.zeros((len(rows), width), np.uint8)
        lengths = np.zeros(len(rows), np.int64)
        for block, places, inside in self._by_block(rows):
            blob = self._blobs[block][:, :width]
            octets[places, : blob.shape[1]] = blob[inside]
            lengths[places] = self._lengths[block][inside]
        return octets, np.minimum(lengths, width)

    def in_blocks(
        self, rows: npt.NDArray[np.int32]
    ) -> Iterator[
        tuple[
            npt.NDArray[np.int64],
            npt.NDArray[np.int32],
            npt.NDArray[np.uint8],
            npt.NDArray[np.uint16],
        ]
    ]:
        """Where some rows are: their places in `rows`, theirs in a block, and all that it has."""
        for block, places, inside in self._by_block(rows):
            yield places, inside, self._blobs[block], self._lengths[block]

    def _by_block(
        self, rows: npt.NDArray[np.int32]
    ) -> Iterator[tuple[int, npt.NDArray[np.int64], npt.NDArray[np.int32]]]:
        """Each block with some of the rows: their places in `rows`, and theirs in the block."""
        starts = np.array(self._starts, rows.dtype)
        behind = starts.searchsorted(rows, "right")  # 0 for negative ones
        # Of numbers this narrow numpy sorts ten times as many in a second.
        order = behind.astype(np.min_scalar_type(len(starts))).argsort(kind="stable")
        counts = np.bincount(behind)
        stops = counts.cumsum().tolist()
        for number in counts[1:].nonzero()[0].tolist():
            places = order[stops[number] : stops[number + 1]]
            yield number, places, rows[places] - starts[number]
