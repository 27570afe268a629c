"""Tables of several captures become one, each in its own order."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from netdiag.decode.merge import is_copy, merge, merged_order
from netdiag.decode.segments import Segments


def table(times: list[int], capture: int = 0) -> Segments:
    """Segments with these times; frames numbered from 1."""
    count = len(times)
    columns = {
        name: np.zeros(count, getattr(Segments.empty(), name).dtype)
        for name in Segments.__struct_fields__
    }
    columns["time_ns"] = np.array(times, np.int64)
    columns["frame"] = np.arange(1, count + 1, dtype=np.uint32)
    columns["capture"] = np.full(count, capture, np.uint16)
    return Segments(**columns)


def merged(*times: list[int]) -> list[tuple[int, int]]:
    """Capture and frame of each row."""
    whole = merge([table(t, i) for i, t in enumerate(times)])
    return list(zip(whole.capture.tolist(), whole.frame.tolist(), strict=True))


def test_files_that_do_not_overlap_are_put_in_order_of_time() -> None:
    assert merged([50, 60], [10, 20], [30, 40]) == [(1, 1), (1, 2), (2, 1), (2, 2), (0, 1), (0, 2)]


def test_files_that_overlap_are_merged() -> None:
    assert merged([10, 30, 50], [20, 30, 40]) == [(0, 1), (1, 1), (0, 2), (1, 2), (1, 3), (0, 3)]


def test_a_clock_that_goes_back_does_not_tear_its_file_apart() -> None:
    assert merged([10, 40, 35, 60], [20, 37, 50]) == [
        (0, 1),
        (1, 1),
        (1, 2),
        (0, 2),
        (0, 3),
        (1, 3),
        (0, 4),
    ]


def test_one_file_is_left_as_it_is() -> None:
    alone = table([30, 10, 20])
    assert merge([alone, table([])]) is alone


def test_no_segments_at_all() -> None:
    assert len(merge([])) == 0
    assert len(merge([table([]), table([])])) == 0


@given(times=st.lists(st.lists(st.integers(0, 30), max_size=12), max_size=4))
def test_every_file_keeps_its_own_order_and_nothing_is_lost(times: list[list[int]]) -> None:
    got = merged(*times)
    for i, own in enumerate(times):
        assert [frame for capture, frame in got if capture == i] == list(range(1, len(own) + 1))
    assert len(got) == sum(map(len, times))
    if all(own == sorted(own) for own in times):
        flat = [times[capture][frame - 1] for capture, frame in got]
        assert flat == sorted(flat)


def test_no_order_is_needed_for_rows_in_order() -> None:
    assert merged_order([np.array([1, 2]), np.array([2, 3])]) is None
    assert merged_order([np.array([1, 3]), np.array([2, 3])]) is not None


def test_copies() -> None:
    one = table([1, 2, 3])
    assert is_copy(one, replace(table([1, 2, 3], capture=4), sample=np.array([5, 6, 7], np.int32)))
    assert not is_copy(one, table([1, 2, 4]))
    assert not is_copy(one, table([1, 2]))
    assert not is_copy(one, replace(one, flags=np.array([0, 0, 1], np.uint8)))
    assert not is_copy(table([]), table([]))
