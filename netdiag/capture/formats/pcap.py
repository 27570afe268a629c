"""pcap: what ``tcpdump -w`` writes, in both byte orders, with µs or ns.

Also the "modified" kind of Alexey Kuznetsov's libpcap, whose record headers are eight bytes
longer. Source: draft-ietf-opsawg-pcap, and libpcap's sf-pcap.c for what the draft leaves out.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np

from netdiag.capture.blocks import Blocks
from netdiag.capture.formats.interface import MAX_PACKET_BYTES, Format, report_cut, report_damage
from netdiag.capture.formats.pcapng_interfaces import MICROSECONDS as MICROSECONDS_RESOLUTION
from netdiag.capture.formats.pcapng_interfaces import NANOSECONDS as NANOSECONDS_RESOLUTION
from netdiag.capture.formats.pcapng_interfaces import Interface
from netdiag.capture.gather import Offsets, gather
from netdiag.capture.records import RecordColumns, Records
from netdiag.capture.walk import RecordShape, walk
from netdiag.language import _
from netdiag.native import native
from netdiag.problems import ProblemLog

FILE_HEADER_BYTES = 24
RECORD_HEADER_BYTES = 16
MICROSECONDS, NANOSECONDS, MODIFIED = 0xA1B2C3D4, 0xA1B23C4D, 0xA1B2CD34
MAGICS = {
    struct.pack(f"{order}I", magic): (order, magic)
    for order in "<>"
    for magic in (MICROSECONDS, NANOSECONDS, MODIFIED)
}


def _link_type_and_fcs(field: int) -> tuple[int, int]:
    """The LINKTYPE number in the lower 16 bits, and the FCS bytes behind each packet.

    Bit 26 says whether the four bits above count the 16-bit words of the frame check sequence
    (draft-ietf-opsawg-pcap, section 4).
    """
    fcs_words = field >> 28 if field & 0x0400_0000 else 0
    return field & 0xFFFF, 2 * fcs_words


class PcapReader:
    """Reads a pcap file; see `netdiag.capture.formats.interface.Reader`."""

    def __init__(self, blocks: Blocks, problems: ProblemLog) -> None:
        self._blocks = blocks
        self._problems = problems
        self._frame = 0
        while blocks.end < FILE_HEADER_BYTES and blocks.advance(0, FILE_HEADER_BYTES):
            pass
        self._order, magic = MAGICS[bytes(blocks.buffer[:4])]
        self.nanoseconds = magic == NANOSECONDS
        self._longer = 8 if magic == MODIFIED else 0
        self.snap_length, link_field = struct.unpack_from(f"{self._order}II", blocks.buffer, 16)
        self._link_type, self._fcs_bytes = _link_type_and_fcs(link_field)
        # Old tools wrote snap lengths of 2³¹ and more; a length field isn't believed that far.
        limit = self.snap_length if self.snap_length <= 1 << 24 else 0
        self._most = max(limit, MAX_PACKET_BYTES)
        resolution = NANOSECONDS_RESOLUTION if self.nanoseconds else MICROSECONDS_RESOLUTION
        self.interfaces = [Interface(self._link_type, self.snap_length, resolution)]

    def __iter__(self) -> Iterator[Records]:
        """The packets, block by block."""
        blocks = self._blocks
        if blocks.end < FILE_HEADER_BYTES:
            report_cut(self._problems, blocks, 0, 0)
            return
        # The time's high half is alike in the records of some hours: it marks a record.
        shape = RecordShape(
            order=self._order,
            length_at=8,
            header_bytes=RECORD_HEADER_BYTES + self._longer,
            overhead=RECORD_HEADER_BYTES + self._longer,
            least=0,
            key_at=2 if self._order == "<" else 0,
            key_bytes=2,
        )
        at = FILE_HEADER_BYTES
        while True:
            offsets, at = walk(blocks.buffer, at, blocks.end, shape)
            records, damage = self._records(offsets)
            if len(records.rows):
                blocks.lend()
                yield records
            need = self._need(at) if damage < 0 else 0
            if need < 0:
                damage = at
            if damage >= 0:
                self._report_damage(damage)
                return
            if not blocks.advance(at, need):
                report_cut(self._problems, blocks, 0, self._frame)
                return
            at = 0

    def _need(self, at: int) -> int:
        """Bytes of the incomplete record at `at`; -1 if it says more than is believed."""
        if self._blocks.end - at < RECORD_HEADER_BYTES:
            return RECORD_HEADER_BYTES
        (captured,) = struct.unpack_from(f"{self._order}I", self._blocks.buffer, at + 8)
        if captured > self._most:
            return -1
        return RECORD_HEADER_BYTES + self._longer + int(captured)

    def _report_damage(self, at: int) -> None:
        (captured,) = struct.unpack_from(f"{self._order}I", self._blocks.buffer, at + 8)
        what = _("claims {n} captured bytes (at most {most} are believed)").format(
            n=captured, most=self._most
        )
        report_damage(self._problems, self._blocks, at, self._frame, what)

    def _records(self, offsets: Offsets) -> tuple[Records, int]:
        """The packets at `offsets`, up to a damaged one, and its offset or -1."""
        time_ns, captured, original = self._fields(offsets)
        damage = -1
        if len(captured) and int(captured.max()) > self._most:
            first = int(np.argmax(captured > self._most))
            damage = int(offsets[first])
            offsets, captured = offsets[:first], captured[:first]
            time_ns, original = time_ns[:first], original[:first]
        if self._fcs_bytes:
            original = np.maximum(original - self._fcs_bytes, 0)
            captured = np.minimum(captured, original)
        count = len(offsets)
        rows = RecordColumns(
            frame=np.arange(self._frame + 1, self._frame + count + 1),
            time_ns=time_ns,
            start=offsets + (RECORD_HEADER_BYTES + self._longer),
            captured=captured,
            original=original,
            link_type=np.full(count, self._link_type, np.int32),
            interface=np.zeros(count, np.int32),
        )
        self._frame += count
        return Records(self._blocks.data[: self._blocks.end + 256], rows), damage

    def _fields(self, offsets: Offsets) -> tuple[Offsets, Offsets, Offsets]:
        """Time in ns, captured and original length of the records at `offsets`."""
        to_ns = 1 if self.nanoseconds else 1000
        if native is not None:
            columns = tuple(np.empty(len(offsets), np.int64) for _ in range(3))
            native.record_fields(self._blocks.data, offsets, self._order == "<", to_ns, *columns)
            return columns[0], columns[1], columns[2]
        fields = gather(self._blocks.data, offsets, np.dtype(f"(4,){self._order}u4"))
        seconds, fraction, captured, original = fields.astype(np.int64).T
        return seconds * 1_000_000_000 + fraction * to_ns, captured, original


PCAP = Format("pcap", lambda head: head[:4] in MAGICS, PcapReader)
