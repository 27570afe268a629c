"""`Traffic` and `Connections`: segments by connection, and one row a connection."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Columns, Mask, Rows
from netdiag.connections.reduction import Groups
from netdiag.decode.segments import Segments


class Fields(Columns, frozen=True, eq=False):
    """Columns of `Segments` that are seldom asked for, in capture order; all as they are there."""

    capture: npt.NDArray[np.uint16]
    frame: npt.NDArray[np.uint32]
    sequence: npt.NDArray[np.uint32]
    acknowledgment: npt.NDArray[np.uint32]
    window: npt.NDArray[np.uint16]
    ttl: npt.NDArray[np.uint8]
    ip_id: npt.NDArray[np.uint16]
    way: npt.NDArray[np.uint8]
    detail: npt.NDArray[np.uint32]
    tail: npt.NDArray[np.uint32]
    sample: npt.NDArray[np.int32]

    @classmethod
    def of(cls, segments: Segments) -> Fields:
        """Those of all segments; not copied."""
        return cls(**{name: getattr(segments, name) for name in cls.__struct_fields__})


class Traffic(Struct, frozen=True, eq=False):
    """The segments of an analysis sorted by connection, in capture order inside each.

    Attributes:
        segments: the fields that are not among these columns, in capture order.
        row: int64, each sorted row's row in `segments`.
        groups: which sorted rows belong to which connection.
        from_client: bool, whether the client sent it.
        time_ns: int64, as in `Segments`.
        flags: uint8, as in `Segments`.
        mark: uint8, as in `Segments`.
        length: int64, payload bytes on the wire.
        position: int64, where the payload starts in its direction's stream, in octets from the
            first segment seen, counting on past 2**32. RST segments have their own idea of a
            sequence number (RFC 9293, section 3.10.7): theirs means little.
        new_bytes: int64, payload bytes that lie beyond everything seen before in that direction;
            0 for retransmissions, keep-alive probes and duplicates.
    """

    segments: Fields
    row: Rows
    groups: Groups
    from_client: Mask
    time_ns: npt.NDArray[np.int64]
    flags: npt.NDArray[np.uint8]
    mark: npt.NDArray[np.uint8]
    length: npt.NDArray[np.int64]
    position: npt.NDArray[np.int64]
    new_bytes: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.row)

    def column(self, name: str) -> npt.NDArray[np.int64]:
        """Any column of `segments` in sorted order; a copy, in the column's own dtype."""
        values: npt.NDArray[np.int64] = getattr(self.segments, name)[self.row]
        return values


class Connections(Columns, frozen=True, eq=False):
    """One row a connection, in the order of `Traffic.groups`.

    Columns that name a row mean one of `Traffic`, or -1 where there is no such segment.

    Columns:
        number: int64, rank of the connection's first segment in capture order, from 0.
        start: int64, first row of the connection in `Traffic`.
        stop: int64, one past its last row.
        client: uint64, endpoint that opened it.
        server: uint64, endpoint that answered.
        known_by: uint8, a `netdiag.connections.roles.KnownBy`.
        capture: int32, index of the capture that holds its first segment.
        stream: int64, Wireshark's `tcp.stream` in that capture.
        syn: int64, row of the first SYN without ACK.
        syn_ack: int64, row of the first SYN with ACK.
        client_fin: int64, row of the client's first FIN.
        server_fin: int64, row of the server's first FIN.
        client_rst: int64, row of the client's first RST.
        server_rst: int64, row of the server's first RST.
        client_bytes: int64, new payload bytes from the client.
        server_bytes: int64, new payload bytes from the server.
        to_server_ns: int64, from the SYN to the SYN/ACK: the way from the capture point to the
            server and back; -1 without a handshake.
        round_trip_ns: int64, from the SYN to the ACK that ends the handshake: a whole round
            trip wherever the capture was taken; -1 without a handshake.
        same_as: int64, row of the connection that this one is, if it was captured on several sides
            of an address translation: of the leg nearest to the client. Its own row otherwise.
    """

    number: npt.NDArray[np.int64]
    start: Rows
    stop: Rows
    client: npt.NDArray[np.uint64]
    server: npt.NDArray[np.uint64]
    known_by: npt.NDArray[np.uint8]
    capture: npt.NDArray[np.int32]
    stream: npt.NDArray[np.int64]
    syn: Rows
    syn_ack: Rows
    client_fin: Rows
    server_fin: Rows
    client_rst: Rows
    server_rst: Rows
    client_bytes: npt.NDArray[np.int64]
    server_bytes: npt.NDArray[np.int64]
    to_server_ns: npt.NDArray[np.int64]
    round_trip_ns: npt.NDArray[np.int64]
    same_as: Rows

    @property
    def client_host(self) -> npt.NDArray[np.uint64]:
        """The clients without their ports: endpoints with port 0; uint64."""
        return self.client & ~np.uint64(0xFFFF)

    @property
    def was_refused(self) -> Mask:
        """Those that were asked for, and answered by nothing but a RST; bool.

        What came about all the same has only its SYN/ACK missing from the capture.
        """
        refused: Mask = (self.syn >= 0) & (self.syn_ack < 0) & (self.server_rst >= 0)
        refused &= (self.server_bytes == 0) & (self.server_fin < 0)
        return refused

    @property
    def has_ended(self) -> Mask:
        """Those with a FIN of both sides, or a RST of either (RFC 9293, section 3.6); bool."""
        ended: Mask = (self.client_fin >= 0) & (self.server_fin >= 0)
        return ended | (self.client_rst >= 0) | (self.server_rst >= 0)

    def spans(self, traffic: Traffic) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Times of the earliest and the latest segment, whatever their order; int64."""
        if len(self) == 0:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        time_ns = traffic.time_ns
        return np.minimum.reduceat(time_ns, self.start), np.maximum.reduceat(time_ns, self.start)
