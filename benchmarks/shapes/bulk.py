"""Eight downloads that go on for the whole capture: full segments, every other one acknowledged.

In a capture of 20 million packets their sequence numbers wrap, as those of real downloads do.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.shapes.shape import Shape
from benchmarks.traffic.conversations import BATCH_PACKETS, START_US, Open, expand
from benchmarks.traffic.http import download_pools
from benchmarks.traffic.packets import ACK, PSH, Packets
from benchmarks.traffic.steps import HANDSHAKE, Part, Script, client, server
from benchmarks.traffic.texts import Texts

FLOWS = 8
TEXTS = Texts.of(download_pools())
OPENING: Part = (
    *HANDSHAKE,
    client(PSH | ACK, "request"),
    server(ACK),
    server(PSH | ACK, "head"),
    client(ACK),
)
DATA: Part = (
    server(ACK, "data", least_us=12, mean_us=20),
    server(ACK, "data", least_us=12, mean_us=20),
    client(ACK, least_us=5, mean_us=40),
)
TURNS = BATCH_PACKETS // FLOWS // len(DATA)


def downloads(rng: np.random.Generator, packets: int) -> Iterator[Packets]:
    """The same eight connections in every batch, each where it stood in the last."""
    del packets  # they have no end
    script = Script.of([OPENING, DATA], TEXTS)
    now = Open(
        number=np.arange(FLOWS),
        time_us=START_US + rng.integers(0, 50_000, FLOWS),
        sent=rng.integers(0, 1 << 32, (2, FLOWS)),
    )
    parts = np.ones(FLOWS * TURNS, np.int64)
    parts[::TURNS] = 0
    while True:
        table, now = expand(rng, script, TEXTS, now, parts, np.full(FLOWS, TURNS))
        parts[:] = 1
        yield table


SHAPE = Shape(TEXTS, downloads)
