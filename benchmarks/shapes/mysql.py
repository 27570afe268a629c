"""Pooled connections to a MySQL server, each checked with COM_PING before it is lent out.

They live long, as those of `keep_alive`, and some are used again after the server's timeout.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.shapes.keep_alive import IDLE_CLOSE, PAUSE_US, STALE_REUSE, pooled
from benchmarks.shapes.shape import Shape
from benchmarks.traffic.conversations import batches
from benchmarks.traffic.frames import Link
from benchmarks.traffic.mysql import pools
from benchmarks.traffic.packets import ACK, FIN, PSH, Packets
from benchmarks.traffic.steps import HANDSHAKE, STAYS_OPEN, Part, client, server
from benchmarks.traffic.texts import Texts

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
    client(PSH | ACK, "request", mean_us=100),
    server(PSH | ACK, "response", mean_us=2000),
    client(ACK, mean_us=40_000),
)
CHECKED: Part = (
    client(PSH | ACK, "ping", least_us=500, mean_us=PAUSE_US),
    server(PSH | ACK, "pong", mean_us=100),
    *_query,
)
LEAVES: Part = (client(PSH | ACK, "quit", mean_us=PAUSE_US), client(FIN | ACK), server(FIN | ACK))


def mysql(rng: np.random.Generator, packets: int) -> Iterator[Packets]:
    """Return the batches of this shape."""
    closings = {IDLE_CLOSE: 0.52, STALE_REUSE: 0.03, LEAVES: 0.3, STAYS_OPEN: 0.15}
    talk = pooled(packets, OPENING, {CHECKED: 1, _query: 1}, closings)
    return batches(rng, talk, TEXTS)


SHAPE = Shape(TEXTS, mysql, Link(server_port=3306))
