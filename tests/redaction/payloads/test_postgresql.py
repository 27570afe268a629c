"""PostgreSQL: messages can still be told; no statement, user or value."""

from __future__ import annotations

import pytest

from tests.messages import (
    POSTGRESQL_ROWS,
    READY_FOR_QUERY,
    TERMINATE,
    postgresql,
    postgresql_query,
    postgresql_startup,
)
from tests.redaction.payloads.masking import masked


@pytest.mark.parametrize("payload", [TERMINATE, READY_FOR_QUERY, postgresql_query()])
def test_what_tells_nothing_stays(payload: bytes) -> None:
    assert masked(payload) == payload


def test_a_login() -> None:
    parameters = b"user\0bob\0database\0acme\0application_name\0PostgreSQL JDBC Driver\0\0"
    shown = masked(postgresql_startup(parameters=parameters))
    assert shown[8:] == parameters.replace(b"bob", b"xxx").replace(b"acme", b"xxxx")


def test_a_driver_that_says_nothing_is_still_known() -> None:
    parameters = b"user\0bob\0client_encoding\0UTF8\0DateStyle\0ISO\0TimeZone\0Acme/Bob\0\0"
    shown = masked(postgresql_startup(parameters=parameters))
    assert b"\0client_encoding\0UTF8\0DateStyle\0ISO\0TimeZone\0xxxxxxxx\0" in shown


def test_statements_values_and_passwords_go() -> None:
    for payload in (
        postgresql_query(b"SELECT bob"),
        postgresql(b"P", b"bobs\0SELECT bob\0\0\0"),
        postgresql(b"p", b"bobs password\0"),
        postgresql(b"A", b"\0\0\0\7bob\0bob\0"),
        postgresql(b"D", b"\0\1\0\0\0\3bob") + READY_FOR_QUERY,
        postgresql(b"K", b"bobskey!"),
    ):
        shown = masked(payload)
        assert b"bob" not in shown
        assert shown[:5] == payload[:5]


def test_messages_in_a_row_keep_their_headers() -> None:
    shown = masked(POSTGRESQL_ROWS + READY_FOR_QUERY)
    assert shown[:5] == POSTGRESQL_ROWS[:5]
    assert shown.endswith(READY_FOR_QUERY)


def test_an_error_keeps_its_codes() -> None:
    said = b"SFATAL\0VFATAL\0C28P01\0Mpassword of bob is wrong\0Fauth.c\0L1\0\0"
    shown = masked(postgresql(b"E", said))[5:]
    assert shown == b"SFATAL\0VFATAL\0C28P01\0Mxxxxxxxxxxxxxxxxxxxxxxxx\0Fxxxxxx\0Lx\0\0"


def test_a_message_that_was_cut_shows_no_more() -> None:
    payload = postgresql_query(b"SELECT 1 FROM bob")
    for end in range(1, len(payload)):
        assert b"SELECT" not in masked(payload[:end], len(payload))


def test_bytes_that_only_look_alike_are_filled() -> None:
    assert masked(b"Quite something else") == b"x" * 20
