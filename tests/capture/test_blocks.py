"""A stream comes through blocks unchanged, whatever their size and the pieces it comes in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netdiag.capture.blocks import Blocks
from netdiag.capture.records import PADDING_BYTES
from tests.capture.building import BytesStream


@given(
    data=st.binary(max_size=300),
    block_bytes=st.integers(0, 40),
    most=st.integers(1, 50),
    leave=st.integers(0, 5),
)
def test_nothing_is_lost_or_repeated(data: bytes, block_bytes: int, most: int, leave: int) -> None:
    blocks = Blocks(BytesStream(data, most), block_bytes)
    seen = b""
    done = 0
    while blocks.advance(done):
        assert blocks.at == len(seen)
        assert not any(blocks.buffer[blocks.end : blocks.end + PADDING_BYTES])
        assert blocks.data[: blocks.end].tobytes() == bytes(blocks.buffer[: blocks.end])
        done = max(blocks.end - leave, 0)
        seen += bytes(blocks.buffer[:done])
    assert seen + bytes(blocks.buffer[: blocks.end]) == data
    assert blocks.bytes_read == len(data)


def test_a_block_grows_for_what_is_needed_and_no_further() -> None:
    blocks = Blocks(BytesStream(bytes(range(250))), 10)
    assert blocks.advance(0)
    assert blocks.end == 10
    assert blocks.advance(4, need=100)
    assert blocks.end == 100
    assert blocks.buffer[0] == 4
    assert blocks.at == 4
    assert blocks.advance(100)
    assert blocks.end == 10


def test_the_end_is_told_once_all_is_read() -> None:
    blocks = Blocks(BytesStream(b"abc"), 10)
    assert blocks.advance(0)
    assert not blocks.advance(0)
    assert bytes(blocks.buffer[: blocks.end]) == b"abc"
    assert not blocks.advance(3)
    assert blocks.end == 0


def test_a_block_is_filled_from_a_slow_pipe() -> None:
    blocks = Blocks(BytesStream(bytes(100), most=7), 64)
    assert blocks.advance(0)
    assert blocks.end == 64


def test_a_lent_block_stays_until_the_next_one_is_lent() -> None:
    blocks = Blocks(BytesStream(bytes(range(100))), 10)
    assert blocks.advance(0)
    lent = blocks.data[:10]
    blocks.lend()
    for done in (10, 10, 3, 0):  # the last of these makes the block larger
        assert blocks.advance(done)
        assert lent.tolist() == list(range(10))
    at = blocks.at
    second = blocks.data[: blocks.end]
    blocks.lend()
    assert blocks.advance(blocks.end)
    assert second.tolist() == list(range(at, at + len(second)))
