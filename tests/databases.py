"""Made-up pools of connections to databases, and to others with which a client takes turns.

As `tests.incidents` does it for HTTP: every seed is another one, with what servers say unasked,
with clients that leave in words, and with checks of the pool among the requests.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.conversations import Conversation
from tests.messages import (
    NOTIFICATION,
    POSTGRESQL_ANSWER,
    READY_FOR_QUERY,
    REDIS_QUIT,
    mysql,
    mysql_error,
    mysql_greeting,
    mysql_query,
    postgresql,
    postgresql_fatal,
    postgresql_query,
    postgresql_startup,
    redis,
)
from tests.scripted import never_answered, sent_in_vain

CLIENTS = ("10.0.0.1", "10.0.0.7")
COM_QUIT = b"\x01\x00\x00\x00\x01"
COM_PING = b"\x01\x00\x00\x00\x0e"
COM_STMT_CLOSE = mysql(0, b"\x19\x01\x00\x00\x00")
TERMINATE = b"X\x00\x00\x00\x04"
LOGIN = mysql(1, b"\x85\xa6\x03\x00\x00\x00\x00\x01!" + bytes(23) + b"me\0\0")

Talk = Callable[[random.Random, Conversation], object]


@dataclass(frozen=True)
class Database:
    """What is said to a kind of server.

    Attributes:
        port: where it listens.
        requests: bytes of requests, the first one a pool's check.
        answer: bytes of its answers.
        opening: what is said first.
        unasked: what the server says when it likes, b"" for nothing.
        leaves: the client's last word, b"" for none.
        farewell: the server's, b"" for none.
        aside: what the client says and nobody answers, b"" for nothing.
    """

    port: int
    requests: tuple[bytes, ...]
    answer: bytes
    opening: Talk
    unasked: bytes = b""
    leaves: bytes = b""
    farewell: bytes = b""
    aside: bytes = b""


def _greets(_chance: random.Random, talk: Conversation) -> None:
    talk.server.says(mysql_greeting()).client.says(LOGIN).server.says(mysql(2, bytes(7)))


def _starts(chance: random.Random, talk: Conversation) -> None:
    if chance.random() < 0.3:
        talk.asks(postgresql_startup(80877103, b""), b"N")
    talk.asks(postgresql_startup(), postgresql(b"R", bytes(4)) + READY_FOR_QUERY)


def _introduces(chance: random.Random, talk: Conversation) -> None:
    if chance.random() < 0.5:
        talk.asks(redis(b"CLIENT", b"SETINFO", b"LIB-NAME", b"jedis"), b"+OK\r\n")


def _nothing(_chance: random.Random, _talk: Conversation) -> None:
    pass


def _frame(kind: int, payload: bytes) -> bytes:
    """A frame of HTTP/2."""
    return len(payload).to_bytes(3, "big") + bytes([kind, 0, 0, 0, 0, 1]) + payload


def _prefaces(chance: random.Random, talk: Conversation) -> None:
    settings = _frame(4, b"")
    if chance.random() < 0.5:
        talk.server.says(settings)
    talk.asks(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings, settings)


KINDS = (
    Database(
        6379,
        (redis(b"PING"), redis(b"GET", b"k"), redis(b"SET", b"k", b"v" * 30), redis(*[b"x"] * 12)),
        b"$1\r\nx\r\n",
        _introduces,
        b">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n",
        REDIS_QUIT,
    ),
    Database(
        3306,
        (COM_PING, mysql_query(b"SELECT a FROM b"), mysql_query(b"BEGIN"), mysql_query()),
        mysql(1, b"\x00\x00\x00\x02\x00\x00\x00"),
        _greets,
        leaves=COM_QUIT,
        farewell=mysql_error(4031),
        aside=COM_STMT_CLOSE,
    ),
    Database(
        5432,
        (postgresql_query(), postgresql_query(b"SELECT a FROM b"), postgresql_query(b"COMMIT")),
        POSTGRESQL_ANSWER,
        _starts,
        NOTIFICATION,
        TERMINATE,
        postgresql_fatal(),
    ),
    Database(11211, (b"get a\r\n", b"get bb\r\n"), b"VALUE a 0 1\r\nx\r\nEND\r\n", _nothing),
    Database(
        8081,
        (_frame(8, bytes(4)), _frame(1, b"\x82\x86"), _frame(1, b"\x82\x84") + _frame(0, b"body")),
        _frame(1, b"\x88") + _frame(0, b"hello"),
        _prefaces,
        _frame(6, bytes(8)),
    ),
    Database(9092, (b"\x01\x02\x03ask", b"\x01\x02\x03more", b"ping"), b"\xfe\x01yes", _nothing),
)


def sessions(seed: int, connections: int = 12, exchanges: int = 25) -> list[Conversation]:
    """Conversations of one capture, with one to three kinds of servers."""
    chance = random.Random(seed)
    kinds = chance.sample(KINDS, chance.randint(1, 3))
    return [
        _session(chance, number, chance.choice(kinds), exchanges) for number in range(connections)
    ]


def _session(chance: random.Random, number: int, kind: Database, exchanges: int) -> Conversation:
    talk = Conversation(
        client=chance.choice(CLIENTS),
        port=kind.port,
        client_port=40000 + number,
        start_s=chance.uniform(0, 5),
    )
    if chance.random() < 0.6:
        talk.handshake()
        kind.opening(chance, talk)
    for _ in range(chance.randint(1, 2 * exchanges)):
        _exchange(chance, talk, kind)
        talk.wait(chance.choice((0, 0.001, 0.05, 0.3, 1, 2)) * chance.random())
    chance.choice(ENDS)(chance, talk, kind)
    return talk


def _exchange(chance: random.Random, talk: Conversation, kind: Database) -> None:
    odd, request = chance.random(), chance.choice(kind.requests)
    if odd < 0.02:
        talk.client.says(request).client.repeats().server.says(kind.answer).client.acks()
    elif odd < 0.04:
        talk.client.says(request).server.says(kind.answer).server.repeats().client.acks()
    elif odd < 0.06:
        talk.client.says(request).client.says(chance.choice(kind.requests))
        talk.server.says(kind.answer).server.says(kind.answer).client.acks()
    elif odd < 0.08 and kind.unasked:
        talk.server.says(kind.unasked).client.acks()
    elif odd < 0.10:
        talk.client.says(request).server.says(kind.answer[:3]).wait(0.1)
        talk.server.says(kind.answer[3:]).client.acks()
    elif odd < 0.12:
        talk.wait(2).client.probes().server.acks()
    else:
        if chance.random() < 0.5:
            talk.asks(kind.requests[0], kind.answer)
        talk.asks(request, kind.answer)
        if kind.aside and chance.random() < 0.3:
            talk.client.says(kind.aside).server.acks()


End = Callable[[random.Random, Conversation, Database], object]


def _leaves(_chance: random.Random, talk: Conversation, kind: Database) -> None:
    if kind.leaves:
        talk.client.says(kind.leaves)
    talk.client.fin().server.fin().client.acks()


def _stale(chance: random.Random, talk: Conversation, kind: Database) -> None:
    talk.wait(5)
    if kind.farewell:
        talk.server.says(kind.farewell)
    talk.server.fin().client.acks().wait(chance.uniform(0.1, 3))
    talk.client.says(chance.choice(kind.requests)).server.resets()


def _unanswered(chance: random.Random, talk: Conversation, kind: Database) -> None:
    never_answered(talk, chance.choice(kind.requests))


def _dropped(chance: random.Random, talk: Conversation, kind: Database) -> None:
    sent_in_vain(talk, chance.choice(kind.requests))


ENDS: tuple[End, ...] = (
    lambda *_: None,
    lambda *_: None,
    _leaves,
    _leaves,
    lambda _chance, talk, _kind: talk.wait(5).server.fin().client.fin().server.acks(),
    _stale,
    _unanswered,
    _dropped,
    lambda _chance, talk, _kind: talk.client.aborts(),
)
