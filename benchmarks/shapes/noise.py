"""The keep-alive shape among three times as much that isn't TCP: DNS, QUIC, ARP and ICMP."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.shapes.keep_alive import PAUSE_US, TEXTS, keep_alive, talk
from benchmarks.shapes.shape import Shape
from benchmarks.traffic.conversations import BATCH_PACKETS, START_US
from benchmarks.traffic.frames import Link
from benchmarks.traffic.ordering import merged
from benchmarks.traffic.others import frames
from benchmarks.traffic.packets import Packets, frames_alone
from benchmarks.traffic.texts import lay_out

FRAMES = frames()
PER_PACKET, PACKETS_PER_EXCHANGE = 3, 4


def noisy(rng: np.random.Generator, packets: int) -> Iterator[Packets]:
    """The batches of the keep-alive shape, and noise between them."""
    speaking = packets // (1 + PER_PACKET)
    between_us = PAUSE_US / (talk(speaking).at_once * PACKETS_PER_EXCHANGE * PER_PACKET)
    seeds = rng.spawn(2)
    return merged(keep_alive(seeds[0], speaking), _noise(seeds[1], between_us))


def _noise(rng: np.random.Generator, between_us: float) -> Iterator[Packets]:
    now_us = float(START_US)
    while True:
        time_us = now_us + np.cumsum(rng.exponential(between_us, BATCH_PACKETS))
        now_us = float(time_us[-1])
        number = rng.integers(0, len(FRAMES), BATCH_PACKETS)
        yield frames_alone(time_us.astype(np.int64), number)


SHAPE = Shape(
    TEXTS,
    noisy,
    Link(frames=lay_out(FRAMES), frame_length=np.array([len(f) for f in FRAMES], np.int64)),
)
