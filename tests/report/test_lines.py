"""Lines without spaces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from netdiag.report.lines import is_wide, wrap_wide

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
    lines = wrap_wide(TEXT, room)
    assert max(map(cell_len, lines)) <= room
    assert not [line for line in lines if line[0] in "，。）、；："]
    assert "".join(lines).replace(" ", "") == TEXT.replace(" ", "")


@given(st.text("服务器，。（） ab1", max_size=60), st.integers(2, 20))
def test_nothing_is_lost(text: str, room: int) -> None:
    joined = "".join(wrap_wide(text, room))
    assert joined.replace(" ", "") == text.replace(" ", "")


def test_a_long_text_is_broken_in_one_go() -> None:
    text = "中" * 100_000
    assert wrap_wide(text, 80) == ["中" * 40] * 2500


def test_brackets_stay_with_what_they_hold() -> None:
    assert wrap_wide("中中中（中）中", 8) == ["中中中", "（中）中"]
    assert wrap_wide("在127.0.0.1:80上。", 14) == ["在127.0.0.1:80", "上。"]
