"""Conversations made up by chance, and what a bad capture has of them.

Every move is one that an end can make (`netdiag`'s rooms are held against these move by move
elsewhere); every capture is one that a drop, a span port or an impatient engineer can make.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from random import Random

from tests.conversations import Packet, on_the_wire
from tests.machines.dialogue import Dialogue, End
from tests.machines.play import MOVES, Play

FAULTS = {"abort", "refuse", "reuse"}
HEALTHY = sorted(set(MOVES) - FAULTS)
GIVEN_UP = (*HEALTHY, "abort")
"""Where only clients abort: what nobody waits for any more is no fault."""
LONG_S = (1.5, 5, 20)
PAUSES_S = (0, 0, 0.0005, 0.04, 0.3, *LONG_S)
SIZES = (0, 0, 5, 300, 3000)
SNAP_LENGTHS = (54, 60, 68, 96, 128)
WHOLE = 65535
SOON_NS = 50_000_000
"""What is captured by several queues changes its order within moments."""


def conversations(chance: Random, moves: Collection[str]) -> list[Packet]:
    """What is said on a few connections; no server closes one on which a request waits."""
    play = Play()
    _go_on(chance, play, moves, chance.randint(5, 60))
    return on_the_wire(play.talks)


def stale(chance: Random) -> list[Packet]:
    """Among others one that lay idle until its server closed it, and was used again."""
    play = Play()
    _go_on(chance, play, HEALTHY, chance.choice((0, 0, 10)))
    if not play.can_connect():
        return []
    _connect(chance, play)
    mine = play.dialogues[-1]
    used = ("ask", "answer") * chance.randint(1, 3)
    for move in ("accept", "settle", *used, "close", "acknowledge", "reuse"):
        end = mine.server if move in {"accept", "answer", "close"} else mine.client
        pauses_s = LONG_S if move in {"close", "reuse"} else PAUSES_S
        _make(chance, play, move, play.can(move).index((mine, end)), *pauses_s)
        _go_on(chance, play, HEALTHY, chance.choice((0, 0, 1, 5)), mine)
    return on_the_wire(play.talks)


def _go_on(
    chance: Random, play: Play, moves: Collection[str], steps: int, spared: Dialogue | None = None
) -> None:
    """Some moves that can be made now, one after another, by anybody but one."""
    for _ in range(steps):
        able = [
            (move, number)
            for move in moves
            for number, (dialogue, end) in enumerate(play.can(move))
            if dialogue is not spared and _is_likely(chance, move, dialogue, end)
        ]
        if play.can_connect() and (not able or chance.random() < 0.1):
            _connect(chance, play)
        elif able:
            move, number = chance.choice(able)
            _make(chance, play, move, number)


def _connect(chance: Random, play: Play) -> None:
    play.connect(encrypted=chance.random() < 0.4, quiet=chance.random() < 0.4)
    play.make("begin", -1, 0, 0, 1)


def _make(chance: Random, play: Play, move: str, number: int, *pauses_s: float) -> None:
    pause_s, size = chance.choice(pauses_s or PAUSES_S), chance.choice(SIZES)
    play.make(move, number, pause_s, size, chance.randint(1, 3))


def _is_likely(chance: Random, move: str, dialogue: Dialogue, end: End) -> bool:
    if move == "abort":
        return end is dialogue.client and chance.random() < 0.2
    if move in {"close", "cross"}:
        waits = dialogue.waits and end is dialogue.server
        return not waits and chance.random() >= (0.9 if dialogue.waits else 0.6)
    return True


def damaged(chance: Random, packets: list[Packet]) -> tuple[list[Packet], int]:
    """What a bad capture has of them, for one reason or for several, and its snap length."""
    kept, snap_length = list(packets), WHOLE
    for _ in range(chance.choice((1, 1, 2, 3))):
        if len(kept) < 2:
            break
        if chance.random() < 0.2:
            snap_length = min(snap_length, chance.choice(SNAP_LENGTHS))
        else:
            _damage(chance, kept)
    return kept, snap_length


def _damage(chance: Random, kept: list[Packet]) -> None:
    """Lose some packets, by one or in a row or of one side; or have them twice, or displaced."""
    at = chance.randrange(len(kept))
    match chance.choice(("each", "run", "way", "start", "end", "twice", "order", "late")):
        case "each":
            share = chance.choice((0.05, 0.2, 0.5))
            kept[:] = [packet for packet in kept if chance.random() > share]
        case "run":
            del kept[at : at + chance.randint(1, 8)]
        case "way":
            lost = kept[at].source
            kept[at:] = [packet for packet in kept[at:] if packet.source != lost]
        case "start":
            del kept[:at]
        case "end":
            del kept[at:]
        case "twice":
            kept.insert(at + chance.randint(1, 3), kept[at])
        case "order":
            moved = kept.pop(at)
            kept.insert(max(at + chance.randint(-4, 4), 0), moved)
        case _:  # captured in another order, with times to fit
            soon_ns = kept[at].time_ns + SOON_NS
            after = [p for p in kept[at : at + chance.randint(2, 6)] if p.time_ns < soon_ns]
            times = [packet.time_ns for packet in after]
            chance.shuffle(after)
            kept[at : at + len(after)] = [
                replace(packet, time_ns=time_ns)
                for packet, time_ns in zip(after, times, strict=True)
            ]
