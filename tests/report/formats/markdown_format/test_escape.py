"""Whatever a capture holds, it is read as the text that it is, and does nothing."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from netdiag.report.escape import visible
from netdiag.report.formats.markdown_format.escape import code, fenced, filled, in_cell, prose

from .rendered import ACTIVE, elements, fences, outside_code, tables, text

HOSTILE = [
    "@everyone @team/ops <!channel> <@U012AB3CD> &lt;!here&gt;",
    "#123 GH-45 owner/repo#6 !78 $90 %11 ~12 &13 1234567890abcdef1234567890abcdef12345678",
    "**bold** _it_ *it* ~~gone~~ `code` ``a`b`` ``` <b>b</b> <script>alert(1)</script>",
    "[x](javascript:alert(1)) ![i](http://e.org/i.png) <http://e.org> [a]: http://e.org",
    "www.example.com http://e.org https://e.org/?a=b&c=d ftp://e.org me@e.org mailto:me@e.org",
    "example.com org.apache.http.Foo http: www. www.中文.com 中文www.e.org café.com",
    ":tada: :+1: :) $x$ $$y$$ $`z`$ {color:red} {code} h1. [^1] {+ in +} [- out -]",
    "- item",
    "+ item",
    "1. item",
    "1) item",
    "(1) item",
    "> quoted",
    "# heading",
    "=== x",
    "---",
    "***",
    "    indented",
    "a | b || c \\| d \\",
    "| a | b |",
    "\\@ \\` \\\\ &amp; &#64;",
    "`",
    "`` ` ```",
    " ` ",
    "'@x' (\"#1\") ((`a`))",
    "\x1b[31m \u202e \u200b@x\u200b \udce9 \x00",
    "[::1]:8080 10.0.0.5:80 CLOSE_WAIT tcp.stream eq 4 Keep-Alive: timeout=5",
    "",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_text(hostile: str) -> None:
    written = prose(hostile)
    assert elements(written) <= {"p", "code"}
    assert not [piece for piece in outside_code(written) if ACTIVE.search(piece)]
    assert text(written).strip() == " ".join(visible(hostile).split())


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=60) | st.text("ab1.:/@#`*_|\\[]()<>!&$~-+= '\"中、", max_size=24))
@example("`a`中`b`")
@example("a.中")
@example("(((`")
def test_any_text_is_text(anything: str) -> None:
    expected = " ".join(visible(anything).split())
    written = prose(anything)
    assert elements(written) <= {"p", "code"}
    assert text(written).strip() == expected
    assert not [piece for piece in outside_code(written) if ACTIVE.search(piece)]
    assert text(code(anything)).strip() == expected


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text("a|\\` @<*", min_size=1, max_size=8), min_size=2, max_size=2))
def test_any_text_stays_in_its_cell(cells: list[str]) -> None:
    written = " | ".join(in_cell(code(cell)) for cell in cells)
    table = f"| x | y |\n| --- | --- |\n| {written} |"
    expected = tuple(" ".join(cell.split()) for cell in cells)
    assert tables(table)[0].rows == (expected,)
    assert elements(table) <= {"table", "thead", "tbody", "tr", "th", "td", "code"}
    assert text(table).split() == ["x", "y", *" ".join(expected).split()]


@settings(max_examples=200, deadline=None)
@given(st.text("`~ \nab\t\\<", max_size=30))
def test_any_text_stays_in_its_block(anything: str) -> None:
    written = fenced(anything, "java")
    lines = [visible(line) for line in anything.expandtabs(4).split("\n")]
    assert fences(written) == [("java", "\n".join(lines) + "\n")]
    assert elements(written) <= {"pre", "code"}


@pytest.mark.parametrize("language", [None, "", "a b", "`", "JAVA\n", "<x>"])
def test_a_strange_language_is_none(language: str | None) -> None:
    assert fences(fenced("x", language)) == [("", "x\n")]


@pytest.mark.parametrize(
    ("plain", "written"),
    [
        ("The server's FIN, 21.01 s after 1,204 bytes (50%).", None),
        ('It said "no"; it can\'t be so: never!', None),
        ("客户端发送了 6 个请求、均被重置。", None),
        ("keep-alive or read/write, section 9.2.2", None),
        ("sent to 10.0.0.5:80, then (c17).", "sent to `10.0.0.5:80`, then (c17)."),
        ("in CLOSE_WAIT: f(x).", "in `CLOSE_WAIT`: `f(x)`."),
        ("向10.0.0.5:80发送。", "向`10.0.0.5:80`发送。"),
        ("-60 ms, -1", None),
        ("20 s (从 19.9 s 到 20 s), 高", None),
        ('他说 "是". 不', None),
        ("smile :) or 中:) or x:)", "smile `:)` or 中`:)` or `x`:)"),
        ("at 11:39:02.123456", "at 11:39:02.123456"),
    ],
)
def test_plain_text_stays_plain(plain: str, written: str | None) -> None:
    assert prose(plain) == (plain if written is None else written)


def test_a_value_is_one_span() -> None:
    assert filled("Filter: {f}", f="tcp.stream eq 4") == "Filter: `tcp.stream eq 4`"
    assert filled("用 {f} 过滤 {g}。", f="a b", g="`c`") == "用 `a b` 过滤 `` `c` ``。"


def test_ascii_only() -> None:
    assert prose("é at 中", ascii_only=True).isascii()
    assert code("中", ascii_only=True) == "`\\u4e2d`"
    assert fenced("─", ascii_only=True).isascii()
