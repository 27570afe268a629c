"""`Interface`: what a pcapng interface description says of the packets that refer to it.

Made from one block's bytes; the one interface of a pcap file is made by its reader. Source:
draft-ietf-opsawg-pcapng, section 4.2.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice
from typing import Self

import numpy as np
import numpy.typing as npt
from msgspec import Struct

SECOND_NS = 1_000_000_000
TSRESOL, TSOFFSET = 9, 14
MICROSECONDS, NANOSECONDS = 6, 9
"""Resolutions as negative powers of ten; without the option if_tsresol it is the first."""
COMMENT, NAME, DESCRIPTION, FILTER, SYSTEM, HARDWARE = 1, 2, 3, 11, 12, 15
TEXTS = frozenset({COMMENT, NAME, DESCRIPTION, FILTER, SYSTEM, HARDWARE})
"""Options that say in words what the interface was: the same bytes in both byte orders."""
LONGEST_TEXT = 1024
MOST_TEXTS = 16
"""There are six kinds; only comments may be repeated, and further ones are not kept."""
MOST_OPTIONS = 1000
"""Some twenty kinds are defined: further options of one interface are not looked at."""


class Interface(Struct, frozen=True):
    """One interface of a section.

    Attributes:
        link_type: LINKTYPE_* number.
        snap_length: the most bytes captured of a packet; 0 for no limit.
        resolution: if_tsresol as it is stored: a negative power of ten, or with the highest
            bit set of two.
        offset_s: if_tsoffset, seconds to add to each time.
        texts: code and value of each option in `TEXTS`, in the order of the block.
    """

    link_type: int
    snap_length: int
    resolution: int = MICROSECONDS
    offset_s: int = 0
    texts: tuple[tuple[int, bytes], ...] = ()

    @classmethod
    def parse(cls, block: bytes, order: str) -> Self:
        """Read a whole block; a block too short for its fields is an interface of zeros."""
        if len(block) < 20:
            return cls(0, 0)
        link_type, _, snap_length = struct.unpack_from(f"{order}HHI", block, 8)
        resolution, offset_s = MICROSECONDS, 0
        texts: list[tuple[int, bytes]] = []
        for code, value in islice(_options(block[16:-4], order), MOST_OPTIONS):
            if code == TSRESOL and len(value) == 1:
                resolution = value[0]
            elif code == TSOFFSET and len(value) == 8:
                (offset_s,) = struct.unpack(f"{order}q", value)
            elif code in TEXTS and len(texts) < MOST_TEXTS:
                texts.append((code, value[:LONGEST_TEXT]))
        return cls(link_type, snap_length, resolution, offset_s, tuple(texts))

    @property
    def finer_than_microseconds(self) -> bool:
        """Whether the interface's clock ticks more than 10⁶ times a second."""
        if self.resolution & 0x80:
            return self.resolution & 0x7F >= 20
        return self.resolution > MICROSECONDS

    def times_ns(self, ticks: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
        """Nanoseconds since 1970 for ticks of the interface's clock; rounded down.

        A resolution finer than any clock (beyond 10⁻²⁷ or 2⁻⁶³) makes all times equal.
        """
        times = ticks_ns(ticks, self.resolution)
        # Out of range only in a damaged option: wrapped there as the ticks above are.
        shift = self.offset_s * SECOND_NS & 0xFFFF_FFFF_FFFF_FFFF
        return (times.view(np.uint64) + np.uint64(shift)).view(np.int64)


def ticks_ns(ticks: npt.NDArray[np.uint64], resolution: int) -> npt.NDArray[np.int64]:
    """Nanoseconds for ticks of a clock with that if_tsresol; see `Interface.times_ns`."""
    exponent = resolution & 0x7F
    if resolution & 0x80:
        return _binary_ns(ticks, exponent)
    if exponent <= 9:
        return (ticks * np.uint64(10 ** (9 - exponent))).view(np.int64)
    if exponent <= 27:
        return (ticks // np.uint64(10 ** (exponent - 9))).view(np.int64)
    return np.zeros(len(ticks), np.int64)


def _binary_ns(ticks: npt.NDArray[np.uint64], exponent: int) -> npt.NDArray[np.int64]:
    """Nanoseconds for ticks of 2⁻ᵉ s, without leaving 64 bits."""
    if exponent > 63:
        return np.zeros(len(ticks), np.int64)
    seconds = ticks >> np.uint64(exponent)
    fraction = ticks & np.uint64((1 << exponent) - 1)
    # 10⁹ < 2³⁰, so 34 bits of the fraction are the most that can be multiplied by it.
    spare = max(exponent - 34, 0)
    fraction = (fraction >> np.uint64(spare)) * np.uint64(SECOND_NS) >> np.uint64(exponent - spare)
    return (seconds * np.uint64(SECOND_NS) + fraction).view(np.int64)


def _options(data: bytes, order: str) -> Iterator[tuple[int, bytes]]:
    """Code and value of each option, up to the end or to one that is cut."""
    at = 0
    while at + 4 <= len(data):
        code, length = struct.unpack_from(f"{order}HH", data, at)
        value = data[at + 4 : at + 4 + length]
        if code == 0 or len(value) < length:
            return
        yield code, value
        at += 4 + (length + 3 & ~3)
