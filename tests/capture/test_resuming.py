"""Where records hang together again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netdiag.capture.blocks import Blocks
from netdiag.capture.gather import Offsets
from netdiag.capture.resuming import (
    CHAIN_RECORDS,
    Likely,
    find_chain,
    find_chain_before,
    first_chain,
)
from netdiag.columns import Mask
from tests.capture.building import BytesStream


class Dashes:
    """Records are lines of a letter, a length and as many dashes: ``a3---``."""

    header_bytes = 2
    longest_bytes = 5

    def likely(self, blocks: Blocks, begin: int, end: int) -> Likely:
        data = blocks.data[: end + 1]
        at = np.arange(begin, max(end - 1, begin))
        at = at[np.isin(data[at], list(b"abX")) & (data[at + 1] >= 48) & (data[at + 1] < 58)]
        size = data[at + 1].astype(np.int64) - 48
        return Likely(at, at + 2 + size, data[at].astype(np.int64), data[at] != ord("X"))

    def follows(self, time_ns: Offsets, next_ns: Offsets) -> Mask:
        return np.ones(len(time_ns), bool) & (next_ns >= 0)


def opened(data: bytes) -> Blocks:
    blocks = Blocks(BytesStream(data))
    blocks.advance(0)
    return blocks


def first(data: bytes, *, ended: bool = False) -> int:
    blocks = opened(data)
    return first_chain(blocks, 0, blocks.end, Dashes(), ended=ended)


def test_several_records_in_a_row() -> None:
    chain = b"a1-b2--a1-b1-"
    assert chain.count(b"-") - 1 == CHAIN_RECORDS
    assert first(b"??" + chain + b"??") == 2
    assert first(b"??" + chain[3:] + b"??") == -1


def test_more_bytes_than_a_packet_has() -> None:
    assert first(b"??a0b0??") == -1
    assert first(b"??a0b0a0b0??") == 2
    longer = Dashes()
    longer.longest_bytes = 8
    assert first_chain(opened(b"??a0b0a0b0??"), 0, 12, longer, ended=False) == -1


def test_up_to_the_very_end() -> None:
    assert first(b"???a1-", ended=True) == 3
    assert first(b"???a1-", ended=False) == -1
    assert first(b"???a1-?", ended=True) == -1
    assert first(b"???a1-b1-?", ended=True) == 3
    assert first(b"???a1-b1-a9-", ended=True) == 3
    assert first(b"???a1-a9-", ended=True) == -1


def test_the_first_must_be_good_itself() -> None:
    assert first(b"?X1-b2--a1-b1-a1-?") == 4


def test_reading_on_until_there_is_one() -> None:
    blocks = Blocks(BytesStream(b"?" * 9_000_000 + b"a9---------" * 99, 70_000), 1 << 20)
    blocks.advance(0)
    at = find_chain(blocks, 5, Dashes())
    assert blocks.at + at == 9_000_000
    assert find_chain(opened(b"?" * 1000), 0, Dashes()) == -1


def test_of_what_unfolds_without_end_so_much_is_looked_at() -> None:
    blocks = opened(b"?" * 9_000_000 + b"a9---------" * 99)
    blocks.stream.most_searched = 1 << 20
    assert find_chain(blocks, 5, Dashes()) == -1
    assert blocks.bytes_read < 5 << 20


def test_within_the_last_record() -> None:
    data = b"a9?b1-b2--b1-b1-a1-a1-a1-"
    blocks = opened(data)
    assert find_chain_before(blocks, 0, 11, Dashes()) == (3, 0)
    blocks = opened(data)
    assert find_chain_before(blocks, 0, 2, Dashes()) == (-1, 0)


@settings(max_examples=100)
@given(
    data=st.lists(st.sampled_from([b"a0", b"b1-", b"a3---", b"X1-", b"-", b"?", b"a9"])),
    ended=st.booleans(),
    size=st.integers(2, 30),
)
def test_looking_at_few_bytes_first_changes_nothing(
    data: list[bytes], ended: bool, size: int
) -> None:
    whole = b"".join(data) + b"?"
    with pytest.MonkeyPatch.context() as patch:
        expected = first(whole, ended=ended)
        patch.setattr("netdiag.capture.resuming.FIRST_BYTES", size)
        assert first(whole, ended=ended) == expected
