"""Long-lived pooled connections with hundreds of exchanges each: what netdiag is mostly given.

Up to 400 connections are open at once, fewer in small captures, so that each has its hundreds.
Most end because the server's idle timeout of 60 s is over; three in a hundred are used again
after that, by a client that has not looked: the failure that netdiag is for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from benchmarks.shapes.shape import Shape
from benchmarks.traffic.conversations import batches
from benchmarks.traffic.http import pools
from benchmarks.traffic.packets import ACK, FIN, PSH, RST, Packets
from benchmarks.traffic.steps import HANDSHAKE, STAYS_OPEN, Part, Talk, client, server
from benchmarks.traffic.texts import Texts

EXCHANGES, PAUSE_US, IDLE_US = 300, 200_000, 60_000_000
MOST_AT_ONCE, PACKETS_A_SLOT = 400, 2_400
TEXTS = Texts.of(pools())

_ask = client(PSH | ACK, "request", least_us=500, mean_us=PAUSE_US)
_acknowledge = client(ACK, mean_us=100)
SIMPLE: Part = (
    _ask,
    server(ACK, mean_us=50),
    server(PSH | ACK, "response", mean_us=3000),
    _acknowledge,
)
QUICK: Part = (_ask, server(PSH | ACK, "response", mean_us=500), _acknowledge)
PAGE: Part = (
    _ask,
    server(ACK, mean_us=50),
    server(ACK, "page-1", mean_us=5000),
    server(ACK, "page-2", least_us=1, mean_us=3),
    server(PSH | ACK, "page-3", least_us=1, mean_us=3),
    _acknowledge,
)
_times_out = server(FIN | ACK, least_us=IDLE_US, mean_us=2000)
IDLE_CLOSE: Part = (_times_out, client(FIN | ACK), server(ACK))
STALE_REUSE: Part = (
    _times_out,
    client(ACK, least_us=40_000),
    client(PSH | ACK, "request", least_us=1_000_000, mean_us=3_000_000),
    server(RST),
)


def talk(packets: int) -> Talk:
    """What the connections of a capture of so many packets have in common."""
    exchanges = {SIMPLE: 5, QUICK: 3, PAGE: 1}
    closings = {IDLE_CLOSE: 0.82, STALE_REUSE: 0.03, STAYS_OPEN: 0.15}
    return pooled(packets, HANDSHAKE, exchanges, closings)


def pooled(
    packets: int, opening: Part, exchanges: Mapping[Part, float], closings: Mapping[Part, float]
) -> Talk:
    """What connections of a pool have in common that live that long."""
    at_once = min(max(packets // PACKETS_A_SLOT, 4), MOST_AT_ONCE)
    return Talk(
        opening=opening,
        exchanges=exchanges,
        closings=closings,
        mean_exchanges=EXCHANGES,
        between_us=EXCHANGES * PAUSE_US / at_once,
        at_once=at_once,
    )


def keep_alive(rng: np.random.Generator, packets: int) -> Iterator[Packets]:
    """Return the batches of this shape."""
    return batches(rng, talk(packets), TEXTS)


SHAPE = Shape(
    TEXTS,
    keep_alive,
)
