"""The page about speed, and its places for tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.shapes import SHAPES
from benchmarks.timing import page
from benchmarks.timing.programs import PEERS

PAGE = """before
<!-- growth: made by python -m benchmarks --page -->
old
<!-- end of growth -->
after
"""


def test_what_is_between_the_marks_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "speed.md"
    path.write_text(PAGE)
    page.put(path, "growth", "new\n")
    assert path.read_text() == PAGE.replace("old", "new")


@pytest.mark.parametrize("text", ["", PAGE + PAGE, PAGE.replace("<!-- end of growth -->", "")])
def test_a_page_without_that_place_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "speed.md"
    path.write_text(text)
    with pytest.raises(ValueError, match="'growth'"):
        page.put(path, "growth", "new\n")
    assert path.read_text() == text


@pytest.mark.parametrize("name", ["machine", "programs", "shapes", "larger", "growth", "files"])
def test_the_documentation_has_a_place_for_it(name: str) -> None:
    text = page.PAGE.read_text(encoding="utf-8")
    assert text.count(page.BEGIN.format(name)) == 1
    assert text.count(page.END.format(name)) == 1


def test_the_documentation_tells_of_every_shape_and_peer() -> None:
    text = page.PAGE.read_text(encoding="utf-8")
    for name, summary in SHAPES.items():
        assert f"| `{name}` | {summary} |" in text
    for peer in PEERS:
        assert f"- {peer.name}, {peer.does.partition(':')[0]}" in text
