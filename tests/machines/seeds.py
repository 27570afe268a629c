"""A conversation and three bad captures of it, made of a seed; which of them break the rules.

The seed chooses whether nothing goes wrong, only clients give up, or a stale connection is used.
What the rules are is told in `tests.machines.test_losses`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

from netdiag.analysis import analyze
from netdiag.report.model import Verdict
from tests.conversations import Packet, write
from tests.machines.chance import GIVEN_UP, HEALTHY, WHOLE, conversations, damaged, stale

SURE = {"low": 0, "medium": 1, "high": 2}
CAPTURES = 3
_KINDS = (HEALTHY, GIVEN_UP, None, None)


class Example(NamedTuple):
    """What a seed makes.

    Attributes:
        packets: the whole conversation; none where the ports were taken.
        captures: the packets that a bad capture has of it, and its snap length.
        is_stale: whether a stale connection was used, else nothing went wrong.
    """

    packets: list[Packet]
    captures: list[tuple[list[Packet], int]]
    is_stale: bool


def example(seed: int) -> Example:
    """The same each time."""
    chance = Random(seed)
    moves = _KINDS[seed % len(_KINDS)]
    packets = stale(chance) if moves is None else conversations(chance, moves)
    captures = [damaged(chance, packets) for _ in range(CAPTURES)] if packets else []
    return Example(packets, captures, moves is None)


def verdict(path: Path, packets: list[Packet], snap_length: int = WHOLE) -> Verdict:
    """Of a capture that is written to that path."""
    write(path, packets, snap_length)
    return analyze([path]).verdict


def breaks(found: Verdict, whole: Verdict) -> bool:
    """Whether the verdict on a bad capture is surely another one than that on the whole."""
    if whole.cause == "none":
        return found.cause != "none" and SURE[found.confidence] >= SURE[whole.confidence]
    return found.cause not in {"none", whole.cause} and found.confidence == "high"


def search(seeds: range, path: Path) -> Iterator[tuple[int, int, str | None]]:
    """Judge the examples of the seeds, each capture by itself.

    Yields:
        The seed, the number of the capture, and what is wrong, None for nothing.
    """
    for seed in seeds:
        packets, captures, is_stale = example(seed)
        if not packets:
            continue
        whole = verdict(path, packets)
        if whole.cause != ("stale-keep-alive" if is_stale else "none"):
            if not is_stale:
                yield seed, -1, f"whole: {whole.cause}, {whole.confidence}"
            continue
        for number, (kept, snap_length) in enumerate(captures):
            found = verdict(path, kept, snap_length)
            said = f"{whole.cause}, {whole.confidence} -> {found.cause}, {found.confidence}"
            yield seed, number, said if breaks(found, whole) else None
