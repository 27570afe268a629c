"""Made-up transfers: messages of many full segments, in the middle of which things go wrong.

Every seed is another one. Between the transfers the connections lie idle as those of a pool, and
they end in all the ways that `tests.incidents` knows.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.conversations import Conversation, Side
from tests.incidents import CLIENTS, ENDS, SERVERS
from tests.messages import get, ok, post

Odd = Callable[[random.Random, Conversation, Side], None]

FULL = b"\xa5" * 1000


def transfers(seed: int, connections: int = 6) -> list[Conversation]:
    """Conversations of one capture."""
    chance = random.Random(seed)
    return [_talk(chance, number) for number in range(connections)]


def _talk(chance: random.Random, number: int) -> Conversation:
    talk = Conversation(
        client=chance.choice(CLIENTS),
        server=chance.choice(SERVERS),
        client_port=50_000 + number,
        start_s=chance.uniform(0, 3),
    )
    if chance.random() < 0.8:
        talk.handshake()
    for _ in range(chance.randint(1, 4)):
        segments = chance.randint(1, 90)
        if chance.random() < 0.3:
            talk.client.says(post(bytes(segments * len(FULL)))[:120])
            carry(chance, talk, talk.client, segments)
            talk.server.says(ok()).client.acks()
        else:
            talk.client.says(get("/large")).server.says(ok(bytes(segments * len(FULL)))[:200])
            carry(chance, talk, talk.server, segments)
        talk.wait(chance.choice((0.01, 1, 5)) * chance.random())
    chance.choice(ENDS)(chance, talk)
    return talk


def carry(
    chance: random.Random, talk: Conversation, sender: Side, segments: int, odd: float = 0.03
) -> None:
    """Full segments one after the other, acknowledged every now and then.

    Args:
        odd: how likely something goes wrong after one of them.
    """
    receiver = talk.other(sender)
    for _ in range(segments):
        sender.says(FULL)
        if chance.random() < 0.5:
            receiver.acks()
        if chance.random() < odd:
            chance.choice(ODD)(chance, talk, sender)
    receiver.acks()


def _again(chance: random.Random, talk: Conversation, sender: Side) -> None:
    sender.repeats(ip_id=chance.randrange(1, 1000))


def _acknowledged_twice(chance: random.Random, talk: Conversation, sender: Side) -> None:
    talk.other(sender).acks().other(sender).acks()


def _shut(chance: random.Random, talk: Conversation, sender: Side) -> None:
    talk.other(sender).acks(window=0).wait(chance.random()).other(sender).acks()


def _slow(chance: random.Random, talk: Conversation, sender: Side) -> None:
    talk.wait(chance.choice((0.15, 0.3, 2)))


def _not_captured(chance: random.Random, talk: Conversation, sender: Side) -> None:
    sender.says(FULL, unseen=True)


def _late(chance: random.Random, talk: Conversation, sender: Side) -> None:
    """A segment that comes after those behind it, which are acknowledged in vain."""
    sender.says(FULL, late=True)
    for _ in range(3):
        sender.says(FULL)
        talk.other(sender).acks()
    talk.arrives()
    sender.repeats()
    talk.other(sender).acks()


def _unlike(chance: random.Random, talk: Conversation, sender: Side) -> None:
    sender.says(FULL, ttl=chance.choice((20, 50)))


ODD: tuple[Odd, ...] = (
    _again,
    _acknowledged_twice,
    _shut,
    _slow,
    _slow,
    _not_captured,
    _late,
    _unlike,
)
