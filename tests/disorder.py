"""What a capture may have lost, or have in another order than it was on the wire."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.conversations import Packet


def damaged(packets: Sequence[Packet], chance: random.Random, part: float) -> list[Packet]:
    """The packets with some of them left out, moved or doubled, and cut at both ends."""
    begin, end = (int(len(packets) * chance.random() * part) for _ in range(2))
    left = list(packets[begin : len(packets) - end])
    index = 0
    while index + 1 < len(left):
        odd = chance.random() / part
        if odd < 0.2:
            del left[index]
        elif odd < 0.4:
            further = min(index + chance.randint(1, 4), len(left) - 1)
            left[index], left[further] = left[further], left[index]
        elif odd < 0.5:
            left.insert(index, left[index])
            index += 1
        index += 1
    return left
