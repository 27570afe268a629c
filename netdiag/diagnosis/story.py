"""`Story`: what happened to the last request of one connection, in plain values.

Told only for the connections that look as if something happened; the causes read it and say
which of them it was.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netdiag.connections.sequence import covers, distance
from netdiag.decode.marks import Mark
from netdiag.decode.segments import Flag
from netdiag.diagnosis.crowds import Crowds
from netdiag.diagnosis.messages import is_partial_request
from netdiag.diagnosis.resets import Reset, find_forged, find_reset
from netdiag.diagnosis.scene import Scene
from netdiag.exchanges import CloseKind, Protocol
from netdiag.timeouts import Reason

SAME_PACKET_NS = 1_000_000
"""Copies of one packet in a capture are no further apart; a retransmission always is (RFC 6298,
section 2: at least a second; Linux: 200 ms, a tail-loss probe two round trips)."""


@dataclass(frozen=True, slots=True)
class Story:
    """One connection as the causes see it. Rows are rows of `Traffic`, -1 for none.

    Attributes:
        scene: where the rest can be looked up.
        crowds: what its fellows tell about it.
        connection: row of `Connections`.
        close: row of the server's first sign that it ended the connection.
        close_kind: what that sign was.
        reason: why the server closed, as far as idle timeouts depend on it.
        closed_by_server: the server's close came before any of the client's.
        exchange: row of `Exchanges` of the request in question: the one after the close, else
            the last one if nothing (complete) came back; -1 without one.
        after_close: that exchange came after the close, as the server saw it.
        request: row of its first segment.
        told: the request acknowledges the close; None where that says nothing (a close by RST,
            no close at all).
        crossed: request and close were captured no further apart than a round trip.
        idle_ns: idle time before the request, -1 if it was the first.
        idle_before_close_ns: idle time before the close, -1 where one of them is missing.
        outcome: ``answered``, ``reset``, ``ignored``, ``unanswered`` or ``closed``.
        reset: the RST that the request drew, if it drew one.
        retransmissions: how often the request was sent again.
        answer_lost: it was answered, again and again, and nothing acknowledged the answer.
        forged: a RST in either one's name that ends the idle connection and is not theirs.
    """

    scene: Scene
    crowds: Crowds
    connection: int
    close: int
    close_kind: CloseKind
    reason: Reason
    closed_by_server: bool
    exchange: int
    after_close: bool
    request: int
    told: bool | None
    crossed: bool
    idle_ns: int
    idle_before_close_ns: int
    outcome: str
    reset: Reset | None
    retransmissions: int
    answer_lost: bool
    forged: Reset | None

    @property
    def protocol(self) -> Protocol:
        """What the connection speaks."""
        return Protocol(int(self.scene.speech.protocol[self.connection]))

    @property
    def is_http(self) -> bool:
        """Whether it speaks HTTP/1 in clear."""
        return self.protocol is Protocol.HTTP1

    @property
    def syn_seen(self) -> bool:
        """Whether the capture has the connection's beginning."""
        return int(self.scene.connections.syn[self.connection]) >= 0

    @property
    def reused_after_close(self) -> bool:
        """A request that nobody answered, on a connection that the server had ended."""
        return self.after_close and self.closed_by_server and self.outcome != "answered"

    @property
    def after_close_ns(self) -> int:
        """From the close to the request; negative where it was captured the other way round."""
        return self.scene.time_ns(self.request) - self.scene.time_ns(self.close)

    @property
    def closed_idle(self) -> bool:
        """The server closed it as idle, and nothing else explains that."""
        return self.reason is Reason.IDLE

    @property
    def closed_unanswered(self) -> bool:
        """The server closed it with a request outstanding."""
        return self.reason is Reason.UNANSWERED

    @property
    def closed_at_limit(self) -> bool:
        """The server closed it after as many requests as others."""
        return self.reason is Reason.REQUEST_LIMIT

    @property
    def closed_together(self) -> bool:
        """The server closed it together with all its other connections."""
        return self.reason is Reason.TOGETHER

    @property
    def announced(self) -> bool:
        """The last response before the request had announced the close."""
        return bool(self.scene.endings.announced[self.connection])

    @property
    def asks(self) -> bool:
        """Whether the unanswered request is one that this server would have answered.

        HTTP says so itself. For other protocols the connection must have shown it: what a client
        says last need not ask for anything.
        """
        if self.exchange < 0:
            return False
        if self.is_http:
            return bool(self.scene.traffic.mark[self.request] == Mark.HTTP_REQUEST)
        first = int(self.scene.endings.first_exchange[self.connection])
        answered = int(self.scene.exchanges.answered[first : self.exchange].sum())
        return answered >= (3 if self.protocol is Protocol.UNKNOWN else 1)

    @property
    def partial_request(self) -> bool:
        """The server closed while it waited for the rest of a request."""
        before = int(self.scene.endings.before_close[self.connection])
        if before < 0 or self.close < 0:
            return False
        return is_partial_request(self.scene, self.connection, before)

    @property
    def timed_out_with_408(self) -> bool:
        """The server's farewell was 408 Request Timeout."""
        return self.close_kind is CloseKind.GOODBYE and bool(self.crowds.timed_out[self.connection])

    @property
    def truncated(self) -> bool:
        """The server closed inside an HTTP response."""
        return bool(self.crowds.truncated[self.connection])

    @property
    def at_idle_timeout(self) -> bool:
        """The close came when the server's idle timeout was due, whatever came just before."""
        timeout = self.scene.idle_timeout(self.connection)
        if timeout is None or timeout.estimate_s is None or self.exchange < 0 or self.close < 0:
            return False
        idle_s = (
            self.idle_ns + self.scene.time_ns(self.close) - self.scene.time_ns(self.request)
        ) / 1e9
        margin_s = 0.05 + (timeout.granularity_s or 0.0)
        return self.idle_ns >= 0 and abs(idle_s - timeout.estimate_s) <= margin_s

    @property
    def closed_by_reset(self) -> bool:
        """The server's first sign was a RST."""
        return self.closed_by_server and self.close_kind is CloseKind.RST

    @property
    def refused(self) -> bool:
        """The SYN drew a RST."""
        return bool(self.crowds.refused[self.connection])

    @property
    def refusal_is_harmless(self) -> bool:
        """One of many in a scan, or another address of the same name worked."""
        return bool(self.crowds.scanned[self.connection])

    @property
    def kept_in_close_wait(self) -> bool:
        """The client has left it in CLOSE_WAIT, with others or for long."""
        return bool(self.crowds.leaking[self.connection])


