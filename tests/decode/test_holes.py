"""Times of which damaged captures hold nothing."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.capture import CaptureInfo
from netdiag.capture.skipped import Skipped
from netdiag.decode.holes import Holes


def capture(first: int, last: int, *holes: tuple[int | None, int | None]) -> CaptureInfo:
    return CaptureInfo(
        path="file",
        format="pcap",
        compressions=(),
        link_types=("EN10MB",),
        packets=9,
        bytes=900,
        first_time_ns=first,
        last_time_ns=last,
        nanoseconds=False,
        snap_length=0,
        problems=(),
        skipped=tuple(Skipped(1, 1, 1, begin, end) for begin, end in holes),
    )


def spans(*captures: CaptureInfo) -> list[tuple[int, int]]:
    holes = Holes.of(captures)
    return list(zip(holes.begin_ns.tolist(), holes.end_ns.tolist(), strict=True))


def test_no_damage_no_holes() -> None:
    assert len(Holes.of([capture(0, 100)])) == 0
    assert not Holes.of([]).cross(np.array([1]), np.array([5])).any()


def test_between_the_packets_around_it() -> None:
    assert spans(capture(0, 100, (40, 60), (10, 20))) == [(10, 20), (40, 60)]
    assert spans(capture(0, 100, (60, 40))) == [(40, 60)]


def test_at_an_end_only_where_another_capture_goes_on() -> None:
    assert spans(capture(0, 100, (100, None))) == []
    assert spans(capture(0, 100, (None, 0))) == []
    assert spans(capture(0, 100, (100, None)), capture(130, 200)) == [(100, 130)]
    assert spans(capture(0, 100), capture(130, 200, (None, 130))) == [(100, 130)]


@pytest.mark.parametrize(
    ("first", "last", "crosses"),
    [
        (0, 10, False),
        (0, 11, True),
        (12, 15, True),
        (20, 40, False),
        (19, 40, True),
        (25, 70, True),
        (60, 99, False),
        (0, 99, True),
    ],
)
def test_intervals_that_touch_a_hole_only(first: int, last: int, crosses: bool) -> None:
    holes = Holes.of([capture(0, 100, (10, 20), (40, 60), (42, 44))])
    assert holes.cross(np.array([first]), np.array([last])).tolist() == [crosses]
