"""Frames are found again by their captures and numbers."""

from __future__ import annotations

import numpy as np

from netdiag.decode.segments import Segments
from netdiag.exchanges.frames import Frames, keys
from tests.conversations import listen
from tests.scripted import pooled


def rows(segments: Segments, *places: tuple[int, int]) -> list[int]:
    captures, frames = np.array(places).T
    return Frames(segments).rows(captures.astype(np.uint16), frames.astype(np.uint32)).tolist()


def test_of_one_capture() -> None:
    segments = listen(pooled()).segments
    segments.frame[:] = 2 * np.arange(len(segments)) + 10
    assert rows(segments, (0, 12), (0, 10)) == [1, 0]


def test_of_several_captures_in_any_order() -> None:
    segments = listen(pooled()).segments
    count = len(segments)
    segments.capture[:] = np.arange(count) % 2
    segments.frame[:] = np.arange(count) // 2 + 1
    assert rows(segments, (1, 1), (0, 2), (0, 1)) == [1, 2, 0]


def test_keys_tell_captures_apart() -> None:
    captures, frames = np.array([0, 1, 1], np.uint16), np.array([5, 5, 6], np.uint32)
    assert (np.diff(keys(captures, frames).astype(np.int64)) > 0).all()
