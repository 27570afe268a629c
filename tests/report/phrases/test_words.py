"""Numbers, times and frames as words."""

from __future__ import annotations

import pytest

from netdiag.report.phrases import words


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0004, "0.40 ms"),
        (0.31, "310 ms"),
        (20.0238, "20.024 s"),
        (300, "300.000 s"),
        (-2, "-2.000 s"),
    ],
)
def test_seconds(value: float, expected: str) -> None:
    assert words.seconds(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(0.75, "750 ms"), (20.0238, "20.02 s"), (3600.2, "60 min 0 s")]
)
def test_pause(value: float, expected: str) -> None:
    assert words.pause(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(20.0, "20 s"), (19.98, "19.98 s"), (28800.0, "28800 s"), (1e6, "1000000 s")],
)
def test_setting(value: float, expected: str) -> None:
    assert words.setting(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(1.25, "1.2 s"), (842.9, "14 min 3 s"), (7500, "2 h 5 min")]
)
def test_span(value: float, expected: str) -> None:
    assert words.span(value) == expected


def test_a_title_becomes_a_sentence() -> None:
    assert words.as_sentence("the client keeps TCP") == "The client keeps TCP"
    assert words.as_sentence("") == ""


def test_one_thing_after_the_other() -> None:
    assert words.listed(["a", "b", "c"]) == "a, b, c"
    assert words.listed(["a"]) == "a"
    assert words.listed([]) == ""


def test_time_of_day_and_date() -> None:
    assert words.clock("2017-05-12T11:39:02.123456789Z") == "11:39:02.123456"
    assert words.clock("2017-05-12T11:39:02Z") == "11:39:02"
    assert words.day("2017-05-12T11:39:02Z") == "2017-05-12"


def test_frames_are_told_apart_where_there_are_several_captures() -> None:
    assert words.frame_name(57, 1, 2) == "2:57"
    assert words.frame_name(57, 0, 1) == "57"
