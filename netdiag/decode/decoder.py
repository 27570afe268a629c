"""`Decoder`: the TCP segments of a capture, block by block.

Made from `Records`: the frames are peeled down to TCP, the headers are read, the marker looks at
the payloads. Frames that can't be read are counted as problems and left out. What the segments
mean together is left to the connections room.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from netdiag.capture.gather import Bytes, Offsets
from netdiag.capture.records import RecordColumns, Records
from netdiag.decode.addresses import Addresses
from netdiag.decode.by_scapy import peel_by_scapy
from netdiag.decode.departures import ways
from netdiag.decode.headers import read_headers
from netdiag.decode.layers import Protocol
from netdiag.decode.marks import Mark, Marker, Payloads
from netdiag.decode.outcomes import BAD_TCP, report_outcomes, report_rows
from netdiag.decode.peeling import TCP_HEADER_BYTES, begin, peel
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Segments
from netdiag.problems import ProblemLog


class Headed(Struct, frozen=True, eq=False):
    """The segments of one block with their headers read; their payloads are still to be marked.

    Attributes:
        data: the block's bytes.
        payload: int64, offset of each payload.
        captured: int64, bytes of it that are in the capture; negative where less than the header.
        segments: all columns but mark, detail, tail and sample, which have no rows yet.
    """

    data: Bytes
    payload: Offsets
    captured: Offsets
    segments: Segments


class Marked(Struct, frozen=True, eq=False):
    """The segments of one block.

    Attributes:
        segments: all of their columns.
        samples: what the column `sample` refers to: those of this block alone.
    """

    segments: Segments
    samples: Samples

    def joining(self, samples: Samples) -> Segments:
        """The segments, with the samples taken in by those of the blocks before."""
        first = samples.take_in(self.samples)
        number = self.segments.sample
        return replace(self.segments, sample=np.where(number < 0, number, number + np.int32(first)))


class Decoder:
    """Decodes the blocks of any number of captures into tables of segments.

    In two steps, which different threads may take: only `read` changes `addresses`, which grow with
    what is decoded, and `mark` changes nothing.
    """

    def __init__(self, addresses: Addresses, marker: Marker) -> None:
        self._addresses = addresses
        self._marker = marker

    def decode(self, capture_index: int, records: Records, problems: ProblemLog) -> Marked:
        """The TCP segments of one block, in its order: both steps.

        Raises:
            LinkTypeError: a packet's link type is known to nobody.
        """
        return self.mark(self.read(capture_index, records, problems))

    def read(self, capture_index: int, records: Records, problems: ProblemLog) -> Headed:
        """The first step: all that headers say.

        Raises:
            LinkTypeError: a packet's link type is known to nobody.
        """
        peeling = begin(records)
        if (peeling.protocol == Protocol.BY_SCAPY).any():
            peel_by_scapy(records, peeling)
        peel(records.data, peeling)
        rows, offset, ip = records.rows, peeling.offset, peeling.ip
        is_tcp = peeling.protocol == Protocol.TCP
        if not is_tcp.all():
            report_outcomes(rows, peeling, problems)
            keep = np.flatnonzero(is_tcp)
            rows, offset, ip = rows.take(keep), offset[keep], ip[keep]
        return self._read(capture_index, records.data, rows, (ip, offset), problems)

    def _read(
        self,
        capture_index: int,
        data: Bytes,
        rows: RecordColumns,
        offsets: tuple[Offsets, Offsets],
        problems: ProblemLog,
    ) -> Headed:
        """Read the IP and TCP headers at `offsets`, but for rows that contradict themselves."""
        ip, tcp = offsets
        header = read_headers(data, ip, tcp, self._addresses)
        header_length = header.header_length.astype(np.int64)
        payload = tcp + header_length
        length = _ends(header.end, rows) - payload
        bad = (header_length < TCP_HEADER_BYTES) | (length < 0)
        if bad.any():
            report_rows(rows, bad, BAD_TCP, problems)
            keep = np.flatnonzero(~bad)
            return self._read(capture_index, data, rows.take(keep), (ip[keep], tcp[keep]), problems)
        captured = np.minimum(length, rows.start + rows.captured - payload)
        return Headed(
            data=data,
            payload=payload,
            captured=captured,
            segments=replace(
                Segments.empty(),
                capture=np.full(len(rows), capture_index, np.uint16),
                frame=rows.frame.astype(np.uint32),
                time_ns=rows.time_ns,
                source=header.source,
                destination=header.destination,
                sequence=header.sequence,
                acknowledgment=header.acknowledgment,
                flags=header.flags,
                window=header.window,
                length=length.astype(np.uint32),
                header_length=header.header_length,
                ttl=header.ttl,
                ip_id=header.ip_id,
                way=ways(data, rows, ip, tcp, header.flags, length + header_length),
            ),
        )

    def mark(self, headed: Headed) -> Marked:
        """The second step: what the payloads say. Only rows with captured payload are shown."""
        count = len(headed.payload)
        mark = np.full(count, Mark.OPAQUE, np.uint8)
        detail, tail = np.zeros(count, np.uint32), np.zeros(count, np.uint32)
        sample, samples = np.full(count, -1, np.int32), Samples()
        rows = np.flatnonzero(headed.captured > 0)
        if len(rows):
            start, length = headed.payload[rows], headed.segments.length[rows].astype(np.int64)
            marks = self._marker(Payloads(headed.data, start, headed.captured[rows], length))
            mark[rows], detail[rows], tail[rows] = marks.mark, marks.detail, marks.tail
            kept = np.flatnonzero(marks.keep > 0)
            sample[rows[kept]] = samples.add(headed.data, start[kept], marks.keep[kept])
        columns = replace(headed.segments, mark=mark, detail=detail, tail=tail, sample=sample)
        return Marked(columns, samples)


def _ends(ip_ends: Offsets, rows: RecordColumns) -> Offsets:
    """Where the IP packets end: where they say, or else with the frame as it was on the wire."""
    if int(ip_ends.min(initial=0)) >= 0:
        return ip_ends
    frame_ends = rows.start + np.maximum(rows.original, rows.captured)
    return np.where(ip_ends < 0, frame_ends, ip_ends)
