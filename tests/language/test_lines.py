"""Lines of text with spaces, and without."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from netdiag.language.lines import is_wide, wrap

TEXT = (
    "服务器关闭了空闲连接（127.0.0.1:18082，空闲 20 s 后），客户端没有检查，又在 c1 上发送了请求。"
)


@pytest.mark.parametrize(
    ("text", "wide"), [("plain", False), ("café “quoted” …", False), ("中", True), ("ａ", True)]
)
def test_what_is_wide(text: str, wide: bool) -> None:
    assert is_wide(text) is wide


@pytest.mark.parametrize("room", [12, 20, 33, 40, 80])
def test_no_line_is_too_long_or_begins_with_a_comma(room: int) -> None:
    lines = wrap(TEXT, room)
    assert max(map(cell_len, lines)) <= room
    assert not [line for line in lines if line[0] in "，。）、；："]
    assert "".join(lines).replace(" ", "") == TEXT.replace(" ", "")


@given(st.text("服务器，。（） ab1", max_size=60), st.integers(2, 20))
def test_nothing_is_lost(text: str, room: int) -> None:
    joined = "".join(wrap(text, room))
    assert joined.replace(" ", "") == text.replace(" ", "")


def test_a_long_text_is_broken_in_one_go() -> None:
    text = "中" * 100_000
    assert wrap(text, 80) == ["中" * 40] * 2500


def test_brackets_stay_with_what_they_hold() -> None:
    assert wrap("中中中（中）中", 8) == ["中中中", "（中）中"]
    assert wrap("在127.0.0.1:80上。", 14) == ["在127.0.0.1:80", "上。"]


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("", 5, [""]),
        ("one two", 7, ["one two"]),
        ("one two", 6, ["one", "two"]),
        ("one  two", 20, ["one  two"]),
        ("to 0123456789 by", 6, ["to", "012345", "6789", "by"]),
        ("to 0123456789 by", 7, ["to", "0123456", "789 by"]),
        ("e\u0301e\u0301 e\u0301", 2, ["e\u0301e\u0301", "e\u0301"]),
    ],
)
def test_text_with_spaces(text: str, room: int, lines: list[str]) -> None:
    assert wrap(text, room) == lines


@given(st.text("ab, .-", max_size=60), st.integers(2, 20))
def test_words_that_fit_are_wrapped_as_rich_does(text: str, room: int) -> None:
    assume(all(len(word) <= room for word in text.split()))
    wrapped = Text(text.strip()).wrap(Console(width=room), room, overflow="fold")
    assert wrap(text, room) == [line.plain.rstrip() for line in wrapped]
