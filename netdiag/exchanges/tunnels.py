"""Tunnels through HTTP proxies: what a CONNECT changes about its connection.

After a successful answer both sides carry the tunnel's own bytes (RFC 9110, section 9.3.6). TLS and
HTTP ask and answer there as they do anywhere, and the proxy ends an idle tunnel as a server does.
"""

from __future__ import annotations

import numpy as np

from netdiag.columns import Mask, Rows
from netdiag.connections import Traffic
from netdiag.decode.marks import Mark

_CONNECT = int.from_bytes(b"CONN", "big")


def are_opaque(traffic: Traffic, row: Rows, count: int) -> Mask:
    """Which of `count` connections' last CONNECT led to what is neither TLS nor HTTP; bool.

    Args:
        row: int64, rows of `Traffic` with new payload.
    """
    mark = traffic.mark[row]
    begins = row[(mark == Mark.HTTP_REQUEST) | (mark == Mark.TLS_CLIENT_HELLO)]
    connects = traffic.mark[begins] == Mark.HTTP_REQUEST
    connects &= traffic.segments.detail[traffic.row[begins]] == _CONNECT
    if not connects.any():
        return np.zeros(count, bool)
    connection = traffic.groups.of_row[begins]
    last_connect, last_begin = np.full(count, -1, np.int64), np.full(count, -1, np.int64)
    last_connect[connection[connects]] = begins[connects]  # numpy keeps the last value written
    last_begin[connection[~connects]] = begins[~connects]
    opaque: Mask = last_connect > last_begin
    return opaque


def open_tunnels(traffic: Traffic, request: Rows, response: Rows) -> Mask:
    """Which responses opened a tunnel: they say nothing of its end, nor of a body; bool.

    Args:
        request: rows of `Traffic` of the request heads before the response heads, -1 for none.
    """
    successful = traffic.segments.detail[traffic.row[response]] // 100 == 2
    method = traffic.segments.detail[traffic.row[np.maximum(request, 0)]]
    opened: Mask = (request >= 0) & successful & (method == _CONNECT)
    return opened
