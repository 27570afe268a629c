"""Builds `Traffic` and `Connections` out of `Segments`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from netdiag.columns import Mask, Rows
from netdiag.connections.grouping import by_four_tuple
from netdiag.connections.landmarks import Landmarks, find_landmarks
from netdiag.connections.legs import find_legs
from netdiag.connections.novelty import new_bytes
from netdiag.connections.reduction import Groups
from netdiag.connections.roles import client_is_forward
from netdiag.connections.splitting import Sorted, connections, streams
from netdiag.connections.table import Connections, Fields, Traffic
from netdiag.decode.aside import Streams
from netdiag.decode.segments import Segments
from netdiag.decode.singles import Singles

Nanoseconds: TypeAlias = npt.NDArray[np.int64]

_NONE = Singles.empty()


def build(
    segments: Segments,
    whole: Sequence[Streams] = (),
    gone: Singles = _NONE,
) -> tuple[Traffic, Connections]:
    """The connections that the segments of all captures belong to.

    Args:
        segments: of all captures; what nobody else holds of it is let go of on the way.
        whole: of captures of which segments were left out, where all of their streams begin.
        gone: connections of which no segment is there; they count among the others.
    """
    row, tuple_begins = by_four_tuple(segments)
    forward = (segments.source < segments.destination)[row]
    ordered = Sorted(
        begins=tuple_begins,
        forward=forward,
        sequence=segments.sequence[row],
        acknowledgment=segments.acknowledgment[row],
        flags=segments.flags[row],
        time_ns=segments.time_ns[row],
    )
    stream_begins = streams(ordered)
    groups = Groups.beginning(connections(ordered, stream_begins))
    mark = segments.mark[row]
    first = row[groups.start]
    low = np.minimum(segments.source[first], segments.destination[first])
    high = np.maximum(segments.source[first], segments.destination[first])
    length, fields = segments.length[row].astype(np.int64), Fields.of(segments)
    del segments  # of millions, half of their memory
    client_forward, known_by = client_is_forward(groups, forward, ordered.flags, mark, (low, high))
    from_client = forward == client_forward[groups.of_row]
    position, new = new_bytes(groups, from_client, ordered, length, mark)
    traffic = Traffic(
        segments=fields,
        row=row,
        groups=groups,
        from_client=from_client,
        time_ns=ordered.time_ns,
        flags=ordered.flags,
        mark=mark,
        length=length,
        position=position,
        new_bytes=new,
    )
    table = _summarise(
        traffic,
        client=np.where(client_forward, low, high),
        server=np.where(client_forward, high, low),
        known_by=known_by,
        stream=_stream_numbers(fields, row, stream_begins, groups.start, whole),
    )
    table = replace(table, same_as=find_legs(traffic, table))
    return traffic, _counted_on(traffic, table, gone) if len(gone) else table


def _counted_on(traffic: Traffic, table: Connections, gone: Singles) -> Connections:
    """The connections with the numbers that they have with the others among them."""
    segments, first = traffic.segments, traffic.row[table.start]
    names, begin = np.unique(segments.capture, return_index=True)
    place = np.empty(int(max(names[-1], gone.capture.max())) + 1, np.uint64)
    place[names] = np.argsort(np.argsort(begin))  # each has rows: those that say who is who
    known, mine = (
        place[capture] << np.uint64(32) | frame
        for capture, frame in (
            (gone.capture, gone.frame),
            (segments.capture[first], segments.frame[first]),
        )
    )
    known.sort()
    earlier = np.searchsorted(known, mine)
    of_others = np.searchsorted(known, mine >> np.uint64(32) << np.uint64(32))
    return replace(table, number=table.number + earlier, stream=table.stream + earlier - of_others)


def _summarise(
    traffic: Traffic,
    client: npt.NDArray[np.uint64],
    server: npt.NDArray[np.uint64],
    known_by: npt.NDArray[np.uint8],
    stream: npt.NDArray[np.int64],
) -> Connections:
    groups, rows = traffic.groups, traffic.row
    found = find_landmarks(groups, traffic.from_client, traffic.flags, traffic.new_bytes)
    to_server, whole = _round_trips(traffic, found)
    first = rows[groups.start]
    return Connections(
        number=_rank(first),
        start=groups.start,
        stop=groups.stop,
        client=client,
        server=server,
        known_by=known_by,
        capture=traffic.segments.capture[first].astype(np.int32),
        stream=stream,
        syn=found.syn,
        syn_ack=found.syn_ack,
        client_fin=found.client_fin,
        server_fin=found.server_fin,
        client_rst=found.client_rst,
        server_rst=found.server_rst,
        client_bytes=found.client_bytes,
        server_bytes=found.server_bytes,
        to_server_ns=to_server,
        round_trip_ns=whole,
        same_as=np.arange(len(groups)),
    )


def _round_trips(traffic: Traffic, found: Landmarks) -> tuple[Nanoseconds, Nanoseconds]:
    """From the SYN to the SYN/ACK, and to the ACK that the client sends after that; -1: unknown."""
    to_server = np.full(len(found), -1, np.int64)
    whole = np.full(len(found), -1, np.int64)
    known = np.flatnonzero(found.asked >= 0)
    begin = traffic.time_ns[found.asked[known]]
    to_server[known] = np.maximum(traffic.time_ns[found.syn_ack[known]] - begin, 0)
    complete = found.ack[known] >= 0
    known, begin = known[complete], begin[complete]
    whole[known] = np.maximum(traffic.time_ns[found.ack[known]] - begin, 0)
    return to_server, whole


def first_of_streams(segments: Segments) -> Rows:
    """The rows at which the streams of each capture begin; int64.

    A stream that spans files is a new one in each of them, as in Wireshark.
    """
    row, tuple_begins = by_four_tuple(segments)
    ordered = Sorted(
        begins=tuple_begins,
        forward=(segments.source < segments.destination)[row],
        sequence=segments.sequence[row],
        acknowledgment=segments.acknowledgment[row],
        flags=segments.flags[row],
        time_ns=segments.time_ns[row],
    )
    return _streams_by_capture(segments, row, streams(ordered), row[:0])[0]


def _stream_numbers(
    fields: Fields, row: Rows, begins: Mask, chosen: Rows, whole: Sequence[Streams]
) -> npt.NDArray[np.int64]:
    """Wireshark's stream number of the chosen sorted rows, counted in each capture by itself."""
    first, stream = _streams_by_capture(fields, row, begins, chosen)
    numbers = np.empty(len(first), np.int64)
    known = {each.capture: each.frame for each in whole}
    capture = fields.capture[first]
    for number in np.flatnonzero(np.bincount(capture)).tolist():
        mine = capture == number
        if number in known:
            numbers[mine] = np.searchsorted(known[number], fields.frame[first[mine]])
        else:
            numbers[mine] = _rank(first[mine])
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


def _rank(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    if (values[1:] > values[:-1]).all():  # as they are where no four-tuple was used again
        return np.arange(len(values))
    ranks = np.empty(len(values), np.int64)
    ranks[np.argsort(values)] = np.arange(len(values))
    return ranks
