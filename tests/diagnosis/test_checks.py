"""A pool's check of a connection, told from a request by its words and by the client's habit."""

from __future__ import annotations

import pytest

from netdiag.diagnosis import checks
from tests import messages
from tests.conversations import Conversation
from tests.messages import mysql, postgresql, redis
from tests.recorded import examine
from tests.scripted import Scripted

PING = redis(b"PING")
COM_PING = mysql(0, b"\x0e")
IS_VALID = (
    postgresql(b"P", b"\0\0\0\0")
    + postgresql(b"B", bytes(8))
    + postgresql(b"E", bytes(5))
    + postgresql(b"S", b"")
)
SELECT_1 = messages.mysql_query(b"SELECT 1")
WORK = {
    "redis": redis(b"INCR", b"counter"),
    "mysql": messages.mysql_query(b"SELECT * FROM orders"),
    "postgresql": messages.postgresql_query(b"SELECT * FROM orders"),
}
ANSWER = {"redis": b":1\r\n", "mysql": mysql(1, b"\0rows"), "postgresql": b"C" + bytes(20)}


def session(protocol: str, **where: object) -> Conversation:
    """A connection after its first exchange."""
    talk = Conversation(**where).handshake()  # type: ignore[arg-type]
    if protocol == "mysql":
        talk.server.says(messages.mysql_greeting()).asks(mysql(1, b"login"), mysql(2, b"\0"))
    if protocol == "postgresql":
        talk.asks(messages.postgresql_startup(), messages.POSTGRESQL_ANSWER)
    return talk.asks(WORK[protocol], ANSWER[protocol])


def stale(protocol: str, check: bytes, follows: bytes | None) -> Conversation:
    """The check is answered, something follows or not, and later it meets a closed connection."""
    talk = session(protocol).wait(1).asks(check, ANSWER[protocol])
    if follows is not None:
        talk.asks(follows, ANSWER[protocol])
    talk.wait(3).server.fin().client.acks().wait(2)
    return talk.client.says(check).server.resets()


CHECKS = {
    "PING": ("redis", PING),
    "ping": ("redis", PING.lower()),
    "COM_PING": ("mysql", COM_PING),
    "SELECT 1": ("mysql", SELECT_1),
    "Connector/J": ("mysql", messages.mysql_query(b"/* ping */ SELECT 1")),
    "select 1 from dual": ("mysql", messages.mysql_query(b"select 1 from dual")),
    "isValid()": ("postgresql", IS_VALID),
    "select 1;": ("postgresql", messages.postgresql_query(b"select 1;")),
    "prepared": ("postgresql", postgresql(b"P", b"\0SELECT 1\0\0\0") + IS_VALID[9:]),
}
each_check = pytest.mark.parametrize(("protocol", "check"), CHECKS.values(), ids=CHECKS.keys())


@each_check
def test_a_check_that_fails_harms_nobody(scripted: Scripted, protocol: str, check: bytes) -> None:
    found = scripted(stale(protocol, check, WORK[protocol]))
    assert found.causes == [("stale-keep-alive", "warning", 1)]
    assert found.report.verdict.cause == "none"
    (finding,) = found.report.findings
    assert any("the check of a connection" in sentence for sentence in finding.evidence)


@each_check
def test_who_asks_nothing_else_has_asked_for_its_own_sake(
    scripted: Scripted, protocol: str, check: bytes
) -> None:
    found = scripted(stale(protocol, check, None))
    assert found.causes == [("stale-keep-alive", "error", 1)]


@pytest.mark.parametrize(
    ("protocol", "follows"),
    [
        ("mysql", messages.mysql_query(b"COMMIT")),
        ("mysql", messages.mysql_query(b"SET autocommit=1")),
        ("postgresql", messages.postgresql_query(b"rollback")),
    ],
)
def test_the_end_of_a_transaction_is_nothing_else(
    scripted: Scripted, protocol: str, follows: bytes
) -> None:
    query = {"mysql": SELECT_1, "postgresql": messages.postgresql_query(b"SELECT 1")}[protocol]
    assert scripted(stale(protocol, query, follows)).causes == [("stale-keep-alive", "error", 1)]


@pytest.mark.parametrize(
    ("protocol", "request_"),
    [
        ("redis", redis(b"GET", b"k")),
        ("mysql", messages.mysql_query(b"SELECT 12")),
        ("mysql", messages.mysql_query(b"BEGIN")),
        ("postgresql", messages.postgresql_query(b"BEGIN")),
    ],
)
def test_a_request_with_something_behind_it_is_no_check(
    scripted: Scripted, protocol: str, request_: bytes
) -> None:
    found = scripted(stale(protocol, request_, WORK[protocol]))
    assert found.causes == [("stale-keep-alive", "error", 1)]


def test_the_habit_may_be_seen_on_another_connection_of_the_client(scripted: Scripted) -> None:
    other = session("redis", client_port=50000).asks(PING, b"+PONG\r\n")
    other.asks(WORK["redis"], ANSWER["redis"])
    found = scripted(other, stale("redis", PING, None))
    assert found.causes == [("stale-keep-alive", "warning", 1)]


def test_the_habit_of_another_client_tells_nothing(scripted: Scripted) -> None:
    other = session("redis", client="10.0.0.9").asks(PING, b"+PONG\r\n")
    other.asks(WORK["redis"], ANSWER["redis"])
    found = scripted(other, stale("redis", PING, None))
    assert found.causes == [("stale-keep-alive", "error", 1)]


@pytest.mark.parametrize("name", ["postgresql-hikaricp", "redis-health-check-late"])
def test_recorded_pools(name: str) -> None:
    assert examine(name).causes == [("stale-keep-alive", "warning", 3)]


@each_check
def test_what_is_another_clients_habit_is_not_this_ones(
    scripted: Scripted, protocol: str, check: bytes
) -> None:
    mine = stale(protocol, check, None)
    other = session(protocol, client="10.0.0.9", start_s=1).asks(check, ANSWER[protocol])
    found = scripted(mine, other.asks(WORK[protocol], ANSWER[protocol]))
    assert found.causes == [("stale-keep-alive", "error", 1)]


def test_a_habit_is_found_however_late_it_shows(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "TEXTS_AT_ONCE", 3)
    talk = session("redis")
    for _ in range(10):
        talk.wait(1).asks(PING, ANSWER["redis"]).asks(PING, ANSWER["redis"])
    talk.wait(1).asks(PING, ANSWER["redis"]).asks(WORK["redis"], ANSWER["redis"])
    talk.wait(3).server.fin().client.acks().wait(2).client.says(PING).server.resets()
    assert scripted(talk).causes == [("stale-keep-alive", "warning", 1)]
