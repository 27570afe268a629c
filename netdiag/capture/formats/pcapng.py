"""pcapng: what Wireshark and dumpcap write, with any number of sections and interfaces.

Here are the byte orders, sections and damage; what a packet block says is left to
`pcapng_packets`, what an interface says to `pcapng_interfaces`. All other blocks are skipped.
Source: draft-ietf-opsawg-pcapng, sections 3 and 4.
"""

from __future__ import annotations

import struct
from collections.abc import Generator, Iterator

import numpy as np

from netdiag.capture.blocks import Blocks
from netdiag.capture.formats.interface import HEAD_BYTES, Format, report_cut, report_damage
from netdiag.capture.formats.pcapng_interfaces import Interface
from netdiag.capture.formats.pcapng_packets import PacketBlocks
from netdiag.capture.gather import Offsets, gather
from netdiag.capture.records import Records
from netdiag.capture.walk import RecordShape, walk
from netdiag.language import _
from netdiag.problems import ProblemLog

SECTION_HEADER, INTERFACE_DESCRIPTION = 0x0A0D0D0A, 0x00000001
SECTION_START = b"\x0a\x0d\x0d\x0a"
BYTE_ORDERS = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
LEAST_BLOCK_BYTES = 12
MOST_BLOCK_BYTES = 1 << 24
"""Wireshark believes no longer block either."""


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
        self.snap_length = 0
        self.nanoseconds = False

    @property
    def interfaces(self) -> list[Interface]:
        """Those described so far in the whole capture."""
        return self._packets.described

    def __iter__(self) -> Iterator[Records]:
        """The packets, block by block."""
        at = 0
        while True:
            at = yield from self._read_from(at)
            need = self._need(at)
            if need < 0:
                return
            if not self._blocks.advance(at, need):
                report_cut(self._problems, self._blocks, 0, self._packets.frame)
                return
            at = 0

    def _read_from(self, at: int) -> Generator[Records, None, int]:
        """Deal with the complete pcapng blocks; the offset of the first that isn't one."""
        while True:
            self._order = self._order_at(at) or self._order
            offsets, rest = walk(self._blocks.buffer, at, self._blocks.end, _shape(self._order))
            types, sane = self._types(offsets)
            if sane < len(offsets):
                rest = int(offsets[sane])
            begin = 0
            for control in np.flatnonzero(
                (types == SECTION_HEADER) | (types == INTERFACE_DESCRIPTION)
            ).tolist():
                yield from self._packet_run(offsets[begin:control], types[begin:control])
                begin = control
                at = int(offsets[control])
                if types[control] == INTERFACE_DESCRIPTION:
                    self._add_interface(at)
                elif self._order_at(at) == self._order:
                    self._packets.begin_section()
                else:  # what was walked from here on was read in the wrong order
                    rest = at
                    break
                begin = control + 1
            else:
                yield from self._packet_run(offsets[begin:sane], types[begin:])
            if self._order_at(rest) in (None, self._order):
                return rest
            at = rest

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
        return heads[:sane, 0].astype(np.int64), sane

    def _packet_run(self, offsets: Offsets, types: Offsets) -> Iterator[Records]:
        """The packets of one run of blocks between two that aren't about packets."""
        if len(offsets):
            records = self._packets.records(self._blocks, offsets, types, self._order)
            if records is not None:
                self._blocks.lend()
                yield records

    def _add_interface(self, at: int) -> None:
        (length,) = struct.unpack_from(f"{self._order}I", self._blocks.buffer, at + 4)
        block = bytes(self._blocks.buffer[at : at + length])
        interface = Interface.parse(block, self._order)
        self._packets.describe(interface)
        self.snap_length = max(self.snap_length, interface.snap_length)
        self.nanoseconds = self.nanoseconds or interface.finer_than_microseconds

    def _need(self, at: int) -> int:
        """Bytes of the incomplete block at `at`; -1 if it is none, which is noted."""
        blocks = self._blocks
        if blocks.end - at < LEAST_BLOCK_BYTES:
            return LEAST_BLOCK_BYTES
        kind, length = struct.unpack_from(f"{self._order}II", blocks.buffer, at)
        if kind == SECTION_HEADER and self._order_at(at) is None:
            what = _("is a section header without its byte-order magic")
        elif length < LEAST_BLOCK_BYTES or length & 3 or length > MOST_BLOCK_BYTES:
            what = _("claims a block length of {n} bytes").format(n=length)
        elif blocks.end - at >= length:
            what = _("has two different block lengths, of which the first is {n}").format(n=length)
        else:
            return int(length)
        report_damage(self._problems, blocks, at, self._packets.frame, what)
        return -1


PCAPNG = Format("pcapng", _recognises, PcapngReader)