def tell(scene: Scene, crowds: Crowds, connection: int) -> Story:
    """The story of one connection."""
    endings, exchanges = scene.endings, scene.exchanges
    close = int(endings.close[connection])
    kind = CloseKind(int(endings.close_kind[connection]))
    after = int(endings.after_close[connection])
    answer_lost = _answer_lost(scene, connection)
    exchange = after
    if exchange < 0:
        before = int(endings.before_close[connection])
        open_request = before >= 0 and (answer_lost or not exchanges.answered[before])
        exchange = before if open_request else -1
    request = int(exchanges.request[exchange]) if exchange >= 0 else -1
    crossed = (
        close >= 0
        and request >= 0
        and abs(scene.time_ns(request) - scene.time_ns(close))
        <= scene.crossing_window_ns(connection)
    )
    reset = find_reset(scene, connection, request) if request >= 0 else None
    return Story(
        scene=scene,
        crowds=crowds,
        connection=connection,
        close=close,
        close_kind=kind,
        reason=Reason(int(scene.reason[connection])),
        closed_by_server=_closed_by_server(scene, connection),
        exchange=exchange,
        after_close=after >= 0,
        request=request,
        told=_told(scene, close, kind, request),
        crossed=crossed,
        idle_ns=int(exchanges.idle_ns[exchange]) if exchange >= 0 else -1,
        idle_before_close_ns=int(endings.idle_ns[connection]),
        outcome=_outcome(scene, connection, exchange, reset),
        reset=reset,
        retransmissions=_retransmissions(scene, connection, request),
        answer_lost=answer_lost,
        forged=find_forged(scene, connection),
    )


def _closed_by_server(scene: Scene, connection: int) -> bool:
    close = int(scene.endings.close[connection])
    client_end = int(scene.endings.client_end[connection])
    return close >= 0 and (client_end < 0 or close < client_end)


def _told(scene: Scene, close: int, kind: CloseKind, request: int) -> bool | None:
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


def _outcome(scene: Scene, connection: int, exchange: int, reset: Reset | None) -> str:
    if exchange < 0:
        return "closed"
    if scene.exchanges.answered[exchange]:
        return "answered"
    if reset is not None:
        return "reset"
    return "ignored" if _acknowledged(scene, connection, exchange) else "unanswered"


def _acknowledged(scene: Scene, connection: int, exchange: int) -> bool:
    """Whether any later segment of the server acknowledges the request's first byte."""
    request = int(scene.exchanges.request[exchange])
    stop = int(scene.connections.stop[connection])
    rows = np.arange(request + 1, stop)
    rows = rows[~scene.traffic.from_client[rows] & ((scene.traffic.flags[rows] & Flag.ACK) != 0)]
    segments = scene.traffic.segments
    sequence = int(segments.sequence[scene.segment(request)])
    numbers = segments.acknowledgment[scene.traffic.row[rows]]
    return any(distance(sequence, int(number)) > 0 for number in np.unique(numbers))


def _retransmissions(scene: Scene, connection: int, first: int) -> int:
    """How often the payload of a row was sent again, duplicates in the capture left out."""
    if first < 0:
        return 0
    traffic = scene.traffic
    rows = np.arange(first + 1, int(scene.connections.stop[connection]))
    again = (traffic.from_client[rows] == traffic.from_client[first]) & (traffic.length[rows] > 1)
    again &= traffic.position[rows] <= traffic.position[first]
    times = np.append(traffic.time_ns[first], traffic.time_ns[rows[again]])
    return int((np.diff(np.sort(times)) > SAME_PACKET_NS).sum())


def _answer_lost(scene: Scene, connection: int) -> bool:
    """Whether the last answer was sent at least three times without being acknowledged."""
    last = int(scene.endings.before_close[connection])
    response = int(scene.exchanges.response[last]) if last >= 0 else -1
    if response < 0 or _retransmissions(scene, connection, response) < 2:
        return False
    traffic = scene.traffic
    rows = np.arange(response + 1, int(scene.connections.stop[connection]))
    rows = rows[traffic.from_client[rows] & ((traffic.flags[rows] & Flag.ACK) != 0)]
    sequence = int(traffic.segments.sequence[scene.segment(response)])
    numbers = traffic.segments.acknowledgment[traffic.row[rows]]
    return not any(covers(int(number), sequence) for number in numbers)
