"""pcapng: what Wireshark and dumpcap write, with any number of sections and interfaces.

Here are the byte orders, sections and damage; what a packet block says is left to
`pcapng_packets`, what an interface says to `pcapng_interfaces`. All other blocks are skipped.
Source: draft-ietf-opsawg-pcapng, sections 3 and 4.
"""

from __future__ import annotations

import struct
from collections.abc import Generator, Iterator, Sequence
from itertools import islice

import numpy as np

from netdiag.capture.blocks import Blocks
from netdiag.capture.formats.interface import HEAD_BYTES, Format, report_cut
from netdiag.capture.formats.pcapng_blocks import (
    BYTE_ORDERS,
    LEAST_BLOCK_BYTES,
    MAGIC,
    SECTION_HEADER,
    SECTION_START,
    BlockRule,
)
from netdiag.capture.formats.pcapng_interfaces import Interface
from netdiag.capture.formats.pcapng_packets import PacketBlocks
from netdiag.capture.gather import Offsets, gather
from netdiag.capture.records import Records
from netdiag.capture.resuming import find_chain, first_chain
from netdiag.capture.skipped import SkipLog, Skipped
from netdiag.capture.walk import RecordShape, walk
from netdiag.language import _
from netdiag.problems import ProblemLog

MOST_BLOCK_BYTES = 1 << 24
"""Wireshark believes no longer block either."""

MOST_ORDERS = 1024
"""So many times sections may change the byte order: each change costs as much as a block of
packets, and merged captures have a handful."""


def _recognises(head: bytes) -> bool:
    """Recognise a section header: its type reads the same in both byte orders."""
    return head[:4] == SECTION_START and (len(head) < HEAD_BYTES or head[8:12] in BYTE_ORDERS)


def _shape(order: str) -> RecordShape:
    return RecordShape(
        order=order,
        length_at=4,
        header_bytes=LEAST_BLOCK_BYTES,
        overhead=0,
        least=LEAST_BLOCK_BYTES,
        key_at=0,  # the block's type: a packet's neighbour is mostly a packet of the same type
        key_bytes=4,
    )


