"""Walking many chains at once finds exactly the records that walking one by one finds."""

from __future__ import annotations

import struct
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netdiag.capture import walk as walking
from netdiag.capture.walk import RecordShape, walk

PADDING = 256


def shape(order: str = "<", overhead: int = 16, least: int = 0) -> RecordShape:
    """Records as in pcap: the length at 8, and two bytes at 2 that are mostly alike."""
    return RecordShape(order, 8, 16, overhead, least, key_at=2, key_bytes=2)


def one_by_one(buffer: bytes, begin: int, end: int, shape: RecordShape) -> tuple[list[int], int]:
    """The same walk as a specification."""
    found, at = [], begin
    while at + shape.header_bytes <= end:
        (length,) = struct.unpack_from(f"{shape.order}I", buffer, at + shape.length_at)
        if length < shape.least or at + shape.overhead + length > end:
            break
        found.append(at)
        at += shape.overhead + length
    return found, at


def assert_same_walk(data: bytes, shape: RecordShape, begin: int = 0) -> int:
    buffer = bytearray(data) + bytes(PADDING)
    offsets, stop = walk(buffer, begin, len(data), shape)
    expected, expected_stop = one_by_one(data, begin, len(data), shape)
    assert offsets.tolist() == expected
    assert stop == expected_stop
    assert offsets.dtype == np.int64
    return len(expected)


def record(payload: bytes, length: int | None = None, key: int = 0x6553) -> bytes:
    size = len(payload) if length is None else length
    return struct.pack("<HHIII", 7, key, 0, size, size) + payload


records = st.builds(
    record,
    st.one_of(
        st.binary(max_size=40),
        # Looks like records inside of records, some of them chained.
        st.lists(st.builds(record, st.binary(max_size=8)), max_size=3).map(b"".join),
        st.just(struct.pack("<HH", 0, 0x6553) * 5),
    ),
    key=st.sampled_from([0x6553, 0x6553, 0x6553, 0x6554]),
)
damaged = st.builds(
    record, st.binary(max_size=20), length=st.sampled_from([0, 3, 17, 300, 1 << 20, 0xFFFFFFFF])
)


@settings(max_examples=300, deadline=None)
@given(
    parts=st.lists(st.one_of(records, records, records, damaged), max_size=120),
    cut=st.integers(0, 60),
    chain_records=st.integers(1, 6),
    least=st.sampled_from([0, 4]),
)
def test_chains_find_what_one_by_one_finds(
    parts: list[bytes], cut: int, chain_records: int, least: int
) -> None:
    data = b"".join(parts)
    data = data[: max(len(data) - cut, 0)]
    with mock.patch.multiple(
        walking, FEW_RECORDS=3, CHAIN_RECORDS=chain_records, STEPS_AT_ONCE=4, GUESSES=2
    ):
        assert_same_walk(data, shape(least=least))


@pytest.mark.parametrize("order", ["<", ">"])
def test_thousands_of_records_in_both_byte_orders(order: str) -> None:
    rng = np.random.default_rng(5)
    data = b"".join(
        struct.pack(f"{order}IIII", 0x65536553, i, size, size)
        + b"Se" * (size // 2)
        + b"." * (size % 2)
        for i, size in enumerate(rng.integers(0, 200, 5000).tolist())
    )
    assert assert_same_walk(data, shape(order)) == 5000


def test_mostly_no_record_is_walked_one_by_one() -> None:
    data = b"".join(record(bytes(i % 90)) for i in range(20_000))
    with mock.patch.object(walking, "_step", wraps=walking._step) as step:
        assert assert_same_walk(data, shape()) == 20_000
    one_at_a_time = [len(call.args) < 6 for call in step.call_args_list]
    # The 64 that are measured, and the last chain, whose end nobody can know beforehand.
    assert len(one_at_a_time) <= 4


def test_half_of_the_records_in_another_epoch_are_found_one_by_one() -> None:
    data = b"".join(record(bytes(30), key=0x6553 if i < 3000 else 0x6600) for i in range(6000))
    assert assert_same_walk(data, shape()) == 6000


def test_a_record_that_claims_nothing_sensible_ends_the_walk() -> None:
    good = b"".join(record(bytes(20)) for _ in range(3000))
    assert assert_same_walk(good + record(b"", length=2) + good, shape(least=4)) == 3000
    assert assert_same_walk(good + record(b"", length=0xFFFFFFF0) + good, shape()) == 3000


def test_a_walk_may_begin_anywhere_and_find_nothing() -> None:
    assert assert_same_walk(b"", shape()) == 0
    assert assert_same_walk(b"\x00" * 15, shape()) == 0
    assert assert_same_walk(b"head" + record(b"abc"), shape(), begin=4) == 1


def test_what_lies_behind_the_end_is_not_searched() -> None:
    """The buffer keeps bytes of earlier, longer blocks."""
    data = b"".join(record(bytes(30)) for _ in range(3000))
    buffer = bytearray(data + data) + bytes(PADDING)
    offsets, stop = walk(buffer, 0, len(data), shape())
    assert len(offsets) == 3000
    assert stop == len(data)
