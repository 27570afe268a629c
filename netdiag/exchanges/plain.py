"""Finds the rows of which every connection has thousands: in order, whole, and about nothing else.

A row that is plain can be left out without any other one being read another way: it changes no
TCP state, repeats nothing and leaves no gap, and its time and its host are as one would expect.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask
from netdiag.connections import Traffic
from netdiag.decode.marks import Mark
from netdiag.decode.segments import Flag
from netdiag.exchanges.http2_in_tls import LONGEST_GOAWAY
from netdiag.exchanges.role import Protocol, Role
from netdiag.exchanges.roles import Speech
from netdiag.exchanges.tls_records import FINISHED_LENGTHS, GCM_12, JAVAS_PADDING, TLS_13
from netdiag.exchanges.tls_roles import ALERT_LENGTHS
from netdiag.exchanges.tunnels import CONNECT

_SPECIAL = (101, 408)
"""What changes the protocol, and what may be a farewell."""

LONGEST_ASIDE = LONGEST_GOAWAY + max(TLS_13 + JAVAS_PADDING, GCM_12)
"""A longer record is no alert, no GOAWAY and no frame that asks for nothing, however TLS lengthens
them."""

LONG = 1 + max(LONGEST_ASIDE, *FINISHED_LENGTHS)
"""A record that is as long is no Finished, either."""

_DATA = 23

Bytes = npt.NDArray[np.int64]


def plain_rows(traffic: Traffic, speech: Speech, set_aside: tuple[Bytes, Bytes]) -> Mask:
    """Which rows of `Traffic` are plain; bool.

    Args:
        set_aside: int64, how many bytes of the client and of the server were set aside before
            each row, counted on from connection to connection.
    """
    segments, row = traffic.segments, traffic.row
    plain: Mask = (traffic.flags & ~np.uint8(Flag.PSH)) == Flag.ACK
    plain &= traffic.new_bytes == traffic.length
    plain &= segments.window[row] != 0
    same = np.ones(len(traffic), bool)
    same[traffic.groups.start] = False
    plain[1:] &= (traffic.time_ns[1:] >= traffic.time_ns[:-1]) | ~same[1:]
    plain[traffic.groups.start] = False
    ttl = segments.ttl[row]
    for mine, before in zip((traffic.from_client, ~traffic.from_client), set_aside, strict=True):
        rows = np.flatnonzero(mine)
        of_row = traffic.groups.of_row[rows]
        goes_on = np.zeros(len(rows), bool)
        end = (traffic.position + traffic.length - before)[rows]
        begin = (traffic.position - before)[rows]
        goes_on[1:] = (of_row[1:] == of_row[:-1]) & (begin[1:] == end[:-1])
        goes_on[1:] &= ttl[rows[1:]] == ttl[rows[:-1]]
        plain[rows] &= goes_on
    plain[speech.row[(speech.role != Role.REQUEST) & (speech.role != Role.RESPONSE)]] = False
    common = _is_common_http(traffic)
    in_tls = (speech.protocol == Protocol.TLS)[traffic.groups.of_row]
    if in_tls.any():
        common[in_tls] = is_long_in_tls(traffic)[in_tls]
    plain &= common
    return plain


def is_long_in_tls(traffic: Traffic) -> Mask:
    """Rows whose records are too long to be anything but a request or a part of a response.

    See `netdiag.exchanges.tls_roles` for all that is told from lengths. Of a server's short records
    only alerts tell of others than themselves and their neighbours (by their padding).
    """
    segments, row = traffic.segments, traffic.row
    mark, first, tail = traffic.mark, segments.detail[row], segments.tail[row]
    ends = tail >> 16 == _DATA
    last = np.where(ends, tail & 0xFFFF, LONG)
    by_client = (last >= LONG) & ((mark == Mark.OPAQUE) | (first >= LONG))
    by_server = ~np.isin(last, ALERT_LENGTHS) & ~np.isin(first, ALERT_LENGTHS)
    long: Mask = (mark == Mark.OPAQUE) | (mark == Mark.TLS_DATA)
    long &= np.where(traffic.from_client, by_client, by_server)
    return long


def _is_common_http(traffic: Traffic) -> Mask:
    """Rows without payload, or with that of common requests and responses of HTTP/1."""
    mark, detail = traffic.mark, traffic.segments.detail[traffic.row]
    status = (mark == Mark.HTTP_RESPONSE) & (detail >= 200) & ~np.isin(detail, _SPECIAL)
    request = (mark == Mark.HTTP_REQUEST) & (detail != CONNECT)
    common: Mask = (mark == Mark.OPAQUE) | status | request
    return common
