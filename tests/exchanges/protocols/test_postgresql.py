"""PostgreSQL: first messages, last words, and what the server says unasked."""

from __future__ import annotations

import pytest

from netdiag.decode.marks import Mark
from netdiag.exchanges import Farewell
from tests import messages
from tests.exchanges.protocols.marking import mark_one
from tests.messages import postgresql

TOO_MANY = b"SFATAL\0C53300\0Msorry, too many clients already\0\0"
CRASH = b"SWARNING\0VWARNING\0C57P02\0Mterminating connection because of crash\0\0"


def test_a_clients_farewell() -> None:
    assert mark_one(messages.TERMINATE).mark == Mark.CLIENT_FAREWELL


@pytest.mark.parametrize("change", [b"x", None], ids=["longer", "cut"])
def test_what_is_not_exactly_a_farewell_is_none(change: bytes | None) -> None:
    longer = messages.TERMINATE + (change or b"")
    assert mark_one(longer, None if change else 4).mark != Mark.CLIENT_FAREWELL


@pytest.mark.parametrize(
    "first",
    [
        messages.postgresql_startup(),
        messages.postgresql_startup(0x00030002),
        messages.postgresql_startup(80877103, b""),
        messages.postgresql_startup(80877104, b""),
    ],
    ids=["3.0", "3.2", "SSLRequest", "GSSENCRequest"],
)
def test_a_client_begins(first: bytes) -> None:
    assert mark_one(first).mark == Mark.POSTGRESQL_STARTUP
    assert mark_one(first + b"x").mark == Mark.OPAQUE


@pytest.mark.parametrize(
    ("code", "farewell"),
    [
        (b"57P05", Farewell.IDLE),
        (b"25P03", Farewell.IDLE),
        (b"57P01", Farewell.DISMISSAL),
        (b"57P02", Farewell.DISMISSAL),
        (b"28P01", Farewell.OTHER),
        (b"08P01", Farewell.OTHER),
    ],
)
def test_fatal_errors_are_last_words(code: bytes, farewell: Farewell) -> None:
    marked = mark_one(messages.postgresql_fatal(code))
    assert (marked.mark, marked.detail) == (Mark.SERVER_FAREWELL, farewell)


def test_fatal_in_another_language() -> None:
    marked = mark_one(messages.postgresql_fatal(b"57P01", "ВАЖНО".encode()))
    assert (marked.mark, marked.detail) == (Mark.SERVER_FAREWELL, Farewell.DISMISSAL)


def test_fatal_without_the_field_that_is_never_translated() -> None:
    """Servers before 9.6, PgBouncer."""
    marked = mark_one(postgresql(b"E", TOO_MANY))
    assert (marked.mark, marked.detail) == (Mark.SERVER_FAREWELL, Farewell.OTHER)


def test_a_crash_is_announced_by_a_warning() -> None:
    marked = mark_one(postgresql(b"N", CRASH))
    assert (marked.mark, marked.detail) == (Mark.SERVER_FAREWELL, Farewell.DISMISSAL)


def test_the_code_must_have_been_captured() -> None:
    marked = mark_one(messages.postgresql_fatal(b"57P01"), 18)
    assert (marked.mark, marked.detail) == (Mark.SERVER_FAREWELL, Farewell.OTHER)


def test_an_error_is_no_farewell() -> None:
    error = postgresql(b"E", b"SERROR\0VERROR\0C42601\0Msyntax error\0\0")
    assert mark_one(error).mark == Mark.OPAQUE
    warning = postgresql(b"N", b"SWARNING\0VWARNING\0C01000\0Mmind\0\0")
    assert mark_one(warning).mark == Mark.POSTGRESQL_UNASKED


def test_what_a_server_may_say_unasked() -> None:
    setting = postgresql(b"S", b"TimeZone\0UTC\0")
    assert mark_one(messages.NOTIFICATION).mark == Mark.POSTGRESQL_UNASKED
    assert mark_one(messages.NOTIFICATION * 3 + setting).mark == Mark.POSTGRESQL_UNASKED
    assert mark_one(messages.NOTIFICATION + b"x").mark == Mark.OPAQUE
    assert mark_one(messages.NOTIFICATION, 20).mark == Mark.OPAQUE
    assert mark_one(setting + messages.READY_FOR_QUERY).mark == Mark.OPAQUE


def test_a_replica_asks_for_the_log() -> None:
    start = messages.postgresql_query(b"START_REPLICATION SLOT x LOGICAL 0/0")
    assert mark_one(start).mark == Mark.STREAM_REQUEST
    assert mark_one(messages.postgresql_query()).mark == Mark.OPAQUE
