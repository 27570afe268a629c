"""`read_segments`: the columns that headers say of the frames that were peeled down to TCP.

Made from `Records` and their `Peeling`, in one compiled pass or in steps. What the payloads say is
left to the marker; what became of the other frames to `netdiag.decode.outcomes`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from netdiag.capture.gather import Offsets
from netdiag.capture.records import RecordColumns, Records
from netdiag.columns import Rows
from netdiag.decode.addresses import Addresses
from netdiag.decode.departures import ways
from netdiag.decode.headers import add_ipv6_addresses, read_headers
from netdiag.decode.layers import Protocol
from netdiag.decode.marks import Payloads
from netdiag.decode.peeling import TCP_HEADER_BYTES, Peeling
from netdiag.decode.segments import Segments
from netdiag.native import native


class Headed(Struct, frozen=True, eq=False):
    """The segments of one block with their headers read; their payloads are still to be marked.

    Attributes:
        segments: all columns but mark, detail, tail and sample, which have no rows yet.
        rows: int64, the segments of which there is captured payload.
        payloads: those payloads.
    """

    segments: Segments
    rows: Rows
    payloads: Payloads


def read_segments(
    capture_index: int, records: Records, peeling: Peeling, addresses: Addresses
) -> Headed:
    """Read the headers of all frames whose protocol is TCP.

    Those whose TCP header contradicts itself, or its packet, are left out: their protocol becomes
    `Protocol.BAD_TCP`, in place. New IPv6 addresses are added to `addresses`.
    """
    if native is None:
        return read_segments_in_steps(capture_index, records, peeling, addresses)
    rows = records.rows
    count = len(rows)
    columns: dict[str, Any] = {name: np.empty(count, dtype) for name, dtype in _HEADED}
    ip = np.empty(count, np.int64)
    row, start, captured, length = np.empty((4, count), np.int64)
    found, six, payloads = native.segments(
        records.data,
        *(np.ascontiguousarray(getattr(rows, name)) for name in _GIVEN),
        *(peeling.protocol, peeling.offset, peeling.ip),
        *(*columns.values(), ip, row, start, captured, length),
    )
    if found < count:
        columns = {name: column[:found] for name, column in columns.items()}
    if six:
        ends = columns["source"], columns["destination"]
        add_ipv6_addresses(records.data, ip[:found], *ends, addresses)
    return Headed(
        segments=replace(_NOTHING, capture=np.full(found, capture_index, np.uint16), **columns),
        rows=row[:payloads],
        payloads=Payloads(records.data, start[:payloads], captured[:payloads], length[:payloads]),
    )


_NOTHING = Segments.empty()
_GIVEN = ("frame", "time_ns", "start", "captured", "original", "link_type")
_HEADED = tuple(
    (name, getattr(_NOTHING, name).dtype)
    for name in Segments.__struct_fields__
    if name not in {"capture", "mark", "detail", "tail", "sample"}
)
"""Columns that the compiled pass fills, in its order."""


def read_segments_in_steps(
    capture_index: int, records: Records, peeling: Peeling, addresses: Addresses
) -> Headed:
    """`read_segments` without a compiled step."""
    data, rows, ip, tcp = records.data, records.rows, peeling.ip, peeling.offset
    is_tcp = peeling.protocol == Protocol.TCP
    if not is_tcp.all():
        keep = np.flatnonzero(is_tcp)
        rows, ip, tcp = rows.take(keep), ip[keep], tcp[keep]
    header = read_headers(data, ip, tcp)
    header_length = header.header_length.astype(np.int64)
    payload = tcp + header_length
    length = _ends(header.end, rows) - payload
    bad = (header_length < TCP_HEADER_BYTES) | (length < 0)
    if bad.any():
        peeling.protocol[np.flatnonzero(is_tcp)[bad]] = Protocol.BAD_TCP
        return read_segments_in_steps(capture_index, records, peeling, addresses)
    add_ipv6_addresses(data, ip, header.source, header.destination, addresses)
    captured = np.minimum(length, rows.start + rows.captured - payload)
    shown = np.flatnonzero(captured > 0)
    return Headed(
        segments=replace(
            _NOTHING,
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
        rows=shown,
        payloads=Payloads(data, payload[shown], captured[shown], length[shown]),
    )


def _ends(ip_ends: Offsets, rows: RecordColumns) -> Offsets:
    """Where the IP packets end: where they say, or else with the frame as it was on the wire."""
    if int(ip_ends.min(initial=0)) >= 0:
        return ip_ends
    frame_ends = rows.start + np.maximum(rows.original, rows.captured)
    return np.where(ip_ends < 0, frame_ends, ip_ends)
