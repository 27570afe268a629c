"""Numbers connections and streams in the order in which they were captured.

Of some of them no segment is there any more; they count among the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Mask, Rows, distinct
from netdiag.connections.splitting import in_order, streams
from netdiag.connections.table import Connections, Fields, Traffic
from netdiag.decode.aside import Streams
from netdiag.decode.bygones import Bygones
from netdiag.decode.segments import Segments


def by_capture(
    capture: npt.NDArray[np.uint16], frame: npt.NDArray[np.uint32]
) -> tuple[Streams, ...]:
    """Streams by their first frames, and the captures that these are in."""
    return tuple(
        Streams(number, np.sort(frame[capture == number])) for number in distinct(capture).tolist()
    )


class Ranks(Struct, frozen=True, eq=False):
    """Tells the rank of connections without segments among all: see `Connections.number`.

    Attributes:
        place: uint64, the rank of each capture by its first segment.
        begun: uint64 or uint32, ascending: where these connections begin; see `_keys`.
        before: int64, ascending: how many of them begin before each connection with segments.
    """

    place: npt.NDArray[np.uint64]
    begun: npt.NDArray[Any]
    before: npt.NDArray[np.int64]

    @classmethod
    def of(cls, traffic: Traffic, known: npt.NDArray[np.int64], gone: Bygones) -> Self:
        """Of all that are gone, given the ranks of the others."""
        if len(gone) == 0:
            return cls(np.empty(0, np.uint64), gone.frame, known[:0])
        place = _places(traffic.segments)
        begun = np.sort(_keys(place, gone.capture, gone.frame))
        return cls(place, begun, np.sort(known) - np.arange(len(known)))

    def ranks(
        self, capture: npt.NDArray[np.uint16], frame: npt.NDArray[np.uint32]
    ) -> npt.NDArray[np.int64]:
        """The ranks of some of those that are gone, given where they begin; int64."""
        if len(frame) == 0:
            return np.empty(0, np.int64)
        among_gone = np.searchsorted(self.begun, _keys(self.place, capture, frame))
        return among_gone + np.searchsorted(self.before, among_gone, "right")


def earlier(traffic: Traffic, table: Connections, gone: Bygones) -> npt.NDArray[np.int64]:
    """How many of the connections without segments began before each of those with; int64."""
    if len(gone) == 0:
        return np.zeros(len(table), np.int64)
    segments, first = traffic.segments, traffic.row[table.start]
    place = _places(segments)
    mine = _keys(place, segments.capture[first], segments.frame[first])
    return np.searchsorted(np.sort(_keys(place, gone.capture, gone.frame)), mine)


def _keys(
    place: npt.NDArray[np.uint64],
    capture: npt.NDArray[np.uint16],
    frame: npt.NDArray[np.uint32],
) -> npt.NDArray[np.uint64] | npt.NDArray[np.uint32]:
    """What frames of all captures can be put in order by: themselves, if there is but one."""
    return frame if len(place) == 1 else place[capture] << np.uint64(32) | frame


def _places(segments: Fields) -> npt.NDArray[np.uint64]:
    """The rank of each capture by its first segment; uint64, by its index.

    Each has segments: at least those that say who is who.
    """
    names, begin = np.unique(segments.capture, return_index=True)
    place = np.zeros(int(names[-1]) + 1, np.uint64)
    place[names] = np.argsort(np.argsort(begin))
    return place


def first_of_streams(segments: Segments) -> Rows:
    """The rows at which the streams of each capture begin; int64.

    A stream that spans files is a new one in each of them, as in Wireshark.
    """
    row, ordered = in_order(segments)
    return _streams_by_capture(segments, row, streams(ordered), row[:0])[0]


def stream_numbers(
    fields: Fields,
    row: Rows,
    begins: Mask,
    chosen: Rows,
    whole: Sequence[Streams],
    others: Sequence[Streams],
) -> npt.NDArray[np.int64]:
    """Wireshark's stream number of the chosen sorted rows, counted in each capture by itself.

    Args:
        row: int64, the rows of `fields` as they are sorted.
        begins: bool, where a stream does among these.
        chosen: int64, ascending: some of them.
        whole: of captures of which segments were left out, where all of their streams begin.
        others: further streams.
    """
    first, stream = _streams_by_capture(fields, row, begins, chosen)
    numbers = np.empty(len(first), np.int64)
    known = {each.capture: each.frame for each in whole}
    capture = fields.capture[first]
    for number in np.flatnonzero(np.bincount(capture)).tolist():
        mine = capture == number
        if number in known:
            numbers[mine] = np.searchsorted(known[number], fields.frame[first[mine]])
        else:
            numbers[mine] = rank(first[mine])
        for each in others:
            if each.capture == number:
                numbers[mine] += np.searchsorted(each.frame, fields.frame[first[mine]])
    return numbers[stream]


def _streams_by_capture(
    segments: Segments | Fields, row: Rows, begins: Mask, chosen: Rows
) -> tuple[Rows, Rows]:
    """The first row of each stream in each capture, and which of them the chosen rows are in."""
    capture = segments.capture
    if not len(capture) or capture.min() == capture.max():
        starts = np.flatnonzero(begins)
        if np.array_equal(starts, chosen):
            return row[starts], np.arange(len(starts))
        return row[starts], np.searchsorted(starts, chosen, side="right") - 1
    pair = np.cumsum(begins) * (int(capture.max()) + 1) + capture[row].astype(np.int64)
    distinct, inverse = np.unique(pair, return_inverse=True)
    first = np.full(len(distinct), len(row), np.int64)
    np.minimum.at(first, inverse, row)
    return first, inverse[chosen]


def rank(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The place of each value among all of them; int64."""
    if (values[1:] > values[:-1]).all():  # as they are where no four-tuple was used again
        return np.arange(len(values))
    ranks = np.empty(len(values), np.int64)
    ranks[np.argsort(values)] = np.arange(len(values))
    return ranks
