"""Tunnels through HTTP proxies: what a CONNECT changes about its connection.

After a successful answer both sides carry the tunnel's own bytes (RFC 9110, section 9.3.6). TLS and
HTTP ask and answer there as they do anywhere, and the proxy ends an idle tunnel as a server does.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, Rows, last_of
from netdiag.connections import Traffic
from netdiag.decode.marks import Mark

CONNECT = int.from_bytes(b"CONN", "big")


def are_opaque(
    connection: npt.NDArray[np.int32],
    mark: npt.NDArray[np.uint8],
    detail: npt.NDArray[np.uint32],
    count: int,
) -> Mask:
    """Which of `count` connections' last CONNECT led to what is neither TLS nor HTTP; bool.

    Args:
        connection: int32, one a segment with new payload, in order by connection.
        mark: uint8, likewise.
        detail: uint32, likewise.
    """
    connects = (mark == Mark.HTTP_REQUEST) & (detail == CONNECT)
    if not connects.any():
        return np.zeros(count, bool)
    begins = (mark == Mark.HTTP_REQUEST) | (mark == Mark.TLS_CLIENT_HELLO)
    last_connect, last_begin = (
        last_of(count, connection[rows], rows)
        for rows in (np.flatnonzero(connects), np.flatnonzero(begins & ~connects))
    )
    opaque: Mask = last_connect > last_begin
    return opaque


def open_tunnels(traffic: Traffic, request: Rows, response: Rows) -> Mask:
    """Which responses opened a tunnel: they say nothing of its end, nor of a body; bool.

    Args:
        request: rows of `Traffic` of the request heads before the response heads, -1 for none.
    """
    method = traffic.segments.detail[traffic.row[np.maximum(request, 0)]]
    opened: Mask = (request >= 0) & (method == CONNECT)
    if opened.any():
        opened &= traffic.segments.detail[traffic.row[response]] // 100 == 2
    return opened
