"""A database's last message as a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.exchanges.last_words import last_words
from tests import messages

OLD = messages.postgresql(b"E", b"SFATAL\0C08P01\0Mclient_idle_timeout\0\0")
CRASH = messages.postgresql(b"N", b"SWARNING\0C57P02\0Mbecause of crash\0\0")


@pytest.mark.parametrize(
    ("sample", "sentence"),
    [
        (messages.postgresql_fatal(), "FATAL 57P05: idle-session timeout"),
        (messages.postgresql_fatal(severity=b"FATALE"), "FATAL 57P05: idle-session timeout"),
        (messages.postgresql_fatal()[:25], "FATAL 57P05"),
        (OLD, "FATAL 08P01: client_idle_timeout"),
        (CRASH, "WARNING 57P02: because of crash"),
        (messages.mysql_error(4031), "4031: gone"),
        (messages.mysql_error(1053, b"Server shutdown"), "1053: Server shutdown"),
        (messages.mysql_error(1053)[:7], "1053"),
        (messages.ok(), None),
        (b"", None),
    ],
)
def test_sentences(sample: bytes, sentence: str | None) -> None:
    assert last_words(sample) == sentence


@given(st.binary(max_size=60))
def test_no_sample_is_too_odd(sample: bytes) -> None:
    for first in (b"", b"E\0\0\0\x09S", b"\1\0\0\0\xff"):
        said = last_words(first + sample)
        assert said is None or len(said) <= len(first + sample) + 6
