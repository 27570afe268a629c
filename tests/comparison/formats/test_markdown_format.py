"""A comparison as Markdown."""

from __future__ import annotations

from msgspec.structs import replace

from netdiag.comparison.formats.markdown_format import render
from netdiag.report.formats.markdown_format.sheet import Sheet
from netdiag.report.page import PLAIN
from tests.comparison.pairs import compared
from tests.conftest import Golden


def test_a_telling_one(golden: Golden) -> None:
    golden("cure-by-limit.md", render(compared("cure-by-limit"), PLAIN))


def test_nothing_becomes_mark_up() -> None:
    made = compared("cure-by-limit")
    hostile = "<script>|[x](http://e)\n# y ![z]`*_"
    text = render(replace(made, caveats=(hostile,)), PLAIN)
    (line,) = [line for line in text.splitlines() if "script" in line]
    assert line == f"- {Sheet(PLAIN).prose(hostile)}"
    assert "\n#" not in line
    assert "<script>" not in line.replace("`<script>", "")


def test_several_servers_have_a_table() -> None:
    made = compared("cure-by-limit")
    assert "### By server" not in render(made, PLAIN)
    text = render(replace(made, servers=made.servers * 2), PLAIN)
    assert text.count("| `127.0.0.1:21200` | WORKED") == 2
