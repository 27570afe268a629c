"""The shelf: what no protocol knows is filled."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.redaction.payloads.masking import masked


def test_what_nobody_knows_is_filled() -> None:
    assert masked(b"\x00\x01 whatever this is") == b"x" * 19


def test_line_ends_that_close_a_payload_stay() -> None:
    assert masked(b"a\r\nbc\r\n\r\n") == b"xxxxx\r\n\r\n"
    assert masked(b"\r\n" * 5) == b"xxxx" + b"\r\n" * 3
    assert masked(b"cut\r\n", 10) == b"xxxxx"


@given(st.binary(min_size=1, max_size=300), st.integers(0, 100))
def test_any_bytes(payload: bytes, more: int) -> None:
    masked(payload, len(payload) + more)


def test_a_method_that_ends_with_the_segment_stays_as_long() -> None:
    assert masked(b"BASELINE-CONTR") == b"BASELINE-CONTR"
