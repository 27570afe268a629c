"""`Decoder`: the TCP segments of a capture, block by block.

Made from `Records`: the frames are peeled down to TCP, the headers are read, the marker looks at
the payloads. Frames that can't be read are counted as problems and left out. What the segments
mean together is left to the connections room.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from netdiag.capture.records import Records
from netdiag.columns import Rows
from netdiag.decode.addresses import Addresses
from netdiag.decode.by_scapy import peel_by_scapy
from netdiag.decode.headed import Headed, read_segments
from netdiag.decode.layers import Protocol
from netdiag.decode.marks import Mark, Marker
from netdiag.decode.outcomes import report_outcomes
from netdiag.decode.peeling import begin, peel
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Segments
from netdiag.native import native
from netdiag.problems import ProblemLog

Columns = dict[str, npt.NDArray[Any]]


class Marked(Struct, frozen=True, eq=False):
    """The segments of one block.

    Attributes:
        segments: all of their columns.
        samples: what the column `sample` refers to: those of this block alone.
    """

    segments: Segments
    samples: Samples


class Decoder:
    """Decodes the blocks of any number of captures into tables of segments.

    In two steps, which different threads may take: only `read` changes `addresses`, which grow with
    what is decoded, and `mark` changes nothing.
    """

    def __init__(self, addresses: Addresses, marker: Marker) -> None:
        self._addresses = addresses
        self._marker = marker

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
        count, samples = len(headed.segments), Samples()
        if len(headed.rows) == 0:
            return Marked(replace(headed.segments, **_blank(count)), samples)
        payloads = headed.payloads
        marks = self._marker(payloads)
        number = samples.add(payloads.data, payloads.start, marks.keep)
        columns: Columns = {
            "mark": marks.mark,
            "detail": marks.detail,
            "tail": marks.tail,
            "sample": number,
        }
        if len(headed.rows) < count:
            columns = _spread(headed.rows, columns, count)
        return Marked(replace(headed.segments, **columns), samples)


def _blank(count: int) -> Columns:
    """The columns of segments without captured payload."""
    return {
        "mark": np.full(count, Mark.OPAQUE, np.uint8),
        "detail": np.zeros(count, np.uint32),
        "tail": np.zeros(count, np.uint32),
        "sample": np.full(count, -1, np.int32),
    }


def _spread(rows: Rows, some: Columns, count: int) -> Columns:
    """The columns of all segments out of those of some, ascending; the others have no payload."""
    if native is None:
        columns = _blank(count)
        for name, column in columns.items():
            column[rows] = some[name]
        return columns
    columns = {name: np.empty(count, column.dtype) for name, column in some.items()}
    native.spread(rows, *some.values(), *columns.values())
    return columns
