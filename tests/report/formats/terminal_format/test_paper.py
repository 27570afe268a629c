"""`Paper`: lines that fit, in cells."""

from __future__ import annotations

import pytest

from netdiag.report.formats.terminal_format.paper import Paper
from netdiag.report.page import Page
from tests.report.hostile import widest

NARROW = Paper(Page(width=20))
ASCII = Paper(Page(width=20, unicode=False))


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("中文字", 6, "中文字"),
        ("中文字", 5, "中文…"),
        ("中文字", 4, "中…"),  # half of a wide character is none
        ("a\x1bb", 8, "a\\x1bb"),
    ],
)
def test_fit(text: str, width: int, expected: str) -> None:
    assert NARROW.fit(text, width) == expected


def test_fit_in_ascii() -> None:
    assert ASCII.fit("abcdefgh", 6) == "abc..."
    assert ASCII.fit("日本", 20) == "\\u65e5\\u672c"


def test_left_right_and_middle_fill_their_cells() -> None:
    assert NARROW.left("中", 4) == "中  "
    assert NARROW.right("中", 4) == "  中"
    assert NARROW.middle("ab", 6) == "  ab  "
    assert NARROW.right("abcdef", 4) == "abc…"


def test_a_line_is_cropped_to_the_page() -> None:
    assert NARROW.print([NARROW.line("x" * 30)]) == "x" * 19 + "…\n"


def test_paragraphs_wrap_with_their_indent() -> None:
    assert NARROW.print(NARROW.paragraph("one two three four five")) == (
        "  one two three four\n  five\n"
    )


def test_bullets_hang() -> None:
    assert NARROW.print(NARROW.bullet("one two three four five")) == (
        "  • one two three\n    four five\n"
    )
    assert ASCII.print(ASCII.bullet("one")) == "  * one\n"


def test_long_words_are_folded() -> None:
    text = NARROW.print(NARROW.paragraph("中" * 30))
    assert widest(text) <= 20
    assert text.count("中") == 30


def test_a_number_stays_with_its_unit() -> None:
    assert NARROW.print(NARROW.paragraph("about the size: 20 s")) == "  about the size:\n  20 s\n"


def test_pairs_have_two_columns() -> None:
    assert NARROW.print(NARROW.pair("name", "one two three", indent=1, column=8)) == (
        " name   one two\n        three\n"
    )


def test_code_is_taken_over_as_it_is_however_long() -> None:
    code = "if x:\n\ty = [1]\n\n" + "z" * 30
    expected = "  if x:\n      y = [1]\n\n  " + "z" * 30 + "\n"
    assert NARROW.print(NARROW.code(code, indent=2)) == expected
    assert "\x1b" not in NARROW.print(NARROW.code("\x1b[31m", indent=2))


def test_colour_is_only_for_pages_that_take_it() -> None:
    colourful = Paper(Page(colour=True))
    assert colourful.print([colourful.line(("x", "bold red"))]) == "\x1b[1;31mx\x1b[0m\n"
    assert NARROW.print([NARROW.line(("x", "bold red"))]) == "x\n"
