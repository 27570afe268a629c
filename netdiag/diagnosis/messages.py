"""Reads the HTTP/1 messages around a connection's end: whether the request was whole."""

from __future__ import annotations

import numpy as np

from netdiag.columns import Mask
from netdiag.connections.sequence import distance
from netdiag.decode.marks import Mark
from netdiag.decode.segments import Flag
from netdiag.diagnosis.pooling import spoke_unseen
from netdiag.diagnosis.scene import Scene
from netdiag.exchanges.heads import content_length, head_bytes
from netdiag.exchanges.protocols import KEPT_BYTES, SMALL_BYTES
from netdiag.exchanges.protocols.http1 import LONGEST_HEAD, METHODS
from netdiag.timeouts import SHORTEST_IDLE_NS

STALL_NS = 250_000_000
"""A server that waits for the rest of a request waits for longer than this."""

REQUEST_TIMEOUT = 408
_HTTP = b"HTTP/1."


def is_partial_request(scene: Scene, connection: int, exchange: int) -> bool:
    """Whether the server closed while it waited for the rest of an HTTP request.

    What the capture has lost is no rest that the server waited for: its acknowledgement counts
    every byte that it had, and its own numbers those of an answer (RFC 9293, section 3.4).
    """
    request, close = int(scene.exchanges.request[exchange]), int(scene.endings.close[connection])
    if scene.mark(request) != Mark.HTTP_REQUEST:
        return False
    response = int(scene.exchanges.response[exchange])
    if response >= 0 and scene.status(response) != REQUEST_TIMEOUT:
        return False
    if response < 0 and spoke_unseen(scene, connection, request):
        return False
    end = int(scene.exchanges.request_end[exchange])
    waited_until = response if response >= 0 else close
    if scene.time_ns(waited_until) - scene.time_ns(end) < STALL_NS:
        return False
    sample = scene.sample(request)
    traffic = scene.traffic
    sent = int(traffic.position[end] + traffic.length[end] - traffic.position[request])
    sent = max(sent, _received(scene, request, waited_until))
    head = head_bytes(sample)
    if head is None:
        # A 408 says it, however little of the request was captured (RFC 9110, section 15.5.9).
        return response >= 0 or len(sample) == sent < LONGEST_HEAD
    declared = content_length(sample)
    return declared is not None and sent < head + declared


def _received(scene: Scene, request: int, answer: int) -> int:
    """How many bytes, from the request's first one on, a segment of the server acknowledges."""
    segments, asked, said = scene.traffic.segments, scene.segment(request), scene.segment(answer)
    if not scene.traffic.flags[answer] & Flag.ACK:
        return 0
    return distance(int(segments.sequence[asked]), int(segments.acknowledgment[said]))


def may_be_partial_request(scene: Scene, connection: int, exchange: int) -> bool:
    """Whether too little of an HTTP request was captured to say that the server had all of it."""
    request, close = int(scene.exchanges.request[exchange]), int(scene.endings.close[connection])
    if close < 0 or head_bytes(scene.sample(request)) is not None:
        return False
    end = int(scene.exchanges.request_end[exchange])
    return scene.time_ns(close) - scene.time_ns(end) >= STALL_NS


def is_cut_before_fields(scene: Scene, row: int) -> bool:
    """Whether the snap length ends an HTTP (or unknown) message before its head could end."""
    mark, length = scene.traffic.mark[row], int(scene.traffic.length[row])
    sample = scene.sample(row)
    if mark in (Mark.HTTP_REQUEST, Mark.HTTP_RESPONSE):
        return head_bytes(sample) is None and len(sample) < min(length, LONGEST_HEAD)
    # Longer ones of unknown protocols are not remembered, whether they were cut or not.
    return (
        bool(mark == Mark.OPAQUE)
        and length <= SMALL_BYTES
        and len(sample) < min(length, KEPT_BYTES)
    )


def may_be_cut_head(scene: Scene, row: int) -> bool:
    """Whether a row may be a response of HTTP/1.x whose fields the snap length has cut off."""
    return is_cut_before_fields(scene, row) and _HTTP.startswith(scene.sample(row)[: len(_HTTP)])


def may_be_cut_announcement(scene: Scene, connection: int) -> bool:
    """Whether the last response before the close has lost the head that might have announced it.

    What a server says after a pause, right before it closes, is rather its farewell.
    """
    before = int(scene.endings.before_close[connection])
    response = int(scene.exchanges.response[before]) if before >= 0 else -1
    if response < 0:
        return False
    last = int(scene.exchanges.response_end[before])
    if scene.time_ns(last) - scene.time_ns(response) >= SHORTEST_IDLE_NS:
        return False
    return may_be_cut_head(scene, response)


def may_begin_request(scene: Scene, row: int) -> bool:
    """Whether as much as was remembered of a row could begin a request of HTTP/1.x."""
    sample = scene.sample(row)
    return any(method.startswith(sample[: len(method)]) for method in METHODS if sample)


def find_timed_out(scene: Scene) -> Mask:
    """Connections with a response 408 Request Timeout (RFC 9110, section 15.5.9)."""
    rows = np.flatnonzero(scene.traffic.mark == Mark.HTTP_RESPONSE)
    status = scene.traffic.segments.detail[scene.traffic.row[rows]]
    timed_out = np.zeros(len(scene.connections), bool)
    timed_out[scene.traffic.groups.of_row[rows[status == REQUEST_TIMEOUT]]] = True
    return timed_out