class PcapngReader:
    """Reads a pcapng file; see `netdiag.capture.formats.interface.Reader`."""

    def __init__(self, blocks: Blocks, problems: ProblemLog) -> None:
        self._blocks = blocks
        self._problems = problems
        self._order = "<"
        self._packets = PacketBlocks(problems)
        self._skips = SkipLog(blocks, problems)
        self._longest_bytes = 0
        self._orders = 0
        self.snap_length = 0
        self.nanoseconds = False

    @property
    def interfaces(self) -> list[Interface]:
        """Those described so far in the whole capture."""
        return self._packets.described.entries

    @property
    def skipped(self) -> Sequence[Skipped]:
        """The stretches in which no block could be made out."""
        return self._skips.entries

    def __iter__(self) -> Iterator[Records]:
        """The packets, block by block."""
        at = 0
        while at >= 0:
            at = yield from self._read_from(at)
            need, claim = self._need(at)
            if claim:
                at = self._resume(at, claim)
            elif self._blocks.advance(at, need):
                at = 0
            else:
                at = self._end()
        self._skips.finish()

    def _resume(self, at: int, claim: str) -> int:
        """Where to read on behind the damage at `at`; -1 for nowhere."""
        self._skips.begin(at, self._packets.frame, claim)
        rule = BlockRule(self._order, self._longest_bytes)
        is_over = self._skips.is_full or self._orders > MOST_ORDERS
        found = -1 if is_over else find_chain(self._blocks, at + 1, rule)
        if found >= 0:
            self._skips.end(found)
        return found

    def _end(self) -> int:
        """What is left at the end of the stream: mostly nothing, or the block that it has cut.

        It can also be a block that claims all that is left, though there are others in there.
        """
        blocks = self._blocks
        if blocks.end >= LEAST_BLOCK_BYTES:
            (length,) = struct.unpack_from(f"{self._order}I", blocks.buffer, 4)
            rule = BlockRule(self._order, self._longest_bytes)
            if length > self._longest_bytes:
                found = first_chain(blocks, 1, blocks.end, rule, ended=True)
                if found >= 0:
                    what = _("claims a block length of {n} bytes, and the capture has less")
                    self._skips.begin(0, self._packets.frame, what.format(n=length))
                    self._skips.end(found)
                    return found
        report_cut(self._problems, blocks, 0, self._packets.frame)
        return -1

    def _read_from(self, at: int) -> Generator[Records, None, int]:
        """Deal with the complete pcapng blocks; the offset of the first that isn't one."""
        while True:
            self._order = self._order_at(at) or self._order
            offsets, rest = walk(self._blocks.buffer, at, self._blocks.end, _shape(self._order))
            types, sane = self._types(offsets)
            if sane < len(offsets):
                rest = int(offsets[sane])
            wrong = self._first_in_other_order(offsets, types)
            if wrong < len(types):  # what was walked from here on was read in the wrong order
                rest = int(offsets[wrong])
            yield from self._read_blocks(offsets[:wrong], types[:wrong])
            if self._order_at(rest) in (None, self._order):
                return rest
            at = rest
            self._orders += 1
            if self._orders > MOST_ORDERS:
                return rest

    def _order_at(self, at: int) -> str | None:
        """The byte order that a section header at `at` begins; None if there is none."""
        head = bytes(self._blocks.buffer[at : min(at + 12, self._blocks.end)])
        return BYTE_ORDERS.get(head[8:]) if head[:4] == SECTION_START else None

    def _types(self, offsets: Offsets) -> tuple[Offsets, int]:
        """The blocks' types, up to the first whose length makes no sense, and its index."""
        data, number = self._blocks.data, np.dtype(f"{self._order}u4")
        heads = gather(data, offsets, np.dtype((number, 2)))
        lengths = heads[:, 1].astype(np.int64)
        wrong = (lengths & 3 != 0) | (lengths > MOST_BLOCK_BYTES)
        wrong |= gather(data, offsets + (lengths - 4), number) != lengths
        sane = int(np.argmax(wrong)) if wrong.any() else len(offsets)
        if sane:
            self._longest_bytes = max(self._longest_bytes, int(lengths[:sane].max()))
        return heads[:sane, 0].astype(np.int64), sane

    def _first_in_other_order(self, offsets: Offsets, types: Offsets) -> int:
        """The index of the first section header that another byte order begins with."""
        sections = np.flatnonzero(types == SECTION_HEADER)
        magic = gather(self._blocks.data, offsets[sections] + 8, np.dtype(f"{self._order}u4"))
        others = sections[magic != MAGIC]
        return int(others[0]) if len(others) else len(types)

    def _read_blocks(self, offsets: Offsets, types: Offsets) -> Iterator[Records]:
        """The packets of blocks in one byte order, and the interfaces among them."""
        if not len(offsets):
            return
        known = len(self.interfaces)
        records = self._packets.records(self._blocks, offsets, types, self._order)
        for interface in islice(self.interfaces, known, None):
            self.snap_length = max(self.snap_length, interface.snap_length)
            self.nanoseconds = self.nanoseconds or interface.finer_than_microseconds
        if records is not None:
            self._blocks.lend()
            if len(records.rows):
                self._skips.see(records.rows)
            yield records

    def _need(self, at: int) -> tuple[int, str]:
        """Bytes of the incomplete block at `at`; or what a block that is none says, a clause."""
        blocks = self._blocks
        if blocks.end - at < LEAST_BLOCK_BYTES:
            return LEAST_BLOCK_BYTES, ""
        if self._orders > MOST_ORDERS:
            what = _("begins a section in the other byte order, as {n} did before")
            return 0, what.format(n=MOST_ORDERS)
        kind, length = struct.unpack_from(f"{self._order}II", blocks.buffer, at)
        if kind == SECTION_HEADER and self._order_at(at) is None:
            return 0, _("is a section header without its byte-order magic")
        if length < LEAST_BLOCK_BYTES or length & 3 or length > MOST_BLOCK_BYTES:
            return 0, _("claims a block length of {n} bytes").format(n=length)
        if blocks.end - at >= length:
            what = _("has two different block lengths, of which the first is {n}")
            return 0, what.format(n=length)
        return int(length), ""


PCAPNG = Format("pcapng", _recognises, PcapngReader)
