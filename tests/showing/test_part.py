"""From where to where."""

from __future__ import annotations

import pytest

from netdiag.errors import SelectionError
from netdiag.showing import Part
from netdiag.showing.part import parse_frame
from tests.recorded import examine
from tests.showing.shown import shown_of


def frames_of(**part: str) -> list[int]:
    view = shown_of("tomcat-stale-20s", "c1", every=True, part=Part(**part))
    return [rung.frame for rung in view.rungs if rung.kind != "fold"]


def test_by_frame() -> None:
    everything = frames_of()
    assert frames_of(begin="88") == [frame for frame in everything if frame >= 88]
    assert frames_of(begin="40", end="60") == [f for f in everything if 40 <= f <= 60]
    assert frames_of(begin="1:88", end="1:88") == [88]


def test_by_time() -> None:
    everything = frames_of()
    assert frames_of(begin="+36.2") == [frame for frame in everything if frame >= 88]
    assert frames_of(end="2026-11-21T23:27:22.7Z") == everything[: len(frames_of(end="+0.1"))]


@pytest.mark.parametrize(
    ("part", "complaint"),
    [
        ({"begin": "999"}, "--from 999: no such frame; the capture has the frames 1 to 118"),
        ({"begin": "100"}, "--from 100: no frame of the connection, whose are 1 to 93"),
        ({"begin": "88", "end": "47"}, "--from 88 --to 47: no frame"),
        ({"end": "later"}, "--to: expected a time"),
        ({"begin": "2:1"}, "--from 2:1: expected a capture from 1 to 1"),
    ],
)
def test_what_is_not_there(part: dict[str, str], complaint: str) -> None:
    with pytest.raises(SelectionError) as caught:
        frames_of(**part)
    assert complaint in str(caught.value)


def test_frames_of_several_captures_need_the_capture() -> None:
    subject = examine("rotated-1", "rotated-2").subject
    assert parse_frame(subject, "2:3", "--frame") == (1, 3)
    with pytest.raises(SelectionError, match="--frame 3: expected the capture too, as in 1:3"):
        parse_frame(subject, "3", "--frame")
    with pytest.raises(SelectionError, match="--frame: expected a frame such as 57"):
        parse_frame(subject, "three", "--frame")
