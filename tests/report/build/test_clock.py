"""Times and durations as reports write them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.report.build.clock import (
    all_rfc3339,
    in_words,
    optional_seconds,
    rfc3339,
    rounded_seconds,
    seconds,
)

_INT64 = st.integers(-(1 << 63) + 1, (1 << 63) - 1)


@pytest.mark.parametrize(
    ("time_ns", "digits", "text"),
    [
        (0, 6, "1970-01-01T00:00:00.000000Z"),
        (1_494_589_142_123_456_789, 6, "2017-05-12T11:39:02.123456Z"),
        (1_494_589_142_123_456_789, 9, "2017-05-12T11:39:02.123456789Z"),
        (1_494_589_142_000_000_999, 6, "2017-05-12T11:39:02.000000Z"),
        (-1, 6, "1970-01-01T00:00:00.999999Z"),
        (1 << 62, 6, "2116-02-20T23:53:38.427387Z"),
        ((1 << 63) - 1, 6, "2262-04-11T23:47:16.854775Z"),
        (10**21, 9, "9999-12-31T23:59:59.000000000Z"),
    ],
)
def test_times(time_ns: int, digits: int, text: str) -> None:
    assert rfc3339(time_ns, digits) == text


@given(st.lists(st.tuples(_INT64, st.sampled_from([6, 9]))))
def test_many_times_are_written_as_each_one(times: list[tuple[int, int]]) -> None:
    digits = [count for _, count in times]
    texts = all_rfc3339(np.array([time_ns for time_ns, _ in times], np.int64), digits)
    assert texts == [rfc3339(*time) for time in times]


@given(
    st.lists(
        _INT64
        | st.integers(-(10**13), 10**13)
        | st.integers(-(10**10), 10**10).map(lambda micros: micros * 1000 + 500)
    )
)
def test_many_durations_are_rounded_as_each_one(durations_ns: list[int]) -> None:
    rounded = rounded_seconds(np.array(durations_ns, np.int64))
    assert rounded == [round(duration_ns / 1e9, 6) for duration_ns in durations_ns]


def test_durations_keep_the_nanosecond() -> None:
    assert seconds(20_003_000_001) == 20.003000001
    assert seconds(0) == 0.0


@given(st.integers(0, 10**15))
def test_no_duration_has_more_digits_than_were_measured(duration_ns: int) -> None:
    assert round(seconds(duration_ns) * 1e9) == duration_ns


def test_a_negative_duration_is_not_known() -> None:
    assert optional_seconds(-1) is None
    assert optional_seconds(1_500_000_000) == 1.5


@pytest.mark.parametrize(
    ("duration_s", "text"),
    [
        (0.0, "0 ms"),
        (0.0000285, "0.0285 ms"),
        (0.0025, "2.5 ms"),
        (0.35, "0.350 s"),
        (1, "1 s"),
        (20.0, "20 s"),
        (20.003, "20 s"),
        (3.1049, "3.1 s"),
        (3600, "3600 s"),
    ],
)
def test_in_words(duration_s: float, text: str) -> None:
    assert in_words(duration_s) == text
