"""What is remembered of payloads is exactly their first bytes."""

from __future__ import annotations

from unittest import mock

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netdiag.capture.records import PADDING_BYTES
from netdiag.decode import samples as module
from netdiag.decode.samples import Samples

lengths = st.one_of(st.integers(0, 130), st.integers(0, 3000), st.sampled_from([1024, 1025, 65535]))


@given(blocks=st.lists(st.lists(lengths, max_size=8), max_size=4), filler=st.integers(0, 255))
def test_every_row_is_its_own_bytes(blocks: list[list[int]], filler: int) -> None:
    samples, expected = Samples(), {}
    for number, keeps in enumerate(blocks):
        texts = [
            bytes([number + 1, i]) * (keep // 2) + b"." * (keep % 2) for i, keep in enumerate(keeps)
        ]
        data = bytes([filler]) + b"".join(texts)
        starts = 1 + np.cumsum([0, *keeps])[:-1]
        array = np.frombuffer(data + bytes(PADDING_BYTES), np.uint8)
        rows = samples.add(array, starts.astype(np.int64), np.array(keeps, np.int64))
        assert rows.dtype == np.int32
        assert [row < 0 for row in rows.tolist()] == [keep == 0 for keep in keeps]
        expected.update((row, t) for row, t in zip(rows.tolist(), texts, strict=True) if t)
    assert len(samples) == sum(keep > 0 for keeps in blocks for keep in keeps) == len(expected)
    assert {row: samples.text(row) for row in expected} == expected
    asked = np.array([*reversed(expected), -1, *expected], np.int32)
    for width in (1, 100, 4_000):
        octets, lengths = samples.beginnings(asked, width)
        assert octets.shape == (len(asked), width)
        for row, begins, length in zip(asked.tolist(), octets, lengths.tolist(), strict=True):
            assert begins[:length].tobytes() == expected.get(row, b"")[:width]


def test_a_negative_row_is_no_sample() -> None:
    assert Samples().text(-1) == b""


def test_bytes_are_copied_out_of_the_block() -> None:
    data = np.frombuffer(b"GET / HTTP/1.1" + bytes(PADDING_BYTES), np.uint8).copy()
    samples = Samples()
    (row,) = samples.add(data, np.array([0]), np.array([5]))
    data[:] = 0
    assert samples.text(int(row)) == b"GET /"


def test_one_long_row_does_not_widen_the_others() -> None:
    data = np.zeros(10_000 + PADDING_BYTES, np.uint8)
    samples = Samples()
    samples.add(data, np.zeros(1000, np.int64), np.array([60_00] + [20] * 999))
    assert sum(blob.nbytes for blob in samples._blobs) < 6400 + 64 * 1000


def test_texts_are_the_texts_of_their_rows() -> None:
    samples = Samples()
    data = np.frombuffer(bytes(range(256)) * 8 + bytes(512), np.uint8)
    rng = np.random.default_rng(0)
    for _ in range(3):
        keep = rng.integers(0, 300, 50)
        samples.add(data, rng.integers(0, 1500, 50), keep)
    rows = rng.permutation(np.append(np.arange(len(samples)), [-1, -1])).astype(np.int32)
    assert samples.texts(rows) == [samples.text(row) for row in rows.tolist()]
    assert samples.texts(rows[:0]) == []


def test_rows_of_others_follow_behind_the_own_ones() -> None:
    data = np.frombuffer(b"GET /POST / HTTP/1.1" + bytes(PADDING_BYTES), np.uint8)
    ours, theirs = Samples(), Samples()
    ours.add(data, np.array([0]), np.array([5]))
    theirs.add(data, np.array([5, 5]), np.array([4, 70]))
    rows = theirs.add(data, np.array([0]), np.array([3]))
    assert ours.take_in(theirs) == 1
    assert len(ours) == 4
    assert [ours.text(row) for row in (0, int(rows[0]) + 1)] == [b"GET /", b"GET"]
    assert [ours.text(row + 1) for row in range(3)] == [theirs.text(row) for row in range(3)]
    (last,) = ours.add(data, np.array([5]), np.array([2]))
    assert ours.text(int(last)) == b"PO"


texts = st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=12)


def filled(*blocks: list[bytes]) -> tuple[Samples, list[int]]:
    samples, numbers = Samples(), []
    for block in blocks:
        data = np.frombuffer(b"".join(block) + bytes(PADDING_BYTES), np.uint8)
        keep = np.array([len(text) for text in block], np.int64)
        numbers += samples.add(data, np.cumsum(keep) - keep, keep).tolist()
    return samples, numbers


@given(
    blocks=st.lists(texts, min_size=1, max_size=6),
    large=st.integers(1, 5),
    chances=st.lists(st.integers(0, 100), min_size=1, max_size=5),
    seed=st.integers(0, 1000),
)
def test_large_blocks_stay_while_half_of_them_is_wanted(
    blocks: list[list[bytes]], large: int, chances: list[int], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    samples, of_texts = filled(*blocks)
    numbers = dict(enumerate(of_texts))
    left = dict(enumerate(text for block in blocks for text in block))
    with mock.patch.object(module, "LARGE", large):
        for chance in chances:
            left = {i: text for i, text in left.items() if rng.integers(100) < chance}
            rows = np.array([-1, *(numbers[i] for i in left), -1], np.int32)
            new = samples.keep(rows)
            assert new.dtype == np.int32
            assert samples.texts(new) == [b"", *left.values(), b""]
            numbers = dict(zip(left, new[1:-1].tolist(), strict=True))
            assert len(left) <= len(samples) <= 2 * len(left)


def test_a_block_that_stays_is_not_copied() -> None:
    samples, numbers = filled([b"a" * 60] * 9)
    (before,) = samples._blobs
    rows = np.array(numbers, np.int32)
    with mock.patch.object(module, "LARGE", 9):
        rows = samples.keep(rows[4:])
        assert [blob is before for blob in samples._blobs] == [True]
        rows = samples.keep(rows[1:])
        assert [blob is before for blob in samples._blobs] == [False]
    assert samples.texts(rows) == [b"a" * 60] * 4


@given(blocks=st.lists(texts, min_size=1, max_size=4), every=st.integers(1, 4))
def test_what_is_kept_has_other_numbers_and_the_rest_is_forgotten(
    blocks: list[list[bytes]], every: int
) -> None:
    samples, numbers = filled(*blocks)
    every_text = [text for block in blocks for text in block]
    rows = np.array([-1, *numbers[::every], numbers[0]], np.int32)
    new = samples.keep(rows)
    assert new.dtype == np.int32
    assert new[0] == -1
    assert [samples.text(row) for row in new[1:-1].tolist()] == every_text[::every]
    assert samples.text(int(new[-1])) == every_text[0]
    assert len(samples) == len(every_text[::every])
    assert samples.texts(new[1:-1]) == every_text[::every]
