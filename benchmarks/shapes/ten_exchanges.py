"""Many pooled HTTP connections with about ten exchanges each."""

from __future__ import annotations

from benchmarks.shapes.shape import Shape, talking
from benchmarks.traffic.http import pools
from benchmarks.traffic.packets import ACK, PSH
from benchmarks.traffic.steps import (
    HANDSHAKE,
    SERVER_CLOSES,
    STAYS_OPEN,
    Part,
    Talk,
    client,
    server,
)
from benchmarks.traffic.texts import Texts

TEXTS = Texts.of(pools())
EXCHANGE: Part = (
    client(PSH | ACK, "request", mean_us=2_000_000),
    server(ACK),
    server(PSH | ACK, "response"),
    client(ACK),
)
TALK = Talk(
    opening=HANDSHAKE,
    exchanges={EXCHANGE: 1},
    closings={SERVER_CLOSES: 0.8, STAYS_OPEN: 0.2},
    mean_exchanges=10,
    between_us=20_000,
)
SHAPE = Shape(TEXTS, talking(TALK, TEXTS))
