"""A healthy conversation stays healthy, or netdiag says that it is less sure, whatever is lost.

A search: of conversations in which nothing goes wrong some packets are lost, doubled, put in
another order or cut, and the verdict must not turn from "none" into an error of which it is as
sure as it was of that.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from netdiag.analysis import analyze
from netdiag.report.model import Verdict
from tests.conversations import Packet, on_the_wire, write
from tests.machines.budget import budget
from tests.machines.play import MOVES, Play

HEALTHY = sorted(set(MOVES) - {"abort", "refuse", "reuse"})
PAUSES_S = (0, 0, 0.0005, 0.04, 0.3, 1.5, 5, 20)
SIZES = (0, 0, 5, 300, 3000)
SNAP_LENGTHS = (54, 60, 68, 96, 128)
SURE = {"low": 0, "medium": 1, "high": 2}


def healthy(chance: Random) -> list[Packet]:
    """What is said on some connections on which every request is answered before a close."""
    play = Play()
    for _ in range(chance.randint(5, 60)):
        able = [
            (move, number)
            for move in HEALTHY
            for number, (dialogue, _) in enumerate(play.can(move))
            if move not in {"close", "cross"} or not (dialogue.waits or chance.random() < 0.6)
        ]
        if play.can_connect() and (not able or chance.random() < 0.1):
            play.connect(encrypted=chance.random() < 0.4)
            play.make("begin", -1, 0, 0, 1)
        elif able:
            move, number = chance.choice(able)
            pause_s, size = chance.choice(PAUSES_S), chance.choice(SIZES)
            play.make(move, number, pause_s, size, chance.randint(1, 3))
    return on_the_wire(play.talks)


def damaged(chance: Random, packets: list[Packet]) -> tuple[list[Packet], int]:
    """What a bad capture has of them, and its snap length."""
    kind = chance.choice(("each", "run", "way", "end", "twice", "order", "snap"))
    kept, snap_length = list(packets), 65535
    at = chance.randrange(len(kept))
    if kind == "each":
        share = chance.choice((0.05, 0.2, 0.5))
        kept = [packet for packet in kept if chance.random() > share]
    elif kind == "run":
        del kept[at : at + chance.randint(1, 8)]
    elif kind == "way":
        lost = kept[at].source
        kept = kept[:at] + [packet for packet in kept[at:] if packet.source != lost]
    elif kind == "end":
        del kept[at:]
    elif kind == "twice":
        kept.insert(at + chance.randint(1, 3), kept[at])
    elif kind == "order":
        kept.insert(at, kept.pop(chance.randrange(len(kept))))
    else:
        snap_length = chance.choice(SNAP_LENGTHS)
    return kept, snap_length


def verdict(packets: list[Packet], snap_length: int = 65535) -> Verdict:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "talk.pcap"
        write(path, packets, snap_length)
        return analyze([path]).verdict


@budget(30)
@given(st.randoms(use_true_random=False))
def test_what_is_lost_is_no_error(chance: Random) -> None:
    packets = healthy(chance)
    whole = verdict(packets)
    assert whole.cause == "none"
    for _ in range(3):
        found = verdict(*damaged(chance, packets))
        assert found.cause == "none" or SURE[found.confidence] < SURE[whole.confidence]
