"""Manuals in pieces, and whole again."""

from __future__ import annotations

from netdiag.diagnosis.causes import CAUSES
from netdiag.diagnosis.causes.manual import translated, units, what_happens

MANUAL = """\
A first line.

## What happens

One paragraph
on two lines.

Another.

## On the wire

- an item
  on two lines;
- another.
"""


def test_units_are_single_lines_with_their_marks() -> None:
    assert list(units(MANUAL)) == [
        ("", "A first line."),
        ("## ", "What happens"),
        ("", "One paragraph on two lines."),
        ("", "Another."),
        ("## ", "On the wire"),
        ("- ", "an item on two lines;"),
        ("- ", "another."),
    ]


def test_what_happens_is_the_first_section() -> None:
    assert what_happens(MANUAL) == "One paragraph on two lines. Another."


def test_no_word_of_a_manual_is_lost() -> None:
    for cause in CAUSES:
        assert translated(cause.manual).split() == cause.manual.split()
        assert what_happens(cause.manual)
