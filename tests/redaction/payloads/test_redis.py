"""Redis: values can still be told; no key, value or password."""

from __future__ import annotations

import pytest

from tests.messages import REDIS_QUIT, redis
from tests.redaction.payloads.masking import masked


@pytest.mark.parametrize(
    "payload",
    [
        *(REDIS_QUIT, redis(b"PING"), b"+OK\r\n", b"+PONG\r\n", b"$-1\r\n"),
        redis(b"CLIENT", b"SETINFO", b"LIB-NAME", b"redis-py"),
    ],
)
def test_what_tells_nothing_stays(payload: bytes) -> None:
    assert masked(payload) == payload


def test_keys_values_and_passwords_go() -> None:
    for payload in (
        redis(b"SET", b"bobs", b"bob"),
        redis(b"AUTH", b"bob"),
        redis(b"CLIENT", b"SETNAME", b"bob"),
        b"$3\r\nbob\r\n",
        b"*2\r\n$3\r\nbob\r\n:42\r\n",
        b"-MOVED 42 bob:6379\r\n",
    ):
        shown = masked(payload)
        assert b"bob" not in shown
        assert b"42" not in shown
        assert shown.count(b"\r\n") == payload.count(b"\r\n")


def test_verbs_and_codes_stay() -> None:
    assert masked(redis(b"GET", b"bob")).startswith(b"*2\r\n$3\r\nGET\r\n$3\r\n")
    assert masked(b"-NOAUTH who is bob\r\n") == b"-NOAUTH xxxxxxxxxx\r\n"


def test_several_in_a_row() -> None:
    payload = redis(b"PING") + redis(b"GET", b"bob") + redis(b"PING")
    assert masked(payload).startswith(redis(b"PING") + b"*2\r\n$3\r\nGET\r\n$3\r\n")
    assert masked(payload).endswith(redis(b"PING"))


def test_a_value_that_goes_on_elsewhere() -> None:
    payload = redis(b"SET", b"key", b"bob" * 9)
    for end in range(10, len(payload)):
        assert b"bob" not in masked(payload[:end], len(payload))


def test_a_code_of_somebody_s_script_goes() -> None:
    assert masked(b"-ACMEBILLING bob owes\r\n") == b"-" + b"x" * 20 + b"\r\n"
    assert masked(b"-WRONGTYPE bob\r\n") == b"-WRONGTYPE xxx\r\n"
