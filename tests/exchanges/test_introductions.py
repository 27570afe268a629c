"""What servers and clients say of themselves."""

from __future__ import annotations

import pytest

from netdiag.exchanges.introductions import HEADS_EACH
from tests import messages
from tests.conversations import Conversation, Recorder, endpoint
from tests.messages import get, ok

SERVER = endpoint("10.0.0.2", 80)
CLIENT = endpoint("10.0.0.1", 0)


def test_who_says_nothing_is_not_there(record: Recorder) -> None:
    said = record(Conversation().handshake().asks(get(), ok())).introductions
    assert (said.server, said.client, said.keep_alive_s) == ({}, {}, {})


def test_names_and_keep_alive(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.asks(
        get("/", "GET", "User-Agent: okhttp/4.12"),
        ok(b"x", "Server: nginx/1.22.1", "Keep-Alive: timeout=5, max=100"),
    )
    said = record(talk).introductions
    assert said.server == {SERVER: "nginx/1.22.1"}
    assert said.client == {CLIENT: "okhttp/4.12"}
    assert said.keep_alive_s == {SERVER: 5.0}


def test_drivers_of_databases(record: Recorder) -> None:
    """One host may be the client of several servers, by several drivers."""
    redis = Conversation(port=6379).handshake()
    redis.asks(messages.redis(b"HELLO", b"2"), b"*0\r\n")
    redis.asks(messages.redis(b"CLIENT", b"SETINFO", b"LIB-NAME", b"redis-py"), b"+OK\r\n")
    jdbc = Conversation(port=5432, client_port=40001).handshake()
    parameters = b"application_name\0PostgreSQL JDBC Driver\0\0"
    jdbc.client.says(messages.postgresql_startup(80877103, b"")).server.says(b"N")
    jdbc.asks(messages.postgresql_startup(parameters=b"user\0me\0" + parameters), b"R")
    said = record(redis, jdbc).introductions
    assert said.driver == {
        (CLIENT, endpoint("10.0.0.2", 6379)): "redis-py",
        (CLIENT, endpoint("10.0.0.2", 5432)): "PostgreSQL JDBC Driver",
    }


@pytest.mark.parametrize(
    ("text", "name"),
    [(b"client_idle_timeout", {SERVER: "PgBouncer"}), (b"invalid frontend message", {})],
)
def test_pgbouncer_gives_itself_away(record: Recorder, text: bytes, name: dict[int, str]) -> None:
    fatal = messages.postgresql(b"E", b"SFATAL\0C08P01\0M" + text + b"\0\0")
    talk = Conversation().handshake().asks(messages.postgresql_startup(), b"R").wait(4)
    assert record(talk.server.says(fatal).server.fin()).introductions.server == name


def test_the_first_name_counts(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.asks(get(), ok(b"", "Server: one")).asks(get(), ok(b"", "Server: two"))
    assert record(talk).introductions.server == {SERVER: "one"}


def talks(silent: int, name: str) -> list[Conversation]:
    """Connections of one server, of which only the last one says what it is."""
    heads = [ok()] * silent + [ok(b"", f"Server: {name}")]
    return [
        Conversation(client_port=40000 + i, start_s=i).handshake().asks(get(), head)
        for i, head in enumerate(heads)
    ]


def test_a_name_may_come_with_a_later_connection(record: Recorder) -> None:
    assert record(*talks(HEADS_EACH - 1, "late")).introductions.server == {SERVER: "late"}


def test_but_not_with_any(record: Recorder) -> None:
    assert record(*talks(HEADS_EACH, "too late")).introductions.server == {}


def test_every_endpoint_introduces_itself(record: Recorder) -> None:
    talks = [
        Conversation(client=f"10.0.1.{i}", server=f"10.0.2.{i}").handshake() for i in range(1, 4)
    ]
    for i, talk in enumerate(talks, 1):
        for _ in range(20):
            talk.asks(get("/", "GET", f"User-Agent: c{i}"), ok(b"", f"Server: s{i}"))
    said = record(*talks).introductions
    assert said.server == {endpoint(f"10.0.2.{i}", 80): f"s{i}" for i in (1, 2, 3)}
    assert said.client == {endpoint(f"10.0.1.{i}", 0): f"c{i}" for i in (1, 2, 3)}


@pytest.mark.parametrize("version", [b"8.0.36", b"5.5.5-10.11.6-MariaDB-0+deb12u1"])
def test_mysql_says_its_version_first(record: Recorder, version: bytes) -> None:
    talk = Conversation(port=3306).handshake()
    talk.server.says(messages.mysql_greeting(version))
    said = record(talk).introductions
    assert said.server == {endpoint("10.0.0.2", 3306): version.decode()}


@pytest.mark.parametrize("snap_length", range(54, 200, 3))
def test_a_cut_name_is_not_believed(record: Recorder, snap_length: int) -> None:
    talk = Conversation().handshake()
    talk.asks(get("/", "GET", "User-Agent: Java/17.0.10"), ok(b"", "Server: Apache-Coyote/1.1"))
    said = record(talk, snap_length=snap_length).introductions
    assert set(said.server.values()) <= {"Apache-Coyote/1.1"}
    assert set(said.client.values()) <= {"Java/17.0.10"}
