"""TLS records: which there are, and how the first and the last one look."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.decode.marks import Mark
from netdiag.exchanges.protocols.tls import LONGEST_RECORD, RECORDS_A_SEGMENT
from tests.exchanges.protocols.marking import mark_one
from tests.messages import (
    ALERT,
    CCS,
    CHANGE_CIPHER_SPEC,
    CLIENT_HELLO,
    DATA,
    HANDSHAKE,
    SERVER_HELLO,
    data,
    tls,
)


@pytest.mark.parametrize(
    ("payload", "mark"),
    [
        (CLIENT_HELLO, Mark.TLS_CLIENT_HELLO),
        (SERVER_HELLO, Mark.TLS_SERVER_HELLO),
        (tls(HANDSHAKE, 70, first=16), Mark.TLS_HANDSHAKE),
        (CCS, Mark.TLS_HANDSHAKE),
        (tls(ALERT, 2, first=1), Mark.TLS_ALERT),
        (tls(ALERT, 26), Mark.TLS_ALERT),
        (data(19), Mark.TLS_DATA),
    ],
)
def test_the_first_record_says_what_it_is(payload: bytes, mark: Mark) -> None:
    marked = mark_one(payload)
    assert marked.mark == mark
    assert marked.detail == len(payload) - 5


@pytest.mark.parametrize("version", range(5))
def test_every_version_of_the_record_layer(version: int) -> None:
    assert mark_one(tls(DATA, 40, version=version)).mark == Mark.TLS_DATA


@pytest.mark.parametrize(
    "payload",
    [
        tls(19, 10),
        tls(24, 10),
        tls(DATA, 10, version=5),
        tls(DATA, 0) + b"x",
        bytes([DATA, 3, 3]) + (LONGEST_RECORD + 1).to_bytes(2, "big") + bytes(40),
        bytes([DATA, 4, 3, 0, 10]) + bytes(10),
    ],
    ids=["type 19", "type 24", "minor 5", "empty", "too long", "major 4"],
)
def test_what_is_no_record_is_opaque(payload: bytes) -> None:
    assert mark_one(payload).mark == Mark.OPAQUE


def test_a_record_may_go_on_in_the_next_segment() -> None:
    marked = mark_one(data(16000)[:1460])
    assert (marked.mark, marked.detail, marked.tail) == (Mark.TLS_DATA, 16000, 0)


records = st.lists(
    st.tuples(st.sampled_from([CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, DATA]), st.integers(1, 300)),
    min_size=1,
    max_size=6,
)


@given(records)
def test_the_tail_is_the_last_record_where_records_end_the_payload(
    records: list[tuple[int, int]],
) -> None:
    payload = b"".join(tls(kind, length) for kind, length in records)
    kind, length = records[-1]
    assert mark_one(payload).tail == kind << 16 | length
    assert mark_one(payload).detail == records[0][1]
    assert mark_one(payload + b"\x17").tail == 0
    if len(records) > 1:
        assert mark_one(payload[:-1]).tail == 0


def test_the_tail_is_known_as_long_as_the_last_header_was_captured() -> None:
    payload = data(53, 200)
    assert mark_one(payload, 5 + 53 + 5).tail == DATA << 16 | 200
    assert mark_one(payload, 5 + 53 + 4).tail == 0


@pytest.mark.parametrize("captured", [2, 3, 4])
@pytest.mark.parametrize(
    ("payload", "mark", "tail"),
    [(data(100), Mark.TLS_DATA, DATA << 16 | 100), (tls(ALERT, 26), Mark.TLS_ALERT, 0)],
)
def test_of_what_is_cut_in_its_header_the_length_is_that_of_the_payload(
    payload: bytes, mark: Mark, tail: int, captured: int
) -> None:
    marked = mark_one(payload, captured)
    assert (marked.mark, marked.detail, marked.tail) == (mark, len(payload) - 5, tail)


def test_a_segment_full_of_tiny_records_has_no_tail() -> None:
    assert mark_one(data(1) * RECORDS_A_SEGMENT).tail == DATA << 16 | 1
    assert mark_one(data(1) * (RECORDS_A_SEGMENT + 1)).tail == 0


def test_nothing_of_it_is_kept() -> None:
    """Ciphertext tells nothing, and it might be somebody's secret."""
    assert mark_one(data(100)).keep == 0


@pytest.mark.parametrize("captured", range(1, 6))
def test_a_cut_header_is_never_taken_for_a_hello(captured: int) -> None:
    marked = mark_one(CLIENT_HELLO, captured)
    assert marked.mark in (Mark.OPAQUE, Mark.TLS_HANDSHAKE, Mark.TLS_CLIENT_HELLO)
    assert captured > 5 or marked.mark != Mark.TLS_CLIENT_HELLO
