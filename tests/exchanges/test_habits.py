"""Of each habit of checking connections one pair of exchanges is kept."""

from __future__ import annotations

import pytest

from netdiag.exchanges.search import Stays
from netdiag.native import native
from tests.conversations import Conversation, listen
from tests.databases import CLIENTS, COM_PING
from tests.exchanges.test_settling import kept
from tests.messages import mysql, mysql_query, postgresql, postgresql_query, redis

if native is None:
    pytest.skip("built without a C compiler", allow_module_level=True)

ROUNDS = 20
ANSWER = b"+OK\r\n"
PING, GET = redis(b"PING"), redis(b"GET", b"key")
IS_VALID = postgresql(b"P", b"\0\0\0\0") + postgresql(b"S", b"")


def borrowed(check: bytes, work: bytes, pause_s: float = 0.0, **where: object) -> Conversation:
    """A connection on which pairs of requests come far between others."""
    talk = Conversation(**where).handshake()  # type: ignore[arg-type]
    for _ in range(ROUNDS):
        for _ in range(3):
            talk.wait(1).asks(work, ANSWER)
        talk.wait(1).asks(check, ANSWER).wait(pause_s).asks(work, ANSWER)
    return talk.wait(1).asks(work, ANSWER).wait(1).asks(work, ANSWER)


def left(*talks: Conversation, step: int = 1 << 20) -> list[str]:
    """The requests that stay, by their names: "*1" is a PING, "*2" a GET."""
    names, _ = kept(listen(*talks), step, stays=Stays(opening=0))
    return [name for name in names if name.startswith(("*", "client says"))]


def test_one_check_stays_and_what_came_at_once_after_it() -> None:
    first, end = ["*2"], ["*2", "*2"]
    assert left(borrowed(PING, GET)) == [*first, "*1", "*2", *end]


@pytest.mark.parametrize("step", [1, 2, 3, 7, 40])
def test_one_stays_however_often_the_rows_are_looked_at(step: int) -> None:
    names = left(borrowed(PING, GET), step=step)
    checks = [place for place, name in enumerate(names) if name == "*1"]
    assert 1 <= len(checks) <= 3
    assert all(names[place + 1] == "*2" for place in checks)


@pytest.mark.parametrize(
    "talk",
    [
        borrowed(PING, GET, pause_s=1),
        borrowed(PING, PING),
        borrowed(redis(b"ECHO"), GET),
        borrowed(mysql_query(b"SELECT 2"), GET),
        borrowed(mysql_query(), mysql_query(b"BEGIN /* of something longer */")),
    ],
    ids=["later", "again", "another", "no check", "frame"],
)
def test_nothing_stays_where_there_is_no_habit(talk: Conversation) -> None:
    assert len(left(talk)) == 1 + 2


@pytest.mark.parametrize(
    ("check", "work"),
    [
        (PING.lower(), GET),
        (COM_PING, mysql_query(b"SELECT a FROM b")),
        (mysql_query(b" select 1"), mysql(0, b"\x17" + bytes(9))),
        (mysql_query(b"/* ping */ SELECT 1"), mysql_query(b"SELECT a FROM b")),
        (mysql_query(b"do(1)"), mysql_query(b"SELECT a FROM b")),
        (mysql_query(b"values(1)"), mysql_query(b"SELECT a FROM b")),
        (postgresql_query(b";"), postgresql_query(b"SELECT a FROM b")),
        (postgresql_query(b"select 1;"), postgresql_query(b"SELECT a FROM b")),
        (IS_VALID, postgresql(b"B", bytes(30))),
    ],
)
def test_checks_of_all_kinds_are_recognized(check: bytes, work: bytes) -> None:
    assert len(left(borrowed(check, work))) == 1 + 2 + 2


def test_each_client_and_each_check_has_a_habit_of_its_own() -> None:
    talks = [borrowed(PING, GET, client=client) for client in CLIENTS]
    talks.append(borrowed(PING.lower(), GET, client_port=40001))
    assert left(*talks).count("*1") == 3


def test_connections_of_one_client_have_one() -> None:
    talks = [borrowed(PING, GET, client_port=40000 + number) for number in range(3)]
    assert left(*talks).count("*1") == 1


def test_the_second_exchange_is_the_first_that_shows_it() -> None:
    talk = Conversation().handshake().asks(PING, ANSWER).asks(GET, ANSWER)
    for _ in range(ROUNDS):
        talk.wait(1).asks(GET, ANSWER)
    assert left(talk) == ["*1", "*2", "*2", "*2"]


@pytest.mark.parametrize("step", [5, 20, 50])
def test_what_is_undecided_at_one_look_is_told_at_another(step: int) -> None:
    """As long as a request waits elsewhere, whatever was asked after it is asked about again."""
    other = Conversation(client_port=40001).handshake().client.says(GET)
    talk = Conversation(start_s=0.01).handshake()
    for _ in range(ROUNDS):
        for request in (GET, GET, GET, PING, GET):
            talk.wait(0.002).asks(request, ANSWER)
    other.wait(0.8).server.says(ANSWER).wait(9).asks(GET, ANSWER)
    names = left(talk, other, step=step)
    checks = [place for place, name in enumerate(names) if name == "*1"]
    assert 1 <= len(checks) <= 3
    assert all(names[place + 1] == "*2" for place in checks)


@pytest.mark.parametrize("step", range(30, 130, 10))
def test_a_pair_stays_of_which_one_is_told_before_the_other(step: int) -> None:
    """A request that waits elsewhere was asked between the two."""
    follows = redis(b"MGET", b"a", b"b")
    talk = Conversation().handshake()
    for _ in range(10):
        talk.wait(0.002).asks(GET, ANSWER)
    talk.wait(0.002).asks(PING, ANSWER).wait(0.002).asks(follows, ANSWER)
    for _ in range(80):
        talk.wait(0.002).asks(GET, ANSWER)
    (ping,) = (packet for packet in talk.packets if packet.payload == PING)
    asked_s = (ping.time_ns - talk.packets[0].time_ns) / 1e9 + 0.001
    other = Conversation(client_port=40001).handshake().at(asked_s).client.says(GET)
    other.wait(0.15).server.says(ANSWER)
    assert left(talk, other, step=step)[:4] == ["*2", "*1", "*2", "*3"]
