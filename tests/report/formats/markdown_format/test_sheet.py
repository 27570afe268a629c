"""Blocks: headings, lists, tables."""

from __future__ import annotations

from netdiag.report.formats.markdown_format.sheet import Sheet
from netdiag.report.page import PLAIN, Page

from .rendered import Table, tables, text

SHEET = Sheet(PLAIN)


def test_blocks() -> None:
    assert SHEET.heading("What happened") == "### What happened"
    assert SHEET.heading("# x", level=2) == "## `#` x"
    assert SHEET.strong("6 requests to 10.0.0.5:80 failed") == (
        "**6 requests to `10.0.0.5:80` failed**"
    )
    assert SHEET.bullets(["one", "- two"]) == "- one\n- `-` two"
    assert SHEET.sentences(["One.", "Two."]) == "One. Two."


def test_strong_holds_whatever_it_begins_and_ends_with() -> None:
    for sentence in ("*a*", "`a`", "**", "a_", "中文。"):
        assert text(SHEET.strong(sentence)).strip() == sentence


def test_columns_stand_below_each_other() -> None:
    table = SHEET.table(["frame", "说明"], [["1", "中文"], ["22", SHEET.code("a|b")]])
    assert table == (
        "| frame | 说明   |\n| ----- | ------ |\n| 1     | 中文   |\n| 22    | `a\\|b` |"
    )
    assert tables(table) == [Table(("frame", "说明"), (("1", "中文"), ("22", "a|b")))]


def test_a_long_request_is_cropped() -> None:
    assert SHEET.cropped("x" * 90) == "`" + "x" * 80 + "…`"
    assert SHEET.cropped("x" * 80) == "`" + "x" * 80 + "`"
    assert Sheet(Page(unicode=False)).cropped("x" * 90).endswith("...`")
