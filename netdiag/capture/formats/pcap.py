"""pcap: what ``tcpdump -w`` writes, in both byte orders, with µs or ns.

Also the "modified" kind of Alexey Kuznetsov's libpcap, whose record headers are eight bytes
longer. Source: draft-ietf-opsawg-pcap, and libpcap's sf-pcap.c for what the draft leaves out.
"""

from __future__ import annotations

import struct
from collections.abc import Generator, Iterator, Sequence

import numpy as np
from msgspec.structs import replace

from netdiag.capture.blocks import Blocks
from netdiag.capture.formats.interface import MAX_PACKET_BYTES, Format, report_cut
from netdiag.capture.formats.pcap_records import MOST_ON_WIRE, PcapRule
from netdiag.capture.formats.pcapng_interfaces import MICROSECONDS as MICROSECONDS_RESOLUTION
from netdiag.capture.formats.pcapng_interfaces import NANOSECONDS as NANOSECONDS_RESOLUTION
from netdiag.capture.formats.pcapng_interfaces import Interface
from netdiag.capture.gather import Offsets, gather
from netdiag.capture.records import PADDING_BYTES, RecordColumns, Records
from netdiag.capture.resuming import find_chain, find_chain_before, first_chain
from netdiag.capture.skipped import SkipLog, Skipped
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
        self._to_ns = 1 if self.nanoseconds else 1000
        self._header_bytes = RECORD_HEADER_BYTES + (8 if magic == MODIFIED else 0)
        self.snap_length, link_field = struct.unpack_from(f"{self._order}II", blocks.buffer, 16)
        self._link_type, self._fcs_bytes = _link_type_and_fcs(link_field)
        # Old tools wrote snap lengths of 2³¹ and more; a length field isn't believed that far.
        limit = self.snap_length if self.snap_length <= 1 << 24 else 0
        self._most = max(limit, MAX_PACKET_BYTES)
        resolution = NANOSECONDS_RESOLUTION if self.nanoseconds else MICROSECONDS_RESOLUTION
        self.interfaces = [Interface(self._link_type, self.snap_length, resolution)]
        self._skips = SkipLog(blocks, problems)
        self._rule = PcapRule(
            self._order,
            self._header_bytes,
            self._link_type,
            limit or self._most,
            nanoseconds=self.nanoseconds,
        )

    @property
    def skipped(self) -> Sequence[Skipped]:
        """The stretches in which no record could be made out."""
        return self._skips.entries

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
            header_bytes=self._header_bytes,
            overhead=self._header_bytes,
            least=0,
            key_at=2 if self._order == "<" else 0,
            key_bytes=2,
        )
        at = FILE_HEADER_BYTES
        while at >= 0:
            rows, at, is_odd = self._walk(at, shape)
            damaged = self._first_damaged(rows) if is_odd else len(rows)
            if damaged < len(rows):
                at, need = int(rows.start[damaged]) - self._header_bytes, -1
                rows = rows.take(slice(0, damaged))
            else:
                need = self._need(at)
            if need < 0:
                at = yield from self._resume(rows, at)
                continue
            yield from self._hand_on(rows)
            at = 0 if blocks.advance(at, need) else self._end()
        self._skips.finish()

    def _walk(self, begin: int, shape: RecordShape) -> tuple[RecordColumns, int, bool]:
        """The packets from `begin` on, as far as the block goes, not yet numbered.

        Returns:
            the packets; where the walk stopped; whether any of them may be damaged.
        """
        if native is None:
            offsets, at = walk(self._blocks.buffer, begin, self._blocks.end, shape)
            return self._rows(offsets), at, True
        end = self._blocks.end
        room = max(end - begin, 0) // self._header_bytes + 1
        time_ns, start, captured, original = (np.empty(room, np.int64) for _ in range(4))
        link_type, interface = (np.empty(room, np.int32) for _ in range(2))
        columns = time_ns, start, captured, original, link_type, interface
        count, at, is_odd = native.records(
            *(self._blocks.data, begin, end, self._order == "<", self._to_ns, self._header_bytes),
            *(self._fcs_bytes, self._most, MOST_ON_WIRE, self._link_type, *columns),
        )
        rows = RecordColumns(
            frame=start,
            time_ns=time_ns,
            start=start,
            captured=captured,
            original=original,
            link_type=link_type,
            interface=interface,
        )
        return rows.take(slice(0, count)), at, is_odd

    def _hand_on(self, rows: RecordColumns) -> Iterator[Records]:
        """Number the packets, and give them away."""
        count = len(rows)
        if not count:
            return
        rows = replace(rows, frame=np.arange(self._frame + 1, self._frame + count + 1))
        self._frame += count
        self._rule.see(rows.time_ns, rows.captured)
        self._skips.see(rows)
        self._blocks.lend()
        yield Records(self._blocks.data[: self._blocks.end + PADDING_BYTES], rows)

    def _first_damaged(self, rows: RecordColumns) -> int:
        """The index of the first record that can't be one; their number where all can."""
        if not len(rows):
            return 0
        wrong = rows.captured > self._most
        if (
            int(rows.original.min()) == 0
            or (rows.original < rows.captured).any()
            or int(rows.original.max()) > MOST_ON_WIRE
        ):
            wrong |= self._rule.is_elsewhere(rows)
        return int(np.argmax(wrong)) if wrong.any() else len(rows)

    def _need(self, at: int) -> int:
        """Bytes of the incomplete record at `at`; -1 if it says more than is believed."""
        if self._blocks.end - at < RECORD_HEADER_BYTES:
            return RECORD_HEADER_BYTES
        captured = self._captured_at(at)
        return -1 if captured > self._most else self._header_bytes + captured

    def _captured_at(self, at: int) -> int:
        (captured,) = struct.unpack_from(f"{self._order}I", self._blocks.buffer, at + 8)
        return int(captured)

    def _claim(self, at: int) -> str:
        """What the damaged record at `at` says, a clause."""
        captured = self._captured_at(at)
        if captured > self._most:
            return _("claims {n} captured bytes (at most {most} are believed)").format(
                n=captured, most=self._most
            )
        if not any(self._blocks.buffer[at : at + RECORD_HEADER_BYTES]):
            return _("is made of zeros")
        return _("has lengths that contradict each other, and a time far from all others")

    def _resume(self, rows: RecordColumns, at: int) -> Generator[Records, None, int]:
        """Hand on what was read before the damage at `at`; where to read on, -1 for nowhere.

        The last record may be the one that lies: its length has led here, into the middle of
        others. So records are looked for within it, too, and among bytes that were taken for
        records and look like none.
        """
        claim = self._claim(at)
        sure = self._rule.count_sure(rows)
        if sure < len(rows):
            at = int(rows.start[sure]) - self._header_bytes
        yield from self._hand_on(rows.take(slice(0, max(sure - 1, 0))))
        last = rows.take(slice(max(sure - 1, 0), sure))
        if len(last):
            begin = int(last.start[0]) - self._header_bytes
            found, moved = find_chain_before(self._blocks, begin, at, self._rule)
            if found >= 0:
                self._skips.begin(begin - moved, self._frame, claim)
                self._skips.end(found)
                return found
            at -= moved
            if self._is_torn(begin - moved, at):
                at = begin - moved
            else:
                yield from self._hand_on(replace(last, start=last.start - moved))
        self._skips.begin(at, self._frame, claim)
        found = -1 if self._skips.is_full else find_chain(self._blocks, at + 1, self._rule)
        if found >= 0:
            self._skips.end(found)
        return found

    def _is_torn(self, begin: int, end: int) -> bool:
        """Whether bytes are missing from the record between two places in the block."""
        block = self._blocks.at
        return any(begin < seam - block < end for seam in self._blocks.stream.seams)

    def _end(self) -> int:
        """What is left at the end of the stream: mostly nothing, or the record that it has cut.

        It can also be a record that claims all that is left, though there are others in there.
        """
        blocks = self._blocks
        if blocks.end >= self._header_bytes and not self._rule.expects(
            self._rows(np.zeros(1, np.int64))
        ):
            found = first_chain(blocks, 1, blocks.end, self._rule, ended=True)
            if found >= 0:
                what = _("claims {n} captured bytes, and the capture has less").format(
                    n=self._captured_at(0)
                )
                self._skips.begin(0, self._frame, what)
                self._skips.end(found)
                return found
        report_cut(self._problems, blocks, 0, self._frame)
        return -1

    def _rows(self, offsets: Offsets) -> RecordColumns:
        """The packets at `offsets`, not yet numbered."""
        fields = gather(self._blocks.data, offsets, np.dtype((np.dtype(f"{self._order}u4"), 4)))
        seconds, fraction, captured, original = fields.astype(np.int64).T
        if self._fcs_bytes:
            original = np.maximum(original - self._fcs_bytes, 0)
            captured = np.minimum(captured, original)
        count = len(offsets)
        return RecordColumns(
            frame=np.zeros(count, np.int64),
            time_ns=seconds * 1_000_000_000 + fraction * self._to_ns,
            start=offsets + self._header_bytes,
            captured=captured,
            original=original,
            link_type=np.full(count, self._link_type, np.int32),
            interface=np.zeros(count, np.int32),
        )


PCAP = Format("pcap", lambda head: head[:4] in MAGICS, PcapReader)
