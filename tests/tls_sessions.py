"""Made-up connections with HTTP/2 in TLS, and some with a database: only lengths tell.

As `tests.databases` does it for what is said in clear: every seed is another one, with all versions
and ciphers, with padding, and with frames that are as long as requests.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.conversations import Conversation
from tests.messages import (
    ALERT,
    CCS,
    CLIENT_HELLO,
    HANDSHAKE,
    POSTGRESQL_ANSWER,
    SERVER_HELLO,
    TICKETS,
    data,
    mysql,
    mysql_greeting,
    postgresql_query,
    postgresql_startup,
    tls,
)
from tests.scripted import never_answered, sent_in_vain

CLIENTS = ("10.0.0.1", "10.0.0.7")

ASKS = (5, 6, 10, 14, 15, 16, 44, 45, 52, 60, 90, 150, 400)
"""Lengths of requests that nothing else has."""
MAY_ASK = (17, 18, 19, 22, 26, 30, 35, 39, 43)
"""Lengths of PINGs, GOAWAYs and frames together, which requests have as well."""
ASKS_NOTHING = (9, 13)


class Cipher:
    """What TLS adds to each side's records.

    Attributes:
        version: 12 or 13.
        client: bytes added to the client's records.
        server: bytes added to the server's.
    """

    def __init__(self, version: int, overhead: int, client: int = 0, server: int = 0) -> None:
        self.version, self.client, self.server = version, overhead + client, overhead + server

    def asks(self, *lengths: int) -> bytes:
        """The client's records with so many bytes in them."""
        return data(*(length + self.client for length in lengths))

    def answers(self, *lengths: int) -> bytes:
        """The server's."""
        return data(*(length + self.server for length in lengths))

    def alert(self, client: bool) -> bytes:
        """A close_notify."""
        if self.version == 12:
            return tls(ALERT, 2 + self.client)
        return data(2 + (self.client if client else self.server))


CIPHERS = (
    Cipher(13, 17),
    Cipher(13, 17),
    Cipher(13, 17, client=16),
    Cipher(13, 17, server=16),
    Cipher(12, 24),
    Cipher(12, 16),
)


def sessions(seed: int, connections: int = 12, exchanges: int = 25) -> list[Conversation]:
    """Conversations of one capture."""
    chance = random.Random(seed)
    return [_session(chance, number, exchanges) for number in range(connections)]


def _session(chance: random.Random, number: int, exchanges: int) -> Conversation:
    talk = Conversation(
        client=chance.choice(CLIENTS),
        port=443,
        client_port=40000 + number,
        start_s=chance.uniform(0, 5),
    )
    cipher = chance.choice(CIPHERS)
    talk.handshake()
    if chance.random() < 0.25:
        chance.choice((_begins_as_mysql, _begins_as_postgresql))(chance, talk)
    (_greet_13 if cipher.version == 13 else _greet_12)(chance, talk, cipher)
    asks = (*ASKS, *ASKS, *chance.choice(((), MAY_ASK)))
    for _ in range(chance.randint(1, 2 * exchanges)):
        _exchange(chance, talk, cipher, chance.choice(asks))
        talk.wait(chance.choice((0, 0.001, 0.05, 0.3, 1, 2)) * chance.random())
    chance.choice(ENDS)(chance, talk, cipher)
    return talk


def _begins_as_mysql(_chance: random.Random, talk: Conversation) -> None:
    talk.server.says(mysql_greeting()).client.says(mysql(1, b"\x85\xae\x03\x00" + bytes(28)))


def _begins_as_postgresql(chance: random.Random, talk: Conversation) -> None:
    talk.asks(postgresql_startup(80877103, b""), b"S")
    if chance.random() < 0.2:  # said before TLS has begun, by a client that doesn't care
        for _ in range(chance.choice((1, 12))):
            talk.wait(0.1).asks(postgresql_query(), POSTGRESQL_ANSWER)


def _greet_13(chance: random.Random, talk: Conversation, cipher: Cipher) -> None:
    finished = chance.choice((53, 69))
    servers, finished = finished, finished + cipher.client - 17  # padded to 69 or to 85
    talk.client.says(CLIENT_HELLO)
    talk.server.says(SERVER_HELLO + CCS + data(900, servers))
    finish = data(finished)
    preface = cipher.asks(*chance.choice(((33,), (64,), (81,), (150,), (64, 9))))
    for said in chance.choice(
        (
            (CCS + finish + preface,),
            (CCS, finish + preface),
            (CCS + finish, preface),
            (CCS, finish, preface),
        )
    ):
        talk.client.says(said)
    if chance.random() < 0.5:
        talk.server.says(TICKETS)
    _settle(chance, talk, cipher)


def _greet_12(chance: random.Random, talk: Conversation, cipher: Cipher) -> None:
    talk.client.says(CLIENT_HELLO)
    if chance.random() < 0.3:
        _go_on_with_session(chance, talk, cipher)
        return
    talk.server.says(SERVER_HELLO + tls(HANDSHAKE, 900, first=11))
    key, finished = tls(HANDSHAKE, 37, first=16), tls(HANDSHAKE, 16 + cipher.client)
    if chance.random() < 0.1:
        finished = finished[:20]  # the rest comes later, so its length isn't seen
    talk.client.says(key + CCS + finished).server.says(CCS + tls(HANDSHAKE, 16 + cipher.server))
    if chance.random() < 0.4:
        talk.server.says(cipher.answers(40))
        talk.client.says(cipher.asks(chance.choice((90, 108))))
    else:
        talk.client.says(cipher.asks(64))
    _settle(chance, talk, cipher)


