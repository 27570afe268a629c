"""Reads the HTTP/1 messages around a connection's end: whether request and response were whole."""

from __future__ import annotations

import numpy as np

from netdiag.columns import Rows
from netdiag.decode.marks import Mark
from netdiag.diagnosis.scene import Scene
from netdiag.exchanges.heads import content_length, head_bytes, is_chunked
from netdiag.exchanges.protocols.http1 import HEAD_BYTES

STALL_NS = 250_000_000
"""A server that waits for the rest of a request waits for longer than this."""

_BODILESS = {204, 304}
_END_OF_CHUNKS = int.from_bytes(b"\r\n\r\n", "big")


def is_partial_request(scene: Scene, connection: int, exchange: int) -> bool:
    """Whether the server closed while it waited for the rest of an HTTP request."""
    request, close = int(scene.exchanges.request[exchange]), int(scene.endings.close[connection])
    if scene.traffic.mark[request] != Mark.HTTP_REQUEST:
        return False
    response = int(scene.exchanges.response[exchange])
    if response >= 0 and _status(scene, response) != 408:
        return False
    end = int(scene.exchanges.request_end[exchange])
    waited_until = response if response >= 0 else close
    if scene.time_ns(waited_until) - scene.time_ns(end) < STALL_NS:
        return False
    sample = scene.sample(request)
    traffic = scene.traffic
    sent = int(traffic.position[end] + traffic.length[end] - traffic.position[request])
    head = head_bytes(sample)
    if head is None:
        return len(sample) == sent < HEAD_BYTES
    declared = content_length(sample)
    return declared is not None and sent < head + declared


def is_truncated_response(scene: Scene, connection: int) -> bool:
    """Whether the server closed before the end of its last HTTP response, as far as that shows."""
    exchange, close = (
        int(scene.endings.before_close[connection]),
        int(scene.endings.close[connection]),
    )
    if exchange < 0 or close < 0:
        return False
    heads = _rows_marked(scene, connection, Mark.HTTP_RESPONSE, close + 1)
    requests = _rows_marked(scene, connection, Mark.HTTP_REQUEST, close)
    if len(heads) == 0 or len(requests) == 0 or heads[-1] < requests[-1]:
        return False
    head_row = int(heads[-1])
    status, sample = _status(scene, head_row), scene.sample(head_row)
    head = head_bytes(sample)
    is_head = scene.sample(int(requests[-1])).startswith(b"HEAD ")
    if is_head or head is None or status in _BODILESS or status < 200:
        return False
    body_end, last_row = _end_of_speech(scene, connection)
    declared = content_length(sample)
    if is_chunked(sample):
        last_four = int(scene.traffic.segments.tail[scene.segment(last_row)])
        return last_four not in (0, _END_OF_CHUNKS)
    if declared is None:
        return False
    return body_end - int(scene.traffic.position[head_row]) - head < declared


def is_408(scene: Scene, connection: int) -> bool:
    """Whether the server's last response before the close is 408 Request Timeout."""
    close = int(scene.endings.close[connection])
    heads = _rows_marked(scene, connection, Mark.HTTP_RESPONSE, close + 1)
    return len(heads) > 0 and _status(scene, int(heads[-1])) == 408


def _status(scene: Scene, row: int) -> int:
    if scene.traffic.mark[row] != Mark.HTTP_RESPONSE:
        return 0
    return int(scene.traffic.segments.detail[scene.segment(row)])


def _rows_marked(scene: Scene, connection: int, mark: Mark, stop: int) -> Rows:
    """Rows of new payload with this mark, before `stop`."""
    start = int(scene.connections.start[connection])
    part = slice(start, stop)
    new = (scene.traffic.mark[part] == mark) & (scene.traffic.new_bytes[part] > 0)
    return np.flatnonzero(new) + start


def _end_of_speech(scene: Scene, connection: int) -> tuple[int, int]:
    """Position after the server's last payload byte, and the row that holds it."""
    part = slice(int(scene.connections.start[connection]), int(scene.connections.stop[connection]))
    traffic = scene.traffic
    rows = np.flatnonzero(~traffic.from_client[part] & (traffic.length[part] > 0)) + part.start
    ends = traffic.position[rows] + traffic.length[rows]
    last = int(rows[int(np.argmax(ends))])
    end = int(ends.max())
    fin = int(scene.connections.server_fin[connection])
    if fin >= 0:  # the FIN's place in the stream counts bytes that the capture has lost
        end = max(end, int(traffic.position[fin] + traffic.length[fin]))
    return end, last
