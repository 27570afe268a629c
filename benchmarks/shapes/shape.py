"""`Shape`: one kind of capture, and how to make it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.traffic.conversations import batches
from benchmarks.traffic.files import write
from benchmarks.traffic.frames import Link
from benchmarks.traffic.ordering import in_time_order
from benchmarks.traffic.packets import Packets
from benchmarks.traffic.steps import Talk
from benchmarks.traffic.texts import Texts

Batches = Callable[[np.random.Generator, int], Iterator[Packets]]


@dataclass(frozen=True)
class Shape:
    """One kind of capture.

    Attributes:
        texts: the payloads.
        batches: from a source of chance and the number of packets wanted, packets without end;
            see `in_time_order` for what must hold between batches.
        link: what lies below TCP.
    """

    texts: Texts
    batches: Batches
    link: Link = Link()  # noqa: RUF009 - frozen

    def packets(self, count: int, seed: int) -> Iterator[Packets]:
        """`count` packets in time order, some at a time; the same for the same seed."""
        return in_time_order(self.batches(np.random.default_rng(seed), count), count)

    def write(self, path: Path, count: int, snap_length: int, seed: int) -> None:
        """Write a capture of `count` packets; see `benchmarks.traffic.files.write`."""
        write(path, self.packets(count, seed), self.link, self.texts, snap_length)


def talking(talk: Talk, texts: Texts) -> Batches:
    """Return the batches of a shape whose connections all follow one `Talk`."""
    return lambda rng, _: batches(rng, talk, texts)
