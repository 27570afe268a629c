"""Marks are small numbers in a uint8 column."""

from __future__ import annotations

from netdiag.decode.marks import Mark


def test_marks_fit_their_column_and_nothing_is_opaque() -> None:
    assert Mark.OPAQUE == 0
    assert max(Mark) < 256
    assert len(set(Mark)) == len(Mark.__members__)