def _go_on_with_session(chance: random.Random, talk: Conversation, cipher: Cipher) -> None:
    """A handshake without a key, in which the server's Finished comes first."""
    talk.server.says(SERVER_HELLO + CCS + tls(HANDSHAKE, 16 + cipher.server))
    finished = tls(HANDSHAKE, 16 + cipher.client)
    for said in chance.choice(((CCS + finished,), (CCS, finished))):
        talk.client.says(said)
    talk.client.says(cipher.asks(64))
    _settle(chance, talk, cipher)


def _settle(chance: random.Random, talk: Conversation, cipher: Cipher) -> None:
    """The server's SETTINGS, and what acknowledges them: at once, late, unseen, or never."""
    talk.server.says(cipher.answers(50)).client.acks()
    how = chance.random()
    if how < 0.6:
        talk.client.says(cipher.asks(9))
    elif how < 0.7:
        talk.client.says(cipher.asks(9, 60)).server.says(cipher.answers(200)).client.acks()
    elif how < 0.8:
        talk.client.says(cipher.asks(60, 9)).server.says(cipher.answers(200)).client.acks()


def _exchange(chance: random.Random, talk: Conversation, cipher: Cipher, length: int) -> None:
    if chance.random() < 0.16:
        chance.choice(ODD)(chance, talk, cipher, length)
        return
    lengths = chance.choice(((length,), (length, chance.choice(ASKS)), (13, length)))
    talk.client.says(cipher.asks(*lengths))
    talk.server.says(cipher.answers(chance.choice((16, 17, 60, 300))))
    if chance.random() < 0.3:
        talk.server.says(cipher.answers(chance.choice((9, 13, 17, 500))))
    if chance.random() < 0.3:
        talk.client.says(cipher.asks(chance.choice((13, 13, 26, 30))))
    else:
        talk.client.acks()


Odd = Callable[[random.Random, Conversation, Cipher, int], object]


def _twice(_chance: random.Random, talk: Conversation, cipher: Cipher, length: int) -> None:
    talk.client.says(cipher.asks(length)).client.repeats()
    talk.server.says(cipher.answers(60)).client.acks()


def _at_once(chance: random.Random, talk: Conversation, cipher: Cipher, length: int) -> None:
    talk.client.says(cipher.asks(length)).client.says(cipher.asks(chance.choice(ASKS)))
    talk.server.says(cipher.answers(60)).server.says(cipher.answers(80)).client.acks()


def _pings(chance: random.Random, talk: Conversation, cipher: Cipher, _length: int) -> None:
    if chance.random() < 0.5:
        talk.client.says(cipher.asks(17)).server.says(cipher.answers(17)).client.acks()
    else:
        talk.server.says(cipher.answers(17)).client.says(cipher.asks(17)).server.acks()


def _asks_nothing(chance: random.Random, talk: Conversation, cipher: Cipher, _length: int) -> None:
    talk.client.says(cipher.asks(*chance.choice(((13, 13), (9,), (13, 9), (17,), (1,)))))


def _probes(_chance: random.Random, talk: Conversation, _cipher: Cipher, _length: int) -> None:
    talk.wait(2).client.probes().server.acks()


def _warns(chance: random.Random, talk: Conversation, cipher: Cipher, _length: int) -> None:
    if chance.random() < 0.5:
        talk.server.says(cipher.alert(client=False)).client.acks()
    elif cipher.version == 13:
        talk.client.says(cipher.alert(client=True)).server.acks()


ODD: tuple[Odd, ...] = (_twice, _at_once, _pings, _asks_nothing, _probes, _warns)


End = Callable[[random.Random, Conversation, Cipher], object]


def _leaves(chance: random.Random, talk: Conversation, cipher: Cipher) -> None:
    if chance.random() < 0.5:
        talk.client.says(cipher.asks(chance.choice((17, 26, 43))))
    talk.client.says(cipher.alert(client=True)).client.fin().server.fin().client.acks()


def _stale(chance: random.Random, talk: Conversation, cipher: Cipher) -> None:
    talk.wait(5)
    if chance.random() < 0.6:
        talk.server.says(cipher.answers(17)).server.says(cipher.alert(client=False))
    talk.server.fin().client.acks().wait(chance.uniform(0.1, 3))
    talk.client.says(cipher.asks(chance.choice((*ASKS, *MAY_ASK, *ASKS_NOTHING))))
    talk.server.resets()


def _unanswered(chance: random.Random, talk: Conversation, cipher: Cipher) -> None:
    never_answered(talk, cipher.asks(chance.choice(ASKS)))


def _dropped(chance: random.Random, talk: Conversation, cipher: Cipher) -> None:
    sent_in_vain(talk, cipher.asks(chance.choice(ASKS)))


ENDS: tuple[End, ...] = (
    lambda *_: None,
    lambda *_: None,
    _leaves,
    _leaves,
    lambda _chance, talk, _cipher: talk.wait(5).server.fin().client.fin().server.acks(),
    _stale,
    _stale,
    _unanswered,
    _dropped,
    lambda _chance, talk, _cipher: talk.client.aborts(),
)
