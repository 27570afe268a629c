"""Made-up days of connections that carry one exchange each, among pools and failures.

As `tests.incidents` does it for pools: every seed is another one. Most connections end right with
their response; some seeds have many that do something else.
"""

from __future__ import annotations

import random
from dataclasses import replace
from functools import partial

from tests.conversations import Conversation, Packet, on_the_wire
from tests.disorder import damaged
from tests.incidents import CLIENTS, incident
from tests.messages import (
    CCS,
    CLIENT_HELLO,
    CLOSE_NOTIFY,
    FINISHED,
    SERVER_HELLO,
    TICKETS,
    data,
    get,
    ok,
    post,
    response,
)
from tests.scripted import pooled
from tests.translation import later

SERVERS = ("10.0.0.2", "10.0.0.3", "10.0.0.4")
BEHIND = "172.16.0.9"
CLOSE = "Connection: close"
STATUSES = ("400 Bad Request", "503 Service Unavailable", "408 Request Timeout", "404 Not Found")
RST_ACK, FIN_ACK = 0x14, 0x11


def day(seed: int) -> list[Packet]:
    """Packets of one capture."""
    chance = random.Random(seed)
    odd, span_s = chance.choice((0, 0, 0.01, 0.06)), chance.choice((60, 300, 1500))
    busy_s = span_s / 2
    talks = []
    for number in range(chance.choice((80, 300, 500))):
        at_s = (chance.uniform(0, span_s), busy_s + chance.uniform(0, 3), chance.uniform(0, 40))
        talks.append(once_used(chance, number, chance.choice(at_s), odd))
    if chance.random() < 0.3:
        side = chance.choice(("client", "server"))
        talks += [behind(talk, side) for talk in talks[:60] if chance.random() < 0.5]
    if chance.random() < 0.6:
        talks += incident(seed, chance.choice((2, 4)), 6)
    talks.append(pooled(5, 5, server=SERVERS[-1], client_port=60_000, start_s=span_s + 100))
    packets = on_the_wire(talks)
    return damaged(packets, chance, 0.006) if chance.random() < 0.25 else packets


def once_used(chance: random.Random, number: int, start_s: float, odd: float = 0.0) -> Conversation:
    """One connection; the odder, the more of them do something else."""
    talk = Conversation(
        client=chance.choice(CLIENTS),
        server=chance.choice(SERVERS),
        client_port=20_000 + number,
        client_first=chance.getrandbits(32),
        server_first=chance.getrandbits(32),
        start_s=start_s,
    )
    if chance.random() < odd / 2:
        return talk.client.syn().server.sends(RST_ACK, sequence=0, acknowledgment=talk.client.next)
    talk.client.syn().wait(_pause(chance, 0.03)).server.syn_ack()
    talk.wait(_pause(chance, 0.03)).client.acks().wait(_pause(chance, 0.2))
    talk = _in_tls(chance, talk) if chance.random() < 0.4 else _in_clear(chance, talk, odd)
    return _late(chance, talk) if chance.random() < 0.03 else talk


def _pause(chance: random.Random, most_s: float) -> float:
    return chance.choice((0, 0.001, most_s)) * chance.random()


def _in_clear(chance: random.Random, talk: Conversation, odd: float) -> Conversation:
    close = (CLOSE,) if chance.random() < 0.4 else ()
    fields = chance.choice((close, (*close, "Keep-Alive: timeout=5"), ()))
    answer = ok(b"z" * chance.choice((5, 90, 900)), *fields)
    if chance.random() < 0.1 + odd:
        answer = response(chance.choice(STATUSES), b"sorry", *fields)
    talk.client.says(chance.choice((get(), get("/items"), get("/", "GET", CLOSE), post(b"q"))))
    if chance.random() < 0.4:
        talk.server.acks()
    talk.wait(_pause(chance, 0.4 + 10 * odd))
    if chance.random() < 0.1:
        return talk.server.fin(answer).client.fin().server.acks()
    talk.server.says(answer)
    if chance.random() < 0.5:
        talk.client.acks()
    talk.wait(_pause(chance, 0.2 + 8 * odd))
    if chance.random() < 5 * odd:
        return _oddly(chance, talk)
    return _ended(chance, talk, odd)


