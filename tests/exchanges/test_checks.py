"""Checks of a pool, told by their words alone."""

from __future__ import annotations

import pytest

from netdiag.exchanges import Protocol
from netdiag.exchanges.checks import LONGEST, PROTOCOLS, asks_nothing, goes_on
from tests.messages import mysql, mysql_query, postgresql, postgresql_query, redis

CHECKS = {
    redis(b"PING"): Protocol.REDIS,
    redis(b"ping"): Protocol.REDIS,
    mysql(0, b"\x0e"): Protocol.MYSQL,
    mysql_query(b"SELECT 1"): Protocol.MYSQL,
    mysql_query(b" /* ping */ SELECT 1"): Protocol.MYSQL,
    mysql_query(b"select (1) from dual;"): Protocol.MYSQL,
    mysql(0, b"\x16values 1"): Protocol.MYSQL,
    postgresql_query(b""): Protocol.POSTGRESQL,
    postgresql_query(b"select 1;"): Protocol.POSTGRESQL,
    postgresql(b"P", b"S_1\0SELECT 1\0\0\0"): Protocol.POSTGRESQL,
}
REQUESTS = (
    *(redis(b"GET", b"PING"), redis(b"PING", b"PING"), mysql(0, b"\x0f")),
    *(mysql_query(b"SELECT 10"), mysql_query(b"do 1, 2"), mysql(0, b"\x17SELECT 1")),
    *(postgresql_query(b"select 2"), postgresql(b"B", b"\0select 1\0"), b"\x01\x02SELECT 1"),
)


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_is_one_in_its_protocol_alone(check: bytes) -> None:
    assert [each for each in PROTOCOLS if asks_nothing(each, check)] == [CHECKS[check]]
    assert len(check) < LONGEST


@pytest.mark.parametrize("request_", REQUESTS)
def test_a_request_for_something_is_none(request_: bytes) -> None:
    assert not any(asks_nothing(protocol, request_) for protocol in PROTOCOLS)


@pytest.mark.parametrize(
    ("following", "does"),
    [
        (b"SELECT a FROM b", True),
        (b"INSERT INTO settings", True),
        (b"SELECT 1", False),
        (b" begin", False),
        (b"START  TRANSACTION", False),
        (b"COMMIT", False),
        (b"ROLLBACK", False),
        (b"SET autocommit=0", False),
    ],
)
def test_a_client_goes_on_with_what_is_neither_the_same_nor_a_frame(
    following: bytes, does: bool
) -> None:
    for protocol, query in (
        (Protocol.MYSQL, mysql_query),
        (Protocol.POSTGRESQL, postgresql_query),
    ):
        assert goes_on(protocol, query(b"SELECT 1"), query(following)) is does


def test_a_farewell_is_nothing_to_go_on_with() -> None:
    assert not goes_on(Protocol.POSTGRESQL, postgresql_query(b""), b"X\0\0\0\4")
