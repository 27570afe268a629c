"""`Walk`: a new frame is blank until something is written into it."""

from __future__ import annotations

from typing import Any

import numpy as np

from netdiag.redaction.frames.walk import Walk, announced


def a_walk(data: bytes) -> Walk:
    nothing: Any = None
    return Walk(data, nothing, nothing, 0)


def test_only_what_is_kept_is_there() -> None:
    walk = a_walk(b"abcdefgh")
    walk.keep(2, 2)
    walk.put_number(6, 0x4142)
    assert bytes(walk.out) == b"\0\0cd\0\0AB"
    assert walk.number(0) == 0x6162


def test_no_more_is_kept_than_was_captured() -> None:
    walk = a_walk(b"abc")
    assert not walk.holds(1, 3)
    walk.keep(1, 10)
    assert bytes(walk.out) == b"\0bc"


def test_tables_without_what_leads_nowhere() -> None:
    assert announced(np.array([0, 7, 0, 9], np.uint8)) == {1: 7, 3: 9}