def _late(chance: random.Random, talk: Conversation) -> Conversation:
    """Long after its end comes what says nothing: a FIN again, a RST, an acknowledgement."""
    side = chance.choice((talk.client, talk.server))
    talk.wait(chance.choice((1, 13, 40)) * (1 + chance.random()))
    again = partial(side.sends, FIN_ACK, sequence=side.next - 1)
    return chance.choice((side.acks, side.aborts, again))()


def _ended(chance: random.Random, talk: Conversation, odd: float) -> Conversation:
    if chance.random() < 0.4:
        talk.client.fin().wait(_pause(chance, 0.1)).server.fin()
        return talk.client.acks()
    talk.server.fin()
    if chance.random() < 0.5:
        talk.client.acks()
    return talk.wait(_pause(chance, 0.2 + 100 * odd)).client.fin().server.acks()


def _oddly(chance: random.Random, talk: Conversation) -> Conversation:
    end = chance.randrange(5)
    if end == 0:
        return talk.client.aborts()
    if end == 1:
        return talk.client.says(get("/2")).server.says(ok()).server.fin()
    if end == 2:
        return talk.server.fin().client.says(get("/late")).server.resets()
    if end == 3:
        return talk.client.says(get("/")).server.resets()
    return talk


def _in_tls(chance: random.Random, talk: Conversation) -> Conversation:
    talk.client.says(CLIENT_HELLO).server.says(SERVER_HELLO + CCS + data(800, 53))
    talk.wait(_pause(chance, 0.01)).client.says(CCS + FINISHED)
    if chance.random() < 0.5:
        talk.server.says(TICKETS)
    if chance.random() < 0.1:
        talk.client.says(data(26))
    talk.client.says(data(chance.choice((90, 150, 150, chance.randint(30, 400)))))
    tickets_behind(chance, talk)
    talk.wait(_pause(chance, 0.4)).server.says(data(chance.randint(100, 900)))
    if chance.random() < 0.1:
        talk.wait(_pause(chance, 0.4)).server.says(data(chance.randint(20, 300)))
    talk.wait(_pause(chance, 0.3))
    end = chance.randrange(4)
    if end == 0:
        talk.server.says(CLOSE_NOTIFY).server.fin().client.acks().client.fin()
        return talk.server.acks()
    if end == 1:
        talk.server.says(CLOSE_NOTIFY).server.fin().client.says(CLOSE_NOTIFY).client.fin()
        return talk.server.acks()
    if end == 2:
        return talk.client.says(CLOSE_NOTIFY).client.fin().server.fin().client.acks()
    return talk.server.fin().client.fin().server.acks()


def tickets_behind(chance: random.Random, talk: Conversation) -> None:
    """A server's session tickets after the client's first request, or what looks like one."""
    kind, length = chance.random(), chance.choice((200, 255))
    if kind < 0.2:
        talk.server.says(data(length, length))
    elif kind < 0.4:
        talk.server.says(data(length)).wait(0.03 * chance.random()).server.says(data(length))
    elif kind < 0.5:
        talk.server.says(data(length))


def behind(talk: Conversation, side: str = "client") -> Conversation:
    """The same connection as it was captured behind a translation of one side's address."""
    twin = Conversation()
    old = talk.client.address if side == "client" else talk.server.address
    new = (BEHIND, old[1])
    for packet in talk.packets:
        copy = replace(
            packet,
            source=new if packet.source == old else packet.source,
            destination=new if packet.destination == old else packet.destination,
        )
        to_server = packet.source == talk.client.address
        twin.packets.append(later(copy, 2000, -1) if to_server else later(copy, -2000, 1))
    return twin
