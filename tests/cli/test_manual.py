"""Docstrings as text for the page."""

from __future__ import annotations

import pytest

from netdiag.cli.manual import lay_out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\ntwo", "one two\n"),
        ("one\n\ntwo", "one\n\ntwo\n"),
        ("\n\none\n\n", "one\n"),
        ("Heading\n-------\nText\nmore", "HEADING\nText more\n"),
        ("Heading\n=======\n\nText", "HEADING\n\nText\n"),
        ("## Heading\n\nText", "HEADING\n\nText\n"),
        ("- a\n  b\n- c", "- a b\n- c\n"),
        ("1. a\n2. b", "1. a\n2. b\n"),
        ("    code  \n      kept", "    code\n      kept\n"),
        ("a - b is no list\n- nor", "a - b is no list\n- nor\n"),
    ],
)
def test_lay_out(text: str, expected: str) -> None:
    assert lay_out(text) == expected


def test_lines_have_80_columns_and_items_hang() -> None:
    lines = lay_out("- " + "word " * 40).splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[1].startswith("  word")


def test_long_words_stay_whole() -> None:
    assert lay_out("x" * 100) == "x" * 100 + "\n"
