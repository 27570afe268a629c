"""First messages and farewells of MySQL, PostgreSQL and Redis."""

from __future__ import annotations

import pytest

from netdiag.decode.marks import Mark
from tests import messages
from tests.exchanges.protocols.marking import mark_one

FAREWELLS = {
    "MySQL COM_QUIT": messages.COM_QUIT,
    "PostgreSQL Terminate": messages.TERMINATE,
    "Redis QUIT": messages.REDIS_QUIT,
    "Redis quit": messages.REDIS_QUIT.lower(),
}


@pytest.mark.parametrize("payload", FAREWELLS.values(), ids=FAREWELLS.keys())
def test_a_clients_farewell(payload: bytes) -> None:
    assert mark_one(payload).mark == Mark.CLIENT_FAREWELL


@pytest.mark.parametrize("payload", FAREWELLS.values(), ids=FAREWELLS.keys())
def test_a_farewell_with_more_behind_it_is_none(payload: bytes) -> None:
    assert mark_one(payload + b"x").mark != Mark.CLIENT_FAREWELL


@pytest.mark.parametrize("payload", FAREWELLS.values(), ids=FAREWELLS.keys())
def test_a_cut_farewell_is_not_believed(payload: bytes) -> None:
    assert mark_one(payload, len(payload) - 1).mark != Mark.CLIENT_FAREWELL


def test_a_mysql_greeting_is_kept_for_its_version() -> None:
    greeting = messages.mysql_greeting(b"5.5.5-10.11.6-MariaDB-0+deb12u1")
    marked = mark_one(greeting)
    assert marked.mark == Mark.MYSQL_GREETING
    assert marked.keep >= 5 + len("5.5.5-10.11.6-MariaDB-0+deb12u1") + 1


def test_a_packet_of_another_protocol_version_or_number_is_no_greeting() -> None:
    assert mark_one(messages.mysql(0, b"\x09" + bytes(40))).mark == Mark.OPAQUE
    assert mark_one(messages.mysql(1, b"\x0a" + bytes(40))).mark == Mark.OPAQUE


def test_a_mysql_error_4031_is_the_servers_farewell() -> None:
    assert mark_one(messages.mysql_error(4031)).mark == Mark.SERVER_FAREWELL
    assert mark_one(messages.mysql_error(1045)).mark == Mark.OPAQUE


def test_a_mysql_query_is_opaque() -> None:
    assert mark_one(messages.mysql_query()).mark == Mark.OPAQUE


@pytest.mark.parametrize("code", [0x00030000, 80877103], ids=["protocol 3.0", "SSLRequest"])
def test_a_postgresql_client_begins(code: int) -> None:
    assert mark_one(messages.postgresql_startup(code)).mark == Mark.POSTGRESQL_STARTUP
    assert mark_one(messages.postgresql_startup(code) + b"x").mark == Mark.OPAQUE


def test_postgresql_fatal_is_the_servers_farewell_and_an_error_is_none() -> None:
    assert mark_one(messages.postgresql_fatal()).mark == Mark.SERVER_FAREWELL
    error = messages.postgresql(b"E", b"SERROR\0VERROR\0C42601\0Msyntax error\0\0")
    assert mark_one(error).mark == Mark.OPAQUE


def test_a_redis_command() -> None:
    assert mark_one(messages.redis(b"GET", b"key")).mark == Mark.REDIS_COMMAND
    assert mark_one(messages.redis(b"PING")).mark == Mark.REDIS_COMMAND
    assert mark_one(b"*1\r\n:1\r\n").mark == Mark.OPAQUE
    assert mark_one(b"+OK\r\n").mark == Mark.OPAQUE


def test_a_redis_command_of_many_words() -> None:
    assert mark_one(messages.redis(*[b"MSET"] + [b"k"] * 20)).mark == Mark.REDIS_COMMAND
