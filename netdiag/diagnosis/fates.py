"""Says what became of a request: whether its client had been told, what answered, what was lost."""

from __future__ import annotations

import numpy as np

from netdiag.connections.sequence import covers, distance
from netdiag.decode.segments import Flag
from netdiag.diagnosis.resets import Reset
from netdiag.diagnosis.scene import Scene
from netdiag.exchanges import CloseKind

SAME_PACKET_NS = 1_000_000
"""Copies of one packet in a capture are no further apart; a retransmission always is (RFC 6298,
section 2: at least a second; Linux: 200 ms, a tail-loss probe two round trips)."""


def was_told(scene: Scene, close: int, kind: CloseKind, request: int) -> bool | None:
    """Whether the client's kernel had the close when it built the request.

    A FIN takes a sequence number (RFC 9293, section 3.4): an acknowledgement number beyond it
    proves that it had arrived. An RST takes none.
    """
    if close < 0 or request < 0 or kind in (CloseKind.NONE, CloseKind.RST):
        return None
    segments = scene.traffic.segments
    end, asked = scene.segment(close), scene.segment(request)
    if not segments.flags[asked] & Flag.ACK:
        return None
    last = int(segments.sequence[end]) + int(segments.length[end])
    if kind is not CloseKind.FIN:
        last -= 1
    return covers(int(segments.acknowledgment[asked]), last % (1 << 32))


def outcome_of(scene: Scene, connection: int, exchange: int, reset: Reset | None) -> str:
    """What became of an exchange's request, in the words of `Story.outcome`."""
    if exchange < 0:
        return "closed"
    if scene.exchanges.answered[exchange]:
        return "answered"
    if reset is not None:
        return "reset"
    return "ignored" if is_acknowledged(scene, connection, exchange) else "unanswered"


def is_acknowledged(scene: Scene, connection: int, exchange: int) -> bool:
    """Whether any later segment of the server acknowledges the request's first byte."""
    request = int(scene.exchanges.request[exchange])
    stop = int(scene.connections.stop[connection])
    rows = np.arange(request + 1, stop)
    rows = rows[~scene.traffic.from_client[rows] & ((scene.traffic.flags[rows] & Flag.ACK) != 0)]
    segments = scene.traffic.segments
    sequence = int(segments.sequence[scene.segment(request)])
    numbers = segments.acknowledgment[scene.traffic.row[rows]]
    return any(distance(sequence, int(number)) > 0 for number in set(numbers.tolist()))


def count_retransmissions(scene: Scene, connection: int, first: int) -> int:
    """How often the payload of a row was sent again, duplicates in the capture left out."""
    if first < 0:
        return 0
    traffic = scene.traffic
    rows = np.arange(first + 1, int(scene.connections.stop[connection]))
    again = (traffic.from_client[rows] == traffic.from_client[first]) & (traffic.length[rows] > 1)
    again &= traffic.position[rows] <= traffic.position[first]
    times = np.append(traffic.time_ns[first], traffic.time_ns[rows[again]])
    return int((np.diff(np.sort(times)) > SAME_PACKET_NS).sum())


def is_answer_lost(scene: Scene, connection: int) -> bool:
    """Whether the last answer was sent at least three times without being acknowledged."""
    last = int(scene.endings.before_close[connection])
    response = int(scene.exchanges.response[last]) if last >= 0 else -1
    if response < 0 or count_retransmissions(scene, connection, response) < 2:
        return False
    traffic = scene.traffic
    rows = np.arange(response + 1, int(scene.connections.stop[connection]))
    rows = rows[traffic.from_client[rows] & ((traffic.flags[rows] & Flag.ACK) != 0)]
    sequence = int(traffic.segments.sequence[scene.segment(response)])
    numbers = traffic.segments.acknowledgment[traffic.row[rows]]
    return not any(covers(int(number), sequence) for number in numbers)
