"""MySQL: packets can still be told; no statement, user or value."""

from __future__ import annotations

import pytest

from tests.messages import COM_QUIT, mysql, mysql_error, mysql_query
from tests.redaction.payloads.masking import masked


@pytest.mark.parametrize("payload", [COM_QUIT, mysql_query(), mysql(0, b"\x0e")])
def test_what_tells_nothing_stays(payload: bytes) -> None:
    assert masked(payload) == payload


def test_a_greeting_keeps_the_public_version() -> None:
    rest = b"bobs" + b"saltsalt\0" + b"\xff\xf7\x2d\x02\x00\xff\xdf" + b"\x15" + bytes(10)
    shown = masked(mysql(0, b"\x0a8.0.36-acme\0" + rest + b"moresaltmore\0plugin\0"))
    assert shown[4:17] == b"\x0a8.0.36-xxxx\0"
    assert b"salt" not in shown
    assert shown[17 + 13 : 17 + 20] == rest[13:20]


def test_a_login_keeps_capabilities_and_a_known_driver() -> None:
    head = b"\x85\xa6\xff\x19" + b"\0\0\0\x40" + b"\x2d" + bytes(23)
    attributes = b"\x0c_client_name\x07pymysql\x04user\x03bob\x04_pid\x0512345"
    shown = masked(mysql(1, head + b"bob\0\x04pass" + b"\x30" + attributes))
    assert shown[4:36] == head
    assert shown.endswith(b"\x0c_client_name\x07pymysql\x04xxxx\x03xxx\x04_pid\x05xxxxx")
    assert b"bob" not in shown
    assert b"pass" not in shown


def test_statements_and_rows_go() -> None:
    rows = mysql(1, b"\x01") + mysql(2, b"\x03bob") + mysql(3, b"\xfe\0\0\2\0")
    for payload in (mysql_query(b"SELECT bob"), mysql(0, b"\x02bob"), rows):
        shown = masked(payload)
        assert b"bob" not in shown
        assert shown[:4] == payload[:4]


def test_an_error_keeps_its_codes() -> None:
    assert (
        masked(mysql_error(1045, b"#28000denied to bob"))[4:] == b"\xff\x15\x04#28000xxxxxxxxxxxxx"
    )
    assert masked(mysql_error(4031, b"bob"))[4:] == b"\xff\xbf\x0fxxx"


def test_bytes_that_only_look_alike_are_filled() -> None:
    assert masked(b"\x05\x00\x00\x00bob") == b"x" * 7


def test_a_file_that_is_loaded_is_no_login() -> None:
    assert b"hunter2" not in masked(mysql(2, b"hunter2.." + bytes(3) + b"acme" * 8))


def test_a_state_is_written_in_capitals() -> None:
    assert b"hunte" not in masked(mysql(1, b"\xff\x15\x04#hunter2"))
