"""What a record of a pcap file looks like, for who has lost his place in it.

From every byte of a block: which of them could begin a record's header. What is asked of it holds
for every record that libpcap writes (its sf-pcap.c and savefile.c), and for few other bytes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.capture.blocks import Blocks
from netdiag.capture.formats.interface import MAX_PACKET_BYTES
from netdiag.capture.gather import Bytes, Offsets, gather
from netdiag.capture.records import RecordColumns
from netdiag.capture.resuming import Likely
from netdiag.columns import Mask

WEEK_S = 7 * 86_400
"""A packet is captured no further than this from its neighbours."""
BACK_S = 10
"""Nor is it captured sooner than this before the one before it: packets in a capture that somebody
else took, and that was on its way in a packet of this one, are older."""
MOST_ON_WIRE = 1 << 20
"""No packet is longer on the wire; offloading makes them half as long (Linux's BIG TCP)."""
MOST_STRAY = 8
"""Who reads on in the wrong place meets a length that can't be after a record or two."""
PIECE_BYTES = 1 << 18
"""So many places are looked at in one go: what that takes fits the cache."""
SECOND_NS = 1_000_000_000

ETHERNET, RAW, SLL, SLL2, NULL, LOOP = 1, (12, 14, 101, 228, 229), 113, 276, 0, 108
_ETHERTYPE_AT = {ETHERNET: 12, SLL: 14, SLL2: 0}
ETHERTYPES = frozenset(
    {0x0800, 0x86DD, 0x0806, 0x8100, 0x88A8, 0x9100, 0x8847, 0x8863, 0x8864, 0x8809, 0x88CC, 0x88E5}
)
LONGEST_LLC = 1500
"""A number up to here in an ethertype's place is a length (IEEE 802.3, section 3.2.6)."""
FAMILIES = frozenset({2, 10, 24, 28, 30})
"""AF_INET, and AF_INET6 of several systems; libpcap's link type NULL."""


class PcapRule:
    """See `netdiag.capture.resuming.Rule`.

    Attributes:
        header_bytes: bytes of a record's header.
        longest_bytes: the longest record read so far.
    """

    def __init__(
        self, order: str, header_bytes: int, link_type: int, most: int, *, nanoseconds: bool
    ) -> None:
        self.header_bytes = header_bytes
        self.longest_bytes = 0
        self._order = order
        self._link_type = link_type
        self._snap_bytes = min(most, MAX_PACKET_BYTES)
        self._tick_ns = 1 if nanoseconds else 1000
        self._last_ns: int | None = None

    @property
    def _most(self) -> int:
        """The longest packet that is believed: not every program keeps to its snap length."""
        kept = self.longest_bytes <= self._snap_bytes + self.header_bytes
        return self._snap_bytes if kept else MAX_PACKET_BYTES

    def see(self, time_ns: Offsets, captured: Offsets) -> None:
        """Take note of records that were read."""
        if len(time_ns):
            self._last_ns = int(time_ns[-1])
            longest = self.header_bytes + int(captured.max())
            self.longest_bytes = max(self.longest_bytes, min(longest, MAX_PACKET_BYTES))

    def count_sure(self, rows: RecordColumns) -> int:
        """How many records look like some, up to the last that does.

        At most `MOST_STRAY` at the end are doubted, and not all of a capture's first: there
        are programs that write odd records.
        """
        good = self._believes(rows)
        stray = int(np.argmax(good[::-1])) if good.any() else len(rows)
        if stray > MOST_STRAY or (stray == len(rows) and self._last_ns is None):
            return len(rows)
        return len(rows) - stray

    def expects(self, rows: RecordColumns) -> bool:
        """Whether they look like records, and none is longer than all before them."""
        within = rows.captured + self.header_bytes <= self.longest_bytes
        return bool((self._believes(rows) & within).all())

    def is_elsewhere(self, rows: RecordColumns) -> Mask:
        """Whether they are no records: their lengths are impossible, and their times far away.

        Either alone may be a program's oddity. Both come of reading at a wrong place, in which
        one can stay: with four bytes missing, the original lengths are read as the captured ones.
        Zeros are what a full disk leaves, or a machine that went down.
        """
        lengths = (rows.original < rows.captured) | (rows.original > MOST_ON_WIRE)
        far = ~self._is_near(rows)
        zeros = (rows.time_ns == 0) & (rows.original == 0) & (rows.captured == 0)
        elsewhere: Mask = (lengths & far) | zeros
        return elsewhere

    def _is_near(self, rows: RecordColumns) -> Mask:
        """Whether each is within a week of the one before it; a capture's first one is."""
        first = rows.time_ns[:1] if self._last_ns is None else np.array([self._last_ns])
        near: Mask = np.abs(np.diff(rows.time_ns, prepend=first)) <= WEEK_S * SECOND_NS
        return near

    def _believes(self, rows: RecordColumns) -> Mask:
        good = (rows.captured > 0) & (rows.captured <= MAX_PACKET_BYTES)
        good &= (rows.original >= rows.captured) & (rows.original <= MOST_ON_WIRE)
        believed: Mask = good & self._is_near(rows)
        return believed

    def follows(self, time_ns: Offsets, next_ns: Offsets) -> Mask:
        """Whether records with these times can be neighbours."""
        since = next_ns - time_ns
        near: Mask = (since >= -BACK_S * SECOND_NS) & (since <= WEEK_S * SECOND_NS)
        return near

    def likely(self, blocks: Blocks, begin: int, end: int) -> Likely:
        """The places in a part of the block that look like records."""
        last = end - self.header_bytes + 1
        parts = [
            self._likely(blocks.data, at, min(at + PIECE_BYTES, last))
            for at in range(begin, max(last, begin + 1), PIECE_BYTES)
        ]
        return Likely(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))

    def _likely(self, data: Bytes, begin: int, end: int) -> tuple[Offsets, Offsets, Offsets, Mask]:
        """The columns of `Likely` in a part of the block that is looked at in one go."""
        at = self._near(data, begin, end)
        fields = gather(data, at, np.dtype(f"(4,){self._order}u4")).astype(np.int64)
        seconds, fraction, captured, original = fields.T
        good = fraction * self._tick_ns < SECOND_NS
        good &= (original >= captured) & (original <= MOST_ON_WIRE)
        at, captured = at[good], captured[good]
        return (
            at,
            at + self.header_bytes + captured,
            seconds[good] * SECOND_NS + fraction[good] * self._tick_ns,
            self._begins_packet(data, at + self.header_bytes, captured),
        )

    def _near(self, data: Bytes, begin: int, end: int) -> Offsets:
        """Places at which a time near the last one, and a length that is believed, may stand."""
        lengths = self._numbers(data, begin + 8, end + 8)
        good = lengths - np.uint32(1) < self._most  # zero wraps round
        if self._last_ns is not None:
            earliest = max(self._last_ns // SECOND_NS - BACK_S, 0)
            # Below the earliest it wraps round, and is far beyond the span.
            since = self._numbers(data, begin, end) - np.uint32(min(earliest, 0xFFFF_FFFF))
            good &= since <= BACK_S + WEEK_S
        found: Offsets = np.flatnonzero(good) + begin
        return found

    def _numbers(self, data: Bytes, begin: int, end: int) -> npt.NDArray[np.uint32]:
        """The 32-bit number at every byte."""
        shape = (max(end - begin, 0),)
        return np.ndarray(shape, f"{self._order}u4", data, begin, strides=(1,))

    def _begins_packet(self, data: Bytes, start: Offsets, captured: Offsets) -> Mask:
        """Whether packets begin as those of the link type do; True where that is not known."""
        if self._link_type in RAW:
            return np.isin(data[start] >> 4, (4, 6))
        if self._link_type in (NULL, LOOP):
            family = gather(data, start, np.dtype("(4,)u1")).max(axis=1, initial=0)
            return (captured >= 4) & np.isin(family, list(FAMILIES))
        at = _ETHERTYPE_AT.get(self._link_type)
        if at is None:
            return np.ones(len(start), bool)
        kind = gather(data, start + at, np.dtype(">u2"))
        return (captured >= at + 2) & (np.isin(kind, list(ETHERTYPES)) | (kind <= LONGEST_LLC))
