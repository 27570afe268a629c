"""The shelf as a whole: every protocol looks once, in order, and none is fooled by garbage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.decode.marks import Mark
from netdiag.exchanges.protocols import KEPT_BYTES, PROTOCOLS, SMALL_BYTES
from tests import messages
from tests.exchanges.protocols.marking import mark_all, mark_one

KNOWN = {
    messages.get(): Mark.HTTP_REQUEST,
    messages.ok(): Mark.HTTP_RESPONSE,
    messages.PREFACE: Mark.HTTP2_PREFACE,
    messages.CLIENT_HELLO: Mark.TLS_CLIENT_HELLO,
    messages.data(100): Mark.TLS_DATA,
    messages.COM_QUIT: Mark.CLIENT_FAREWELL,
    messages.mysql_greeting(): Mark.MYSQL_GREETING,
    messages.postgresql_startup(): Mark.POSTGRESQL_STARTUP,
    messages.redis(b"GET", b"k"): Mark.REDIS_COMMAND,
    b"QUIT\r\n": Mark.CLIENT_FAREWELL,
    b"anything else": Mark.OPAQUE,
}


def test_all_protocols_in_one_block() -> None:
    assert [marked.mark for marked in mark_all(list(KNOWN))] == list(KNOWN.values())


def test_every_protocol_has_a_name_of_its_own() -> None:
    names = [protocol.NAME for protocol in PROTOCOLS]
    assert len(set(names)) == len(names)


@given(st.lists(st.binary(min_size=1, max_size=80), min_size=1, max_size=20), st.integers(1, 80))
def test_no_payload_is_too_odd(payloads: list[bytes], captured: int) -> None:
    for marked, payload in zip(mark_all(payloads, captured), payloads, strict=True):
        assert 0 <= marked.keep <= min(len(payload), captured)


@given(known=st.sampled_from(list(KNOWN)), captured=st.integers(1, 400), data=st.data())
def test_a_known_payload_cut_anywhere_is_what_it_was_or_less(
    known: bytes, captured: int, data: st.DataObject
) -> None:
    """A cut payload may be opaque, or the less specific handshake; never another message."""
    marked = mark_one(known, captured)
    assert marked.mark in (KNOWN[known], Mark.OPAQUE, Mark.TLS_HANDSHAKE)


@pytest.mark.parametrize("size", [1, KEPT_BYTES, KEPT_BYTES + 1, SMALL_BYTES])
def test_the_beginning_of_a_small_payload_is_kept(size: int) -> None:
    assert mark_one(b"x" * size).keep == min(size, KEPT_BYTES)


def test_of_a_large_opaque_payload_nothing_is_kept() -> None:
    assert mark_one(b"x" * (SMALL_BYTES + 1)).keep == 0


def test_the_last_bytes_of_an_opaque_payload_are_its_tail() -> None:
    assert mark_one(b"+OK\r\nabcd").tail == int.from_bytes(b"abcd", "big")
