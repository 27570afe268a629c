"""The packets of a run of pcapng blocks, as `Records`.

Made from the offsets and types of the blocks between two that describe sections or interfaces.
Enhanced, simple and obsolete packet blocks; draft-ietf-opsawg-pcapng, sections 4.3, 4.4 and A.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from netdiag.capture.blocks import Blocks
from netdiag.capture.formats.pcapng_interfaces import Interface
from netdiag.capture.gather import Offsets, gather
from netdiag.capture.records import PADDING_BYTES, RecordColumns, Records
from netdiag.language import N_, _
from netdiag.problems import ProblemLog

OBSOLETE, SIMPLE, ENHANCED = 2, 3, 6
TYPE, LENGTH, INTERFACE, HIGH, LOW, CAPTURED, ORIGINAL = range(7)
"""The 32-bit fields of an enhanced packet block."""
HEADER_BYTES = 28
SIMPLE_HEADER_BYTES = 12
TRAILER_BYTES = 4
MOST_NAMED = 4096
"""More interfaces than any host has: the texts of further ones are not kept."""

Fields = npt.NDArray[np.uint32]


_SHORT = N_("packet blocks are shorter than the packet that they claim; skipped")
_UNDESCRIBED = N_("packets are of an interface that was never described; skipped")


class PacketBlocks:
    """Reads packet blocks; knows the interfaces of the current section.

    Attributes:
        interfaces: those described so far in the section, in order.
        described: those of all sections so far, in order.
        frame: number of the last packet read.
    """

    def __init__(self, problems: ProblemLog) -> None:
        self._problems = problems
        self._last_time_ns = 0
        self.interfaces: list[Interface] = []
        self.described: list[Interface] = []
        self.frame = 0

    def begin_section(self) -> None:
        """Forget the last section's interfaces: their numbers are given anew."""
        self.interfaces.clear()

    def describe(self, interface: Interface) -> None:
        """Take in the section's next interface."""
        self.interfaces.append(interface)
        few = len(self.described) < MOST_NAMED
        self.described.append(interface if few else replace(interface, texts=()))

    def records(
        self, blocks: Blocks, offsets: Offsets, types: Offsets, order: str
    ) -> Records | None:
        """The packets among the blocks at `offsets`; None if there are none."""
        is_packet = (types == ENHANCED) | (types == SIMPLE) | (types == OBSOLETE)
        if not is_packet.all():
            offsets, types = offsets[is_packet], types[is_packet]
        if not len(offsets):
            return None
        fields = gather(blocks.data, offsets, np.dtype((np.dtype(f"{order}u4"), 7)))
        frame = np.arange(self.frame + 1, self.frame + len(offsets) + 1)
        self.frame += len(offsets)
        simple = types == SIMPLE
        interface = np.where(simple, 0, fields[:, INTERFACE].astype(np.int64))
        if (types == OBSOLETE).any():
            # Its interface has 16 bits; the other 16 count the packets that were dropped.
            short = interface & 0xFFFF if order == "<" else interface >> 16
            interface = np.where(types == OBSOLETE, short, interface)
        captured, original, header = self._lengths(fields, simple)
        usable = self._usable(fields, frame, interface, header + captured)
        if not usable.all():
            offsets, fields, simple = offsets[usable], fields[usable], simple[usable]
            frame, interface, header = frame[usable], interface[usable], header[usable]
            captured, original = captured[usable], original[usable]
        link_types = np.array([i.link_type for i in self.interfaces], np.int32)
        rows = RecordColumns(
            frame=frame,
            time_ns=self._times(fields, interface, simple, frame),
            start=offsets + header,
            captured=captured,
            original=original,
            link_type=link_types[interface] if len(frame) else np.empty(0, np.int32),
            interface=(interface + (len(self.described) - len(self.interfaces))).astype(np.int32),
        )
        return Records(blocks.data[: blocks.end + PADDING_BYTES], rows)

    def _lengths(
        self, fields: Fields, simple: npt.NDArray[np.bool_]
    ) -> tuple[Offsets, Offsets, Offsets]:
        """Captured and original bytes, and the offset of the packet in its block."""
        captured = fields[:, CAPTURED].astype(np.int64)
        original = fields[:, ORIGINAL].astype(np.int64)
        header = np.full(len(fields), HEADER_BYTES, np.int64)
        if simple.any():
            # A simple packet block doesn't say what was captured: the snap length does.
            room = fields[:, LENGTH].astype(np.int64) - (SIMPLE_HEADER_BYTES + TRAILER_BYTES)
            snap_length = self.interfaces[0].snap_length if self.interfaces else 0
            on_wire = fields[:, INTERFACE].astype(np.int64)
            kept = np.minimum(on_wire, np.minimum(room, snap_length or room))
            captured = np.where(simple, kept, captured)
            original = np.where(simple, on_wire, original)
            header = np.where(simple, SIMPLE_HEADER_BYTES, header)
        return captured, original, header

    def _usable(
        self, fields: Fields, frame: Offsets, interface: Offsets, needed: Offsets
    ) -> npt.NDArray[np.bool_]:
        """Which packets lie in their block and on an interface that was described."""
        fits = needed + TRAILER_BYTES <= fields[:, LENGTH]
        known = interface < len(self.interfaces)
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
        present = np.flatnonzero(np.bincount(interface, minlength=1))
        if len(present) == 1:
            times = self.interfaces[int(present[0])].times_ns(ticks)
        else:
            times = np.empty(len(ticks), np.int64)
            for i in present.tolist():
                rows = interface == i
                times[rows] = self.interfaces[i].times_ns(ticks[rows])
        if simple.any():
            known = np.maximum.accumulate(np.where(simple, -1, np.arange(len(times))))
            times = np.where(known >= 0, times[known], self._last_time_ns)
            first, count = int(frame[np.argmax(simple)]), int(simple.sum())
            detail = _("packets were captured without a time; taken as their predecessor's")
            self._problems.add("no-timestamps", detail, first, count)
        self._last_time_ns = int(times[-1])
        return times
