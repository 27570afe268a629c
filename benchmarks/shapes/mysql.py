"""Pooled connections to a MySQL server, each checked with COM_PING before it is lent out.

They live long, as those of `keep_alive`, and some are used again after the server's timeout.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.shapes.shape import Shape
from benchmarks.traffic.conversations import batches
from benchmarks.traffic.frames import Link
from benchmarks.traffic.mysql import pools
from benchmarks.traffic.packets import ACK, FIN, PSH, RST, Packets
from benchmarks.traffic.steps import HANDSHAKE, STAYS_OPEN, Part, Talk, client, server
from benchmarks.traffic.texts import Texts

EXCHANGES, PAUSE_US, IDLE_US = 300, 200_000, 60_000_000
MOST_AT_ONCE, PACKETS_A_SLOT = 400, 2_400
TEXTS = Texts.of(pools())
OPENING: Part = (
    *HANDSHAKE,
    server(PSH | ACK, "greeting"),
    client(ACK),
    client(PSH | ACK, "login"),
    server(ACK),
    server(PSH | ACK, "fine"),
)
_query: Part = (
    client(PSH | ACK, "ask", mean_us=100),
    server(PSH | ACK, "tell", mean_us=2000),
    client(ACK, mean_us=40_000),
)
CHECKED: Part = (
    client(PSH | ACK, "ping", least_us=500, mean_us=PAUSE_US),
    server(PSH | ACK, "pong", mean_us=100),
    *_query,
)
_times_out = server(FIN | ACK, least_us=IDLE_US, mean_us=2000)
IDLE_CLOSE: Part = (_times_out, client(FIN | ACK), server(ACK))
STALE_REUSE: Part = (
    _times_out,
    client(ACK, least_us=40_000),
    client(PSH | ACK, "ask", least_us=1_000_000, mean_us=3_000_000),
    server(RST),
)
LEAVES: Part = (client(PSH | ACK, "quit", mean_us=PAUSE_US), client(FIN | ACK), server(FIN | ACK))


def mysql(rng: np.random.Generator, packets: int) -> Iterator[Packets]:
    """Return the batches of this shape."""
    at_once = min(max(packets // PACKETS_A_SLOT, 4), MOST_AT_ONCE)
    talk = Talk(
        opening=OPENING,
        exchanges={CHECKED: 1, _query: 1},
        closings={IDLE_CLOSE: 0.52, STALE_REUSE: 0.03, LEAVES: 0.3, STAYS_OPEN: 0.15},
        mean_exchanges=EXCHANGES,
        between_us=EXCHANGES * PAUSE_US / at_once,
        at_once=at_once,
    )
    return batches(rng, talk, TEXTS)


SHAPE = Shape(TEXTS, mysql, Link(server_port=3306))
