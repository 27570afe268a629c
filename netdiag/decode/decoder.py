"""`Decoder`: the TCP segments of a capture, block by block.

Made from `Records`: the frames are peeled down to TCP, the headers are read, the marker looks at
the payloads. Frames that can't be read are counted as problems and left out. What the segments
mean together is left to the connections room.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from netdiag.capture.records import Records
from netdiag.decode.addresses import Addresses
from netdiag.decode.by_scapy import peel_by_scapy
from netdiag.decode.headed import Headed, read_segments
from netdiag.decode.layers import Protocol
from netdiag.decode.marks import Mark, Marker
from netdiag.decode.outcomes import report_outcomes
from netdiag.decode.peeling import begin, peel
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Segments
from netdiag.problems import ProblemLog


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
        headed = read_segments(capture_index, records, peeling, self._addresses)
        if len(headed.segments) < len(records.rows):
            report_outcomes(records.rows, peeling, problems)
        return headed

    def mark(self, headed: Headed) -> Marked:
        """The second step: what the payloads say. Only rows with captured payload are shown."""
        rows, payloads = headed.rows, headed.payloads
        count = len(headed.segments)
        mark = np.full(count, Mark.OPAQUE, np.uint8)
        detail, tail = np.zeros(count, np.uint32), np.zeros(count, np.uint32)
        sample, samples = np.full(count, -1, np.int32), Samples()
        if len(rows):
            marks = self._marker(payloads)
            mark[rows], detail[rows], tail[rows] = marks.mark, marks.detail, marks.tail
            kept = np.flatnonzero(marks.keep > 0)
            sample[rows[kept]] = samples.add(payloads.data, payloads.start[kept], marks.keep[kept])
        columns = replace(headed.segments, mark=mark, detail=detail, tail=tail, sample=sample)
        return Marked(columns, samples)
