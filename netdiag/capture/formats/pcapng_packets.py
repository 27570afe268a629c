"""The packets of a run of pcapng blocks, as `Records`.

Made from the offsets and types of the blocks between two that describe sections or interfaces.
Enhanced, simple and obsolete packet blocks; draft-ietf-opsawg-pcapng, sections 4.3, 4.4 and A.
"""

from __future__ import annotations

import struct

import numpy as np
import numpy.typing as npt

from netdiag.capture.blocks import Blocks
from netdiag.capture.formats.pcapng_blocks import SECTION_HEADER
from netdiag.capture.formats.pcapng_described import MOST_DESCRIBED, Described
from netdiag.capture.formats.pcapng_interfaces import Interface
from netdiag.capture.gather import Offsets, gather
from netdiag.capture.records import PADDING_BYTES, RecordColumns, Records
from netdiag.language import N_, _
from netdiag.problems import ProblemLog

INTERFACE_DESCRIPTION, OBSOLETE, SIMPLE, ENHANCED = 1, 2, 3, 6
TYPE, LENGTH, INTERFACE, HIGH, LOW, CAPTURED, ORIGINAL = range(7)
"""The 32-bit fields of an enhanced packet block."""
HEADER_BYTES = 28
SIMPLE_HEADER_BYTES = 12
TRAILER_BYTES = 4

Fields = npt.NDArray[np.uint32]


_SHORT = N_("packet blocks are shorter than the packet that they claim; skipped")
_UNDESCRIBED = N_("packets are of an interface that was never described; skipped")


class PacketBlocks:
    """Reads packet blocks; knows the interfaces of the current section.

    Attributes:
        described: the interfaces of all sections so far, in order.
        frame: number of the last packet read.
    """

    def __init__(self, problems: ProblemLog) -> None:
        self._problems = problems
        self._last_time_ns = 0
        self._section = 0
        self.described = Described(problems)
        self.frame = 0

    def records(
        self, blocks: Blocks, offsets: Offsets, types: Offsets, order: str
    ) -> Records | None:
        """The packets among the blocks at `offsets`; None if there are none.

        A section forgets the interfaces of the one before it: their numbers are given anew. A
        packet can only be of an interface that was described before it.
        """
        section: Offsets | int = self._section
        known: Offsets | int = len(self.described)
        is_packet = (types == ENHANCED) | (types == SIMPLE) | (types == OBSOLETE)
        if not is_packet.all():
            section, known = self._describe(blocks, offsets, types, order)
            section, known = section[is_packet], known[is_packet]
            offsets, types = offsets[is_packet], types[is_packet]
        if not len(offsets):
            return None
        fields = gather(blocks.data, offsets, np.dtype((np.dtype(f"{order}u4"), 7)))
        frame = np.arange(self.frame + 1, self.frame + len(offsets) + 1)
        self.frame += len(offsets)
        simple = types == SIMPLE
        number: Offsets = np.where(simple, 0, fields[:, INTERFACE].astype(np.int64))
        if (types == OBSOLETE).any():
            # Its interface has 16 bits; the other 16 count the packets that were dropped.
            short = number & 0xFFFF if order == "<" else number >> 16
            number = np.where(types == OBSOLETE, short, number)
        interface: Offsets = number + section
        captured, original, header = self._lengths(fields, simple, section)
        usable = self._usable(fields, frame, interface < known, header + captured)
        if not usable.all():
            offsets, fields, simple = offsets[usable], fields[usable], simple[usable]
            frame, interface, header = frame[usable], interface[usable], header[usable]
            captured, original = captured[usable], original[usable]
        rows = RecordColumns(
            frame=frame,
            time_ns=self._times(fields, interface, simple, frame),
            start=offsets + header,
            captured=captured,
            original=original,
            link_type=self.described.link_types(interface),
            interface=interface.astype(np.int32),
        )
        return Records(blocks.data[: blocks.end + PADDING_BYTES], rows)

    def _describe(
        self, blocks: Blocks, offsets: Offsets, types: Offsets, order: str
    ) -> tuple[Offsets, Offsets]:
        """Take in the interfaces; for each block its section's first one, and the next one."""
        is_interface = types == INTERFACE_DESCRIPTION
        before = len(self.described) + np.cumsum(is_interface) - is_interface
        # Only so many are kept: what lies beyond belongs to nobody.
        before = np.minimum(before, MOST_DESCRIBED)
        begun = np.where(types == SECTION_HEADER, before, self._section)
        section = np.maximum.accumulate(begun)
        self._section = int(section[-1])
        for at in offsets[is_interface].tolist():
            (length,) = struct.unpack_from(f"{order}I", blocks.buffer, at + 4)
            block = bytes(memoryview(blocks.buffer)[at : at + length])
            self.described.add(Interface.parse(block, order))
        return section, before

    def _lengths(
        self, fields: Fields, simple: npt.NDArray[np.bool_], section: Offsets | int
    ) -> tuple[Offsets, Offsets, Offsets]:
        """Captured and original bytes, and the offset of the packet in its block."""
        captured = fields[:, CAPTURED].astype(np.int64)
        original = fields[:, ORIGINAL].astype(np.int64)
        header = np.full(len(fields), HEADER_BYTES, np.int64)
        if simple.any():
            # A simple packet block doesn't say what was captured: the snap length does.
            room = fields[:, LENGTH].astype(np.int64) - (SIMPLE_HEADER_BYTES + TRAILER_BYTES)
            snap_length = self.described.snap_lengths(np.broadcast_to(section, len(fields)))
            on_wire = fields[:, INTERFACE].astype(np.int64)
            limit = np.where(snap_length > 0, snap_length, room)
            kept = np.minimum(on_wire, np.minimum(room, limit))
            captured = np.where(simple, kept, captured)
            original = np.where(simple, on_wire, original)
            header = np.where(simple, SIMPLE_HEADER_BYTES, header)
        return captured, original, header

    def _usable(
        self,
        fields: Fields,
        frame: Offsets,
        known: npt.NDArray[np.bool_],
        needed: Offsets,
    ) -> npt.NDArray[np.bool_]:
        """Which packets lie in their block and on an interface that was described."""
        fits = needed + TRAILER_BYTES <= fields[:, LENGTH]
        for code, good, detail in (
            ("malformed-block", fits, _SHORT),
            ("unknown-interface", known, _UNDESCRIBED),
        ):
            if not good.all():
                first = int(frame[np.argmin(good)])
                self._problems.add(code, _(detail), first, int((~good).sum()))
        return fits & known

    def _times(
        self,
        fields: Fields,
        interface: Offsets,
        simple: npt.NDArray[np.bool_],
        frame: Offsets,
    ) -> Offsets:
        """Nanoseconds since 1970; of a simple packet block, which has none, its predecessor's."""
        if not len(fields):
            return np.empty(0, np.int64)
        ticks = fields[:, HIGH].astype(np.uint64) << np.uint64(32) | fields[:, LOW]
        times = self.described.times_ns(interface, ticks)
        if simple.any():
            known = np.maximum.accumulate(np.where(simple, -1, np.arange(len(times))))
            times = np.where(known >= 0, times[known], self._last_time_ns)
            first, count = int(frame[np.argmax(simple)]), int(simple.sum())
            detail = _("packets were captured without a time; taken as their predecessor's")
            self._problems.add("no-timestamps", detail, first, count)
        self._last_time_ns = int(times[-1])
        return times
