"""Redis: commands, QUIT, streams and pushes."""

from __future__ import annotations

import pytest

from netdiag.decode.marks import Mark
from tests import messages
from tests.exchanges.protocols.marking import mark_one
from tests.messages import redis


@pytest.mark.parametrize("quits", [messages.REDIS_QUIT, messages.REDIS_QUIT.lower()])
def test_a_clients_farewell(quits: bytes) -> None:
    assert mark_one(quits).mark == Mark.CLIENT_FAREWELL
    assert mark_one(quits + b"x").mark == Mark.REDIS_COMMAND
    assert mark_one(quits, len(quits) - 1).mark == Mark.REDIS_COMMAND


def test_a_command() -> None:
    assert mark_one(redis(b"GET", b"key")).mark == Mark.REDIS_COMMAND
    assert mark_one(redis(b"PING")).mark == Mark.REDIS_COMMAND
    assert mark_one(b"*1\r\n:1\r\n").mark == Mark.OPAQUE
    assert mark_one(b"+OK\r\n").mark == Mark.OPAQUE


def test_a_command_of_many_words() -> None:
    assert mark_one(redis(*[b"MSET"] + [b"k"] * 20)).mark == Mark.REDIS_COMMAND


@pytest.mark.parametrize(
    "words",
    [
        (b"SUBSCRIBE", b"news"),
        (b"subscribe", b"news"),
        (b"PSUBSCRIBE", b"n*"),
        (b"SSUBSCRIBE", b"news"),
        (b"MONITOR",),
        (b"PSYNC", b"?", b"-1"),
        (b"SYNC",),
        (b"SUBSCRIBE", *[b"c"] * 12),
    ],
)
def test_a_command_that_asks_for_a_stream(words: tuple[bytes, ...]) -> None:
    marked = mark_one(redis(*words))
    assert (marked.mark, marked.detail) == (Mark.REDIS_COMMAND, 1)


@pytest.mark.parametrize("words", [(b"HELLO", b"3"), (b"client", b"setinfo", b"lib-name", b"x")])
def test_an_introduction_is_kept_for_its_name(words: tuple[bytes, ...]) -> None:
    whole = redis(*words) + redis(b"CLIENT", b"SETINFO", b"LIB-VER", b"1.2.3")
    marked = mark_one(whole)
    assert (marked.mark, marked.keep) == (Mark.REDIS_INTRODUCTION, len(whole))


def test_other_commands_ask_for_none() -> None:
    assert mark_one(redis(b"UNSUBSCRIBE")).detail == 0
    assert mark_one(redis(b"GET", b"k")).detail == 0


@pytest.mark.parametrize("kind", [b"message", b"pmessage", b"smessage"])
def test_what_subscribers_are_told_is_a_push(kind: bytes) -> None:
    message = redis(kind, b"news", b"hello")
    assert mark_one(message).mark == Mark.REDIS_PUSH
    assert mark_one(b">" + message[1:]).mark == Mark.REDIS_PUSH
    assert mark_one(b">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n").mark == Mark.REDIS_PUSH
