"""Made-up incidents: pools of long-lived connections on which now and then something goes wrong.

Every seed is another one: many requests on each connection with pauses between them, some packets
captured twice or sent again, and ends of many kinds, with what clients do about them.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.conversations import Conversation
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

SERVERS = ("10.0.0.2", "10.0.0.3")
CLIENTS = ("10.0.0.1", "10.0.0.7")
PROXY = "10.0.0.9"
PATHS = ("/", "/items", "/items/1", "/search?q=keep")


def incident(seed: int, connections: int = 12, exchanges: int = 30) -> list[Conversation]:
    """Conversations of one capture."""
    chance = random.Random(seed)
    talks = [_talk(chance, number, exchanges) for number in range(connections)]
    talks += [encrypted(chance, 200 + number, exchanges) for number in range(connections // 3)]
    for number in range(connections // 4):
        talks += _through_proxy(chance, 100 + number, exchanges)
    return talks


def _talk(chance: random.Random, number: int, exchanges: int) -> Conversation:
    talk = Conversation(
        client=chance.choice(CLIENTS),
        server=chance.choice(SERVERS),
        client_port=40000 + number,
        start_s=chance.uniform(0, 5),
    )
    if chance.random() < 0.8:
        talk.handshake()
    for _ in range(chance.randint(1, 2 * exchanges)):
        _exchange(chance, talk)
        talk.wait(chance.choice((0.001, 0.05, 0.3, 1, 2)) * chance.random())
    chance.choice(ENDS)(chance, talk)
    return talk


def _exchange(chance: random.Random, talk: Conversation) -> None:
    odd = chance.random()
    path = chance.choice(PATHS)
    if odd < 0.03:
        talk.client.says(get(path)).client.repeats().server.says(ok()).client.acks()
    elif odd < 0.06:
        talk.client.says(get(path)).server.says(ok()).server.repeats().client.acks()
    elif odd < 0.08:
        talk.client.says(get(path)).server.acks().wait(chance.random())
        talk.server.says(response("503 Service Unavailable", b"busy")).client.acks()
    elif odd < 0.10:
        talk.asks(get(path), ok()).wait(2).client.probes().server.acks()
    elif odd < 0.2:
        talk.client.says(post(b"x" * 300, path)).server.acks().server.says(ok(b"y" * 1200))
    else:
        talk.asks(get(path), ok(b"z" * chance.choice((5, 90, 900))))


def _stays(chance: random.Random, talk: Conversation) -> None:
    """The capture ends before the connection does."""


def _closed(chance: random.Random, talk: Conversation) -> None:
    talk.wait(5).server.fin().client.acks().client.fin().server.acks()


def _left(chance: random.Random, talk: Conversation) -> None:
    talk.wait(chance.uniform(0.5, 2)).client.fin().server.fin().client.acks()


def _stale(chance: random.Random, talk: Conversation) -> None:
    talk.wait(5).server.fin().client.acks().wait(chance.uniform(0.2, 4))
    talk.client.says(get(chance.choice(PATHS))).server.resets()


def _dropped(chance: random.Random, talk: Conversation) -> None:
    talk.wait(6).client.says(get(chance.choice(PATHS)))
    for pause in (0.2, 0.4, 0.8, 1.6):
        talk.wait(pause).client.repeats()


def _aborted(chance: random.Random, talk: Conversation) -> None:
    talk.client.says(get(chance.choice(PATHS))).server.acks().wait(0.1).server.aborts()


def _cut(chance: random.Random, talk: Conversation) -> None:
    talk.client.says(get(chance.choice(PATHS)))
    talk.server.says(ok(b"w" * 900)[:200]).client.acks().wait(0.2).server.fin().client.acks()


ENDS: tuple[Callable[[random.Random, Conversation], None], ...] = (
    _stays,
    _stays,
    _closed,
    _left,
    _stale,
    _dropped,
    _aborted,
    _cut,
)


def encrypted(chance: random.Random, number: int, exchanges: int) -> Conversation:
    """TLS 1.3, some of it with what HTTP/2 says between requests."""
    server = chance.choice(SERVERS)
    talk = Conversation(client_port=40000 + number, server=server, start_s=chance.uniform(0, 5))
    talk.handshake().client.says(CLIENT_HELLO).server.says(SERVER_HELLO + CCS + data(800, 53))
    talk.client.says(CCS + FINISHED).server.says(TICKETS)
    http2 = chance.random() < 0.4
    if http2:
        talk.client.says(data(26))
    for _ in range(chance.randint(1, 2 * exchanges)):
        odd = chance.random()
        if odd < 0.05:
            talk.client.says(data(chance.choice((30, 34, 45, 60)))).server.says(data(34))
        elif odd < 0.1:
            talk.client.says(data(chance.choice((40, 90, 150)))).server.says(data(22, 35))
        talk.client.says(data(chance.randint(150, 400))).server.says(data(chance.randint(40, 900)))
        talk.client.acks().wait(chance.choice((0.01, 0.3, 2)) * chance.random())
    end = chance.random()
    if end < 0.6:
        talk.wait(5).server.says(CLOSE_NOTIFY).server.fin().client.acks().wait(chance.random())
    if end < 0.4:
        talk.client.says(data(200)).server.resets()
    elif end < 0.6:
        talk.client.says(CLOSE_NOTIFY).client.fin().server.acks()
    return talk


def _through_proxy(chance: random.Random, number: int, exchanges: int) -> list[Conversation]:
    """A client of a proxy, and the proxy's own connection behind it, which may break at the end."""
    start_s = chance.uniform(0, 5)
    front = Conversation(server=PROXY, client_port=50000 + number, start_s=start_s)
    behind = Conversation(client=PROXY, client_port=51000 + number, start_s=start_s + 0.001)
    front.handshake()
    behind.handshake()
    now_s = start_s
    for _ in range(exchanges):
        now_s += chance.uniform(0.05, 1)
        _pass_on(chance, front, behind, now_s)
    now_s += 6
    path = chance.choice(PATHS)
    behind.at(now_s - 1).server.fin().client.acks()
    front.at(now_s).client.says(get(path)).server.acks()
    behind.at(now_s + 0.002).client.says(get(path)).server.resets()
    front.at(now_s + 0.004).server.says(response("502 Bad Gateway", b"sorry")).client.acks()
    for _ in range(chance.randint(0, exchanges)):
        front.wait(chance.random()).asks(get(chance.choice(PATHS)), ok())
    return [front, behind]


def _pass_on(
    chance: random.Random, front: Conversation, behind: Conversation, now_s: float
) -> None:
    path = chance.choice(PATHS)
    front.at(now_s).client.says(get(path)).server.acks()
    behind.at(now_s + 0.002).asks(get(path), ok())
    front.at(now_s + 0.004).server.says(ok()).client.acks()
