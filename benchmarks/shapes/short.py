"""Many short connections: one request, one response, and the server closes."""

from __future__ import annotations

from benchmarks.shapes.shape import Shape, talking
from benchmarks.traffic.http import CLOSED, pools
from benchmarks.traffic.packets import ACK, PSH
from benchmarks.traffic.steps import HANDSHAKE, SERVER_CLOSES, Part, Talk, client, server
from benchmarks.traffic.texts import Texts

TEXTS = Texts.of(pools(CLOSED))
EXCHANGE: Part = (
    client(PSH | ACK, "request"),
    server(ACK),
    server(PSH | ACK, "response", mean_us=5000),
    client(ACK),
)
TALK = Talk(
    opening=HANDSHAKE,
    exchanges={EXCHANGE: 1},
    closings={SERVER_CLOSES: 1},
    mean_exchanges=1,
    between_us=2_000,
)
SHAPE = Shape(TEXTS, talking(TALK, TEXTS))
