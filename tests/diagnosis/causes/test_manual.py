"""Manuals in pieces, and whole again."""

from __future__ import annotations

from netdiag.diagnosis.causes import CAUSES
from netdiag.diagnosis.causes.manual import section, translated, units

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


def test_a_section_is_what_its_heading_stands_over() -> None:
    assert section(MANUAL, "What happens") == "One paragraph on two lines. Another."
    assert section(MANUAL, "On the wire") == "an item on two lines; another."
    assert section("Just this.", "On the wire") == "Just this."


def test_no_word_of_a_manual_is_lost() -> None:
    for cause in CAUSES:
        assert translated(cause.manual).split() == cause.manual.split()
        assert section(cause.manual, "What happens")
