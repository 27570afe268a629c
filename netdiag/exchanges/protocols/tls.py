"""TLS at record level: what can be told without keys (RFC 8446, section 5; RFC 5246, section 6).

A record's type and length are in clear. In TLS 1.3 alerts and the end of the handshake wear the
type of application data; only their lengths give them away, and the exchanges room weighs that.
"""

from __future__ import annotations

import numpy as np

from netdiag.columns import Rows
from netdiag.decode.marks import Mark, Marks
from netdiag.exchanges.protocols.beginnings import Beginnings
from netdiag.exchanges.protocols.leads import Leads, gather

NAME = "tls"

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23
BEGINNINGS = Beginnings(octets=bytes([CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA]))
HEADER_BYTES = 5
LONGEST_RECORD = (1 << 14) + 2048  # RFC 5246, section 6.2.3; TLS 1.3 allows 256 instead of 2048
RECORDS_A_SEGMENT = 64
"""A segment with more records than this is data, whatever its last record is."""

MARKS = bytes(
    (
        *(Mark.TLS_CLIENT_HELLO, Mark.TLS_SERVER_HELLO),
        *(Mark.TLS_HANDSHAKE, Mark.TLS_ALERT, Mark.TLS_HANDSHAKE, Mark.TLS_DATA),
    )
)
"""What a ClientHello is, a ServerHello, and a record of each type from 20 on."""


def mark(leads: Leads, marks: Marks) -> None:
    """Mark payloads that begin with a TLS record, and note the first and the last record."""
    _mark_cut(leads, marks)
    octets = leads.octets
    rows = np.flatnonzero(
        (octets[:, 0] >= CHANGE_CIPHER_SPEC)
        & (octets[:, 0] <= APPLICATION_DATA)
        & (octets[:, 1] == 3)
        & (octets[:, 2] <= 4)
        & (leads.payloads.captured >= HEADER_BYTES)
    )
    if len(rows) == 0:
        return
    octets = octets[rows]
    length = octets[:, 3].astype(np.int64) << 8 | octets[:, 4]
    possible = (length > 0) & (length <= LONGEST_RECORD)
    rows, octets, length = rows[possible], octets[possible], length[possible]
    kind = octets[:, 0]
    marks.mark[rows] = np.select(
        [
            (kind == HANDSHAKE) & (octets[:, 5] == 1),
            (kind == HANDSHAKE) & (octets[:, 5] == 2),
            kind == ALERT,
            kind == APPLICATION_DATA,
        ],
        [Mark.TLS_CLIENT_HELLO, Mark.TLS_SERVER_HELLO, Mark.TLS_ALERT, Mark.TLS_DATA],
        Mark.TLS_HANDSHAKE,
    )
    marks.detail[rows] = length
    marks.keep[rows] = 0
    _note_last_record(leads, marks, rows)


def _mark_cut(leads: Leads, marks: Marks) -> None:
    """Mark payloads of which the capture holds no more than the type and version of a record.

    A snap length of 68 leaves two bytes where TCP has its time stamp option. The payload is then
    taken for one record, which alerts, requests and short responses are.
    """
    octets, payloads = leads.octets, leads.payloads
    rows = np.flatnonzero(
        (octets[:, 0] >= CHANGE_CIPHER_SPEC)
        & (octets[:, 0] <= APPLICATION_DATA)
        & (octets[:, 1] == 3)
        & (payloads.captured >= 2)
        & (payloads.captured < HEADER_BYTES)
        & (payloads.length > HEADER_BYTES)
    )
    kind = octets[rows, 0]
    length = payloads.length[rows] - HEADER_BYTES
    marks.mark[rows] = np.select(
        [kind == ALERT, kind == APPLICATION_DATA],
        [Mark.TLS_ALERT, Mark.TLS_DATA],
        Mark.TLS_HANDSHAKE,
    )
    marks.detail[rows] = length
    marks.keep[rows] = 0
    marks.tail[rows] = np.where(kind == APPLICATION_DATA, APPLICATION_DATA << 16 | length, 0)


def _note_last_record(leads: Leads, marks: Marks, rows: Rows) -> None:
    """Walk from record to record, all rows at once, to the one that ends with the payload."""
    payloads = leads.payloads
    marks.tail[rows] = 0
    offset = np.zeros(len(rows), np.int64)
    for _ in range(RECORDS_A_SEGMENT):
        header = gather(payloads.data, payloads.start[rows] + offset, HEADER_BYTES)
        length = header[:, 3].astype(np.int64) << 8 | header[:, 4]
        offset = offset + HEADER_BYTES + length
        last = offset == payloads.length[rows]
        marks.tail[rows[last]] = header[last, 0].astype(np.uint32) << 16 | length[last]
        more = offset + HEADER_BYTES <= payloads.captured[rows]
        rows, offset = rows[more], offset[more]
        if len(rows) == 0:
            return
