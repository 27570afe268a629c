"""TLS 1.3: a handshake, HTTPS exchanges as application data, close_notify and FIN."""

from __future__ import annotations

from benchmarks.shapes.shape import Shape, talking
from benchmarks.traffic.frames import Link
from benchmarks.traffic.packets import ACK, FIN, PSH
from benchmarks.traffic.steps import HANDSHAKE, STAYS_OPEN, Part, Talk, client, server
from benchmarks.traffic.texts import Texts
from benchmarks.traffic.tls import pools

IDLE_US = 30_000_000
TEXTS = Texts.of(pools())
OPENING: Part = (
    *HANDSHAKE,
    client(PSH | ACK, "hello"),
    server(ACK),
    server(PSH | ACK, "answer", mean_us=2000),
    client(ACK),
    client(PSH | ACK, "finished", mean_us=800),
    server(PSH | ACK, "tickets"),
    client(ACK),
)
EXCHANGE: Part = (
    client(PSH | ACK, "ask", least_us=500, mean_us=500_000),
    server(ACK, mean_us=50),
    server(PSH | ACK, "tell", mean_us=3000),
    client(ACK, mean_us=100),
)
IDLE_CLOSE: Part = (
    server(PSH | ACK, "close", least_us=IDLE_US, mean_us=2000),
    server(FIN | ACK),
    client(ACK),
    client(FIN | ACK),
    server(ACK),
)
TALK = Talk(
    opening=OPENING,
    exchanges={EXCHANGE: 1},
    closings={IDLE_CLOSE: 0.8, STAYS_OPEN: 0.2},
    mean_exchanges=20,
    between_us=100_000,
    at_once=50,
)
SHAPE = Shape(
    TEXTS,
    talking(TALK, TEXTS),
    Link(server_port=443),
)
