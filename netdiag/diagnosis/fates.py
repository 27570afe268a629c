"""Says what became of a request: whether its client had been told, what answered, what was lost."""

from __future__ import annotations

import numpy as np

from netdiag.connections.sequence import MODULUS, covers, distance
from netdiag.decode.segments import Flag
from netdiag.diagnosis.resets import Reset
from netdiag.diagnosis.scene import Scene
from netdiag.exchanges import CloseKind
from netdiag.timeouts import SHORTEST_IDLE_NS

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
    if not scene.traffic.flags[request] & Flag.ACK:
        return None
    last = int(segments.sequence[end]) + int(scene.traffic.length[close])
    if kind is not CloseKind.FIN:
        last -= 1
    return covers(int(segments.acknowledgment[asked]), last % (1 << 32))


def was_told_unseen(scene: Scene, connection: int, exchange: int, reset: Reset | None) -> bool:
    """Whether a lost request acknowledges a FIN that the capture has not got.

    It then acknowledges one octet more than the server's segments before it take up; and the
    RST that it draws shows that the server's socket was gone, or has a number that counts the FIN
    as well.
    """
    if exchange < 0 or reset is None or reset.origin not in {"no-socket", "application"}:
        return False
    exchanges, traffic = scene.exchanges, scene.traffic
    if exchanges.answered[exchange] or exchanges.idle_ns[exchange] < SHORTEST_IDLE_NS:
        return False
    request, client_end = int(exchanges.request[exchange]), scene.endings.client_end[connection]
    rows = np.arange(int(scene.connections.start[connection]), request)
    rows = rows[~traffic.from_client[rows] & ((traffic.flags[rows] & Flag.RST) == 0)]
    if len(rows) == 0 or 0 <= client_end < reset.row:
        return False
    segments, asked = traffic.segments, scene.segment(request)
    begin = (traffic.flags[rows] & Flag.SYN) != 0
    last = int(np.argmax(traffic.position[rows] + traffic.length[rows]))
    end = int(segments.sequence[traffic.row[rows[last]]]) + int(traffic.length[rows[last]])
    told = int(segments.acknowledgment[asked])
    counted = told == int(segments.sequence[scene.segment(reset.row)])
    return counted and distance((end + int(begin[last])) % MODULUS, told) == 1


def outcome_of(scene: Scene, connection: int, exchange: int, reset: Reset | None) -> str:
    """What became of an exchange's request, in the words of `Story.outcome`."""
    if exchange < 0:
        return "closed"
    if scene.exchanges.answered[exchange]:
        return "answered"
    if reset is not None:
        return "reset"
    request = int(scene.exchanges.request[exchange])
    return "ignored" if is_acknowledged(scene, connection, request) else "unanswered"


def is_acknowledged(scene: Scene, connection: int, row: int) -> bool:
    """Whether any later segment of the other side acknowledges the first byte of a row."""
    traffic, segments = scene.traffic, scene.traffic.segments
    rows = slice(row + 1, int(scene.connections.stop[connection]))
    answers = traffic.from_client[rows] != traffic.from_client[row]
    answers &= (traffic.flags[rows] & Flag.ACK) != 0
    sequence = int(segments.sequence[scene.segment(row)])
    numbers = segments.acknowledgment[traffic.row[rows][answers]]
    return any(covers(int(number), sequence) for number in set(numbers.tolist()))


def count_retransmissions(scene: Scene, connection: int, first: int) -> int:
    """How often the payload of a row was sent again, duplicates in the capture left out."""
    if first < 0:
        return 0
    traffic = scene.traffic
    rows = slice(first + 1, int(scene.connections.stop[connection]))
    again = (traffic.from_client[rows] == traffic.from_client[first]) & (traffic.length[rows] > 1)
    again &= traffic.position[rows] <= traffic.position[first]
    if not again.any():
        return 0
    times = np.append(traffic.time_ns[first], traffic.time_ns[rows][again])
    return int((np.diff(np.sort(times)) > SAME_PACKET_NS).sum())


def is_answer_lost(scene: Scene, connection: int) -> bool:
    """Whether the last answer was sent at least three times without being acknowledged."""
    last = int(scene.endings.before_close[connection])
    response = int(scene.exchanges.response[last]) if last >= 0 else -1
    if response < 0 or count_retransmissions(scene, connection, response) < 2:
        return False
    return not is_acknowledged(scene, connection, response)
