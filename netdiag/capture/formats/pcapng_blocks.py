"""What a block of a pcapng file looks like, for who has lost his place in it.

From every byte of a part of the file: a block has a type that is known, and its length stands at
both of its ends. A section header says its own byte order. Source: draft-ietf-opsawg-pcapng,
sections 3.1, 4 and 11.1.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.capture.blocks import Blocks
from netdiag.capture.gather import Bytes, Offsets, gather
from netdiag.capture.resuming import LONGEST_BYTES, Likely
from netdiag.columns import Mask

SECTION_HEADER = 0x0A0D0D0A
SECTION_START = b"\x0a\x0d\x0d\x0a"
BYTE_ORDERS = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
LEAST_BLOCK_BYTES = 12
MAGIC = 0x1A2B_3C4D
SECTION = 2
"""Beside the byte order, in the lowest bit."""

SMALL_TYPES = 12
"""All types below this are given away, but 0, which is reserved."""
OTHER_TYPES = (SECTION_HEADER, 0x0BAD, 0x4000_0BAD)
"""Section headers and custom blocks."""
PIECE_BYTES = 1 << 18


class BlockRule:
    """See `netdiag.capture.resuming.Rule`.

    Attributes:
        header_bytes: bytes that every block has.
        longest_bytes: the longest block read so far.
    """

    header_bytes = LEAST_BLOCK_BYTES

    def __init__(self, order: str, longest_bytes: int) -> None:
        self._order = order
        self.longest_bytes = min(longest_bytes, LONGEST_BYTES)

    def follows(self, time_ns: Offsets, next_ns: Offsets) -> Mask:
        """Whether blocks can be neighbours: in one byte order, or the next begins a section."""
        alike: Mask = (time_ns & 1 == next_ns & 1) | (next_ns >= SECTION)
        return alike

    def likely(self, blocks: Blocks, begin: int, end: int) -> Likely:
        """The places in a part of the block that look like pcapng blocks.

        Most blocks have no time. What stands in its place is the byte order, and whether it is a
        section header: in another byte order, nothing else can come first.
        """
        parts = [self._in_order(blocks.data, begin, end, order) for order in "<>"]
        at, after, kind = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        rank = np.argsort(at, kind="stable")
        ours = (kind & 1 == "<>".index(self._order)) | (kind >= SECTION)
        return Likely(at[rank], after[rank], kind[rank], ours[rank])

    def _in_order(
        self, data: Bytes, begin: int, end: int, order: str
    ) -> tuple[Offsets, Offsets, Offsets]:
        """Where blocks in one byte order may begin and would end, and what kind they are."""
        last = end - LEAST_BLOCK_BYTES + 1
        pieces = range(begin, last, PIECE_BYTES)
        found = [_of_known_types(data, at, min(at + PIECE_BYTES, last), order) for at in pieces]
        at = np.concatenate(found) if found else np.empty(0, np.int64)
        number = np.dtype(f"{order}u4")
        heads = gather(data, at, np.dtype((number, 3)))
        is_section = heads[:, 0] == SECTION_HEADER
        lengths = heads[:, 1].astype(np.int64)
        good = (lengths >= LEAST_BLOCK_BYTES) & (lengths & 3 == 0) & (lengths <= LONGEST_BYTES)
        good &= ~is_section | (heads[:, 2] == MAGIC)
        after = at + lengths
        inside = good & (after <= end)
        good[inside] = gather(data, after[inside] - 4, number) == lengths[inside]
        kind = is_section * SECTION + "<>".index(order)
        return at[good], after[good], kind[good]


def _of_known_types(data: Bytes, begin: int, end: int, order: str) -> Offsets:
    types = _numbers(data, begin, end, order)
    known = (types - np.uint32(1)) < SMALL_TYPES - 1
    for other in OTHER_TYPES:
        known |= types == other
    found: Offsets = np.flatnonzero(known) + begin
    return found


def _numbers(data: Bytes, begin: int, end: int, order: str) -> npt.NDArray[np.uint32]:
    """The 32-bit number at every byte."""
    return np.ndarray((max(end - begin, 0),), f"{order}u4", data, begin, strides=(1,))
