"""HTTP/2 in TLS 1.3 on pooled connections that live as long as those of `keep_alive`.

Nothing but lengths tells what its records are; some are used again after the server's timeout.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.shapes.keep_alive import IDLE_US, PAUSE_US, pooled
from benchmarks.shapes.shape import Shape
from benchmarks.shapes.tls import OPENING
from benchmarks.traffic.conversations import batches
from benchmarks.traffic.frames import Link
from benchmarks.traffic.http2 import pools
from benchmarks.traffic.packets import ACK, FIN, PSH, RST, Packets
from benchmarks.traffic.steps import STAYS_OPEN, Part, client, server
from benchmarks.traffic.texts import Texts

TEXTS = Texts.of(pools())
BEGINS: Part = (
    *OPENING,
    client(PSH | ACK, "preface"),
    server(PSH | ACK, "settings", mean_us=500),
    client(PSH | ACK, "acknowledge"),
    server(ACK),
)
_ask = client(PSH | ACK, "request", least_us=500, mean_us=PAUSE_US)
SIMPLE: Part = (_ask, server(PSH | ACK, "response", mean_us=2000), client(ACK, mean_us=40_000))
UPDATED: Part = (
    _ask,
    server(PSH | ACK, "response", mean_us=2000),
    client(PSH | ACK, "update", mean_us=100),
    server(ACK, mean_us=40_000),
)
_times_out: Part = (
    server(PSH | ACK, "goaway", least_us=IDLE_US, mean_us=2000),
    server(PSH | ACK, "close"),
    server(FIN | ACK),
)
IDLE_CLOSE: Part = (*_times_out, client(FIN | ACK), server(ACK))
STALE_REUSE: Part = (
    *_times_out,
    client(ACK, least_us=40_000),
    client(PSH | ACK, "request", least_us=1_000_000, mean_us=3_000_000),
    server(RST),
)


def http2(rng: np.random.Generator, packets: int) -> Iterator[Packets]:
    """Return the batches of this shape."""
    closings = {IDLE_CLOSE: 0.82, STALE_REUSE: 0.03, STAYS_OPEN: 0.15}
    return batches(rng, pooled(packets, BEGINS, {SIMPLE: 3, UPDATED: 1}, closings), TEXTS)


SHAPE = Shape(TEXTS, http2, Link(server_port=443))
