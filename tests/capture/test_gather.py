"""Values gathered at any offset are those that `struct` reads there."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.capture.gather import U16, U32, gather, windows


@given(data=st.binary(min_size=4, max_size=50), places=st.data())
def test_numbers_of_either_order(data: bytes, places: st.DataObject) -> None:
    offsets = places.draw(st.lists(st.integers(0, len(data) - 4), max_size=8))
    array = np.frombuffer(data, np.uint8)
    at = np.array(offsets, np.int64)
    for dtype, code in ((U16, ">H"), (U32, ">I"), (np.dtype("<u4"), "<I")):
        expected = [struct.unpack_from(code, data, offset)[0] for offset in offsets]
        assert gather(array, at, dtype).tolist() == expected


def test_a_structure_is_one_item() -> None:
    dtype = np.dtype([("kind", "u1"), ("value", ">u2")])
    got = gather(np.arange(6, dtype=np.uint8), np.array([0, 3]), dtype)
    assert got["kind"].tolist() == [0, 3]
    assert got["value"].tolist() == [0x0102, 0x0405]


def test_the_result_is_a_copy() -> None:
    data = np.zeros(8, np.uint8)
    got = gather(data, np.array([2]), U16)
    data[:] = 255
    assert got.tolist() == [0]


def test_beyond_the_data_is_an_error() -> None:
    with pytest.raises(IndexError):
        gather(np.zeros(5, np.uint8), np.array([2]), U32)
    with pytest.raises(IndexError):
        gather(np.zeros(3, np.uint8), np.array([0]), U32)


def test_windows_has_an_item_a_byte() -> None:
    assert len(windows(np.zeros(10, np.uint8), 4)) == 7
    assert len(windows(np.zeros(3, np.uint8), 4)) == 0
