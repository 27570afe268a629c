"""`find_chain`: where a capture can be read again behind damage.

From the places that look like the beginning of a record, each with the place at which the record
would end. One such place proves nothing, as what was captured can hold anything, other captures
included. So records must hang together: several in a row, each beginning where the one before it
ends, over more bytes than a packet has; or up to the very end of the capture. What looks like a
record is left to the formats.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from msgspec import Struct

from netdiag.capture.blocks import Blocks
from netdiag.capture.gather import Offsets
from netdiag.columns import Mask

CHAIN_RECORDS = 4
"""So many records in a row, in the middle of a capture."""
LAST_RECORDS = 2
"""So many whole ones before one that the capture's end has cut."""
LONGEST_BYTES = 262_144 + 4096
"""No longer record is believed behind damage: libpcap's MAXIMUM_SNAPLEN, and room for options."""


FIRST_BYTES = 1 << 16
"""So many bytes behind damage are looked at before all that there are."""


class Likely(Struct, frozen=True, eq=False):
    """Places that look like records.

    Attributes:
        at: int64, offsets in the block, ascending.
        after: int64, where each record would end; beyond the block's end where it is cut.
        time_ns: int64, when; all alike where the format can't tell.
        is_good: bool, whether what the record holds begins as packets of its link type do.
    """

    at: Offsets
    after: Offsets
    time_ns: Offsets
    is_good: Mask

    def take(self, which: Mask) -> Likely:
        """Some of them."""
        return Likely(self.at[which], self.after[which], self.time_ns[which], self.is_good[which])


class Rule(Protocol):
    """How a format tells records from other bytes.

    Attributes:
        header_bytes: bytes of a record's header.
        longest_bytes: the longest record read so far.
    """

    header_bytes: int
    longest_bytes: int

    def likely(self, blocks: Blocks, begin: int, end: int) -> Likely:
        """The places in a part of the block that look like records."""

    def follows(self, time_ns: Offsets, next_ns: Offsets) -> Mask:
        """Whether records with these times can be neighbours."""


def find_chain(blocks: Blocks, begin: int, rule: Rule) -> int:
    """Read on until records hang together again.

    Args:
        blocks: the stream; it is advanced.
        begin: the first place in the block that may be the beginning of a record.
        rule: the format's.

    Returns:
        The offset of the first of the records in the block as it is then; -1 at the end of the
        stream, or of what is looked at of it.
    """
    margin = _margin(rule)
    at, most = begin, blocks.stream.most_searched
    first = blocks.at + begin
    while True:
        at, ended = _hold(blocks, at, 2 * margin)
        stop = blocks.end if ended else blocks.end - margin
        found = first_chain(blocks, at, stop, rule, ended=ended)
        if found >= 0 or ended or (most is not None and blocks.at + stop - first > most):
            return found
        at = stop


def find_chain_before(blocks: Blocks, begin: int, stop: int, rule: Rule) -> tuple[int, int]:
    """Look for records that begin between the one at `begin` and `stop`.

    Returns:
        The offset of the first of them, or -1; and by how much the block was moved.
    """
    at, ended = _hold(blocks, begin, stop - begin + _margin(rule))
    moved = begin - at
    return first_chain(blocks, at + 1, stop - moved, rule, ended=ended), moved


def _hold(blocks: Blocks, at: int, size: int) -> tuple[int, bool]:
    """Have `size` bytes of the stream from `at` on in the block, or all that are left.

    Returns:
        Where `at` is then, and whether the stream has ended.
    """
    ended = False
    while blocks.end - at < size and not ended:
        ended = not blocks.advance(at, size)
        at = 0
    return at, ended


def first_chain(blocks: Blocks, begin: int, stop: int, rule: Rule, *, ended: bool) -> int:
    """The first place from `begin` up to `stop` at which a chain of records begins, or -1.

    Most holes are small: only where the bytes right behind leave it open, more are looked at.
    """
    size = FIRST_BYTES
    while True:
        end = min(begin + size, blocks.end)
        is_all = end == blocks.end
        found, is_sure = _first_within(
            rule.likely(blocks, begin, end), stop, end, rule, ended=ended and is_all
        )
        if is_sure or is_all:
            return found
        size *= 8


def _first_within(
    likely: Likely, stop: int, end: int, rule: Rule, *, ended: bool
) -> tuple[int, bool]:
    """The same for the places in a part of the block, and whether more bytes can't change it."""
    leaves = likely.after > end
    cut = likely.at[leaves & likely.is_good]
    if not ended:
        likely = likely.take(~leaves)
    if not len(likely.at):
        return -1, end >= stop and not (cut < stop).any()
    steps, last = _follow(likely, rule)
    arrives = likely.after[last]
    long_enough = arrives - likely.at > rule.longest_bytes
    good = (steps + 1 >= CHAIN_RECORDS) & long_enough & (arrives <= end)
    if ended:
        good |= arrives == end
        is_cut = arrives > end - rule.header_bytes
        good |= is_cut & (steps + (arrives < end) >= LAST_RECORDS)
    good &= likely.is_good & (likely.at < stop)
    found = int(likely.at[np.argmax(good)]) if good.any() else -1
    before = found if found >= 0 else stop
    goes_on = likely.is_good & ((arrives > end - rule.header_bytes) | np.isin(arrives, cut))
    is_open = (likely.at[goes_on] < before).any() or (cut < before).any()
    return found, bool(end >= before and not is_open)


def _follow(likely: Likely, rule: Rule) -> tuple[Offsets, Offsets]:
    """How many records follow each place, and the index of the last of them.

    Each round doubles how far every place has been followed, so no loop goes over records.
    """
    count = len(likely.at)
    own = np.arange(count)
    to = np.minimum(np.searchsorted(likely.at, likely.after), count - 1)
    linked = (likely.at[to] == likely.after) & (to > own)
    linked &= rule.follows(likely.time_ns, likely.time_ns[to])
    last = np.where(linked, to, own)
    steps = linked.astype(np.int64)
    for _ in range(count.bit_length()):
        steps = steps + steps[last]
        last = last[last]
    return steps, last


def _margin(rule: Rule) -> int:
    """Bytes within which a chain is long enough, whatever its records' lengths."""
    return rule.longest_bytes + (CHAIN_RECORDS + 1) * LONGEST_BYTES
