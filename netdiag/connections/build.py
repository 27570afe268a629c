"""Builds `Traffic` and `Connections` out of `Segments`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from netdiag.connections.landmarks import Landmarks, find_landmarks
from netdiag.connections.legs import find_legs
from netdiag.connections.novelty import new_bytes
from netdiag.connections.numbering import by_capture, earlier, rank, stream_numbers
from netdiag.connections.reduction import Groups
from netdiag.connections.roles import client_is_forward
from netdiag.connections.splitting import connections, in_order, streams
from netdiag.connections.table import Connections, Fields, Traffic
from netdiag.decode.aside import Streams
from netdiag.decode.bygones import Bygones
from netdiag.decode.segments import Segments

Nanoseconds: TypeAlias = npt.NDArray[np.int64]

_NONE = Bygones.empty()


def build(
    segments: Segments,
    whole: Sequence[Streams] = (),
    gone: Bygones = _NONE,
    late: Sequence[Streams] = (),
) -> tuple[Traffic, Connections]:
    """The connections that the segments of all captures belong to.

    Args:
        segments: of all captures; what nobody else holds of it is let go of on the way.
        whole: of captures of which segments were left out, where all of their streams begin.
        gone: connections of which no segment is there; they count among the others.
        late: further streams of which none is there, and which are no connections.
    """
    row, ordered = in_order(segments)
    forward = ordered.forward
    stream_begins = streams(ordered)
    groups = Groups.beginning(connections(ordered, stream_begins))
    if len(gone):
        from netdiag.connections.leftovers import find_leftovers  # noqa: PLC0415 - seldom needed

        left, further = find_leftovers(segments, row, groups, ordered, gone)
        if left.any():
            segments = segments.take(~left)  # and let go of the whole
            return build(segments, whole, gone, further)
    mark = segments.mark[row]
    first = row[groups.start]
    low = np.minimum(segments.source[first], segments.destination[first])
    high = np.maximum(segments.source[first], segments.destination[first])
    length, fields = segments.length[row].astype(np.int64), Fields.of(segments)
    del segments  # of millions, half of their memory
    client_forward, known_by = client_is_forward(
        groups, forward, ordered.flags, mark, (low, high), (gone.client, gone.server)
    )
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
    others = (*by_capture(gone.capture, gone.frame), *late)
    table = _summarise(
        traffic,
        client=np.where(client_forward, low, high),
        server=np.where(client_forward, high, low),
        known_by=known_by,
        stream=stream_numbers(fields, row, stream_begins, groups.start, whole, others),
    )
    number = table.number + earlier(traffic, table, gone)
    return traffic, replace(table, number=number, same_as=find_legs(traffic, table))


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
        number=rank(first),
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
