"""Finds the connections that a server closed inside an HTTP/1 response (RFC 9112, section 8)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, Rows, one_of
from netdiag.connections import Connections, Traffic
from netdiag.connections.sequence import distances
from netdiag.decode.marks import Mark
from netdiag.exchanges.framings import Framings, Heads
from netdiag.exchanges.tunnels import open_tunnels

_BODILESS = (204, 304)
_HEAD = int.from_bytes(b"HEAD", "big")
_END_OF_CHUNKS = int.from_bytes(b"\r\n\r\n", "big")


def find_truncated(traffic: Traffic, connections: Connections, closed: Mask, heads: Heads) -> Mask:
    """Connections that the server closed inside an HTTP response, as far as that shows.

    Args:
        closed: bool a connection, the server ended it before the client did.
    """
    groups = traffic.groups
    said, asked = (
        np.flatnonzero(traffic.mark == mark) for mark in (Mark.HTTP_RESPONSE, Mark.HTTP_REQUEST)
    )
    head = groups.last_of(said[traffic.new_bytes[said] > 0])
    request = groups.last_of(asked[traffic.new_bytes[asked] > 0])
    rows = np.flatnonzero(closed & (request >= 0) & (head > request))
    head, request = head[rows], request[rows]
    detail = traffic.segments.detail
    bodied = may_have_body(detail[traffic.row[head]], detail[traffic.row[request]])
    bodied &= ~open_tunnels(traffic, request, head)
    rows, head = rows[bodied], head[bodied]
    body_end, last_four = _ends_of_speech(traffic, connections, rows)
    sent = body_end - traffic.position[head]
    says = heads.read(traffic.segments.sample[traffic.row[head]])
    truncated = np.zeros(len(connections), bool)
    truncated[rows] = are_cut(says, sent, last_four)
    return truncated


def may_have_body(status: npt.NDArray[np.uint32], method: npt.NDArray[np.uint32]) -> Mask:
    """Which responses may have one, by what `Mark` keeps of them and of their requests; bool."""
    may: Mask = (status >= 200) & ~one_of(status, _BODILESS) & (method != _HEAD)
    return may


def are_cut(says: Framings, sent: Rows, last_four: npt.NDArray[np.uint32]) -> Mask:
    """Which responses lack something, by their heads; bool.

    Args:
        sent: int64, how many bytes of each were sent, with its head.
        last_four: uint32, the last four bytes that were sent; 0 where these are not known.
    """
    in_chunks = says.is_chunked & (last_four != 0) & (last_four != _END_OF_CHUNKS)
    in_body = sent < says.head_bytes + says.content_length
    cut: Mask = np.where(says.content_length >= 0, in_body, in_chunks) & (says.head_bytes >= 0)
    return cut


def _ends_of_speech(
    traffic: Traffic, connections: Connections, rows: Rows
) -> tuple[Rows, npt.NDArray[np.uint32]]:
    """Position after the server's last payload byte, and the last four bytes of that segment."""
    last = traffic.groups.last(~traffic.from_client & (traffic.new_bytes > 0))[rows]
    end = traffic.position[last] + traffic.length[last]
    fin = connections.server_fin[rows]
    has = fin >= 0  # the FIN's place in the stream counts bytes that the capture has lost
    end[has] = np.maximum(end[has], traffic.position[fin[has]] + traffic.length[fin[has]])
    reset = connections.server_rst[rows]
    has = reset >= 0  # so does the number of its RST (RFC 9293, section 3.10.7.1)
    sequence = traffic.segments.sequence
    begin, number = sequence[traffic.row[last[has]]], sequence[traffic.row[reset[has]]]
    end[has] = np.maximum(end[has], traffic.position[last[has]] + distances(begin, number))
    return end, traffic.segments.tail[traffic.row[last]]
