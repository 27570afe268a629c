"""`Facts`: what was seen of the last request of one connection, in plain values."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from netdiag.diagnosis.crowds import Crowds
from netdiag.diagnosis.resets import Reset
from netdiag.diagnosis.scene import Scene
from netdiag.exchanges import CloseKind, Protocol
from netdiag.timeouts import Reason


class Facts(Struct, frozen=True):
    """What was seen of one connection's last request. Rows are rows of `Traffic`, -1 for none.

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
        told: the request acknowledges the close, captured or not; None where that says nothing
            (a close by RST, no close at all).
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
    def service(self) -> Protocol:
        """The same, or what it speaks within TLS where it had begun in clear."""
        return Protocol(int(self.scene.speech.service[self.connection]))

    @property
    def is_http(self) -> bool:
        """Whether it speaks HTTP/1 in clear."""
        return self.protocol is Protocol.HTTP1

    @property
    def client_host(self) -> int:
        """The client's endpoint with port 0."""
        return int(self.scene.connections.client[self.connection]) & ~0xFFFF

    @property
    def is_encrypted(self) -> bool:
        """Whether its messages can't be read."""
        return self.protocol is Protocol.TLS

    @property
    def syn_seen(self) -> bool:
        """Whether the capture has the connection's beginning."""
        return int(self.scene.connections.syn[self.connection]) >= 0

    @property
    def dated_by(self) -> int:
        """The row whose time is that of it all: the request, else the close, else the beginning."""
        start = int(self.scene.connections.start[self.connection])
        return next(row for row in (self.request, self.close, start) if row >= 0)

    @property
    def exchange_before(self) -> int:
        """The exchange before the request in question, else before the close; -1 without one."""
        endings, c = self.scene.endings, self.connection
        if self.exchange < 0:
            return int(endings.before_close[c])
        return self.exchange - 1 if self.exchange > endings.first_exchange[c] else -1

    @property
    def heard(self) -> int:
        """The client's next row after the close, which says what its kernel knew; -1 without."""
        if self.close < 0:
            return -1
        stop = int(self.scene.connections.stop[self.connection])
        later = np.flatnonzero(self.scene.traffic.from_client[self.close + 1 : stop])
        return self.close + 1 + int(later[0]) if len(later) else -1
