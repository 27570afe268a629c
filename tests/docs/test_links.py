"""A link between pages that leads nowhere is found."""

from __future__ import annotations

from pathlib import Path

from docs.links import broken


def test_files_and_anchors_are_looked_for(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "index.html").write_text(
        '<a href="sub/a.html#here">x</a> <a href="sub/a.html#gone">x</a> <a href="none.html">x</a>'
        '<a href="#top">x</a> <a href="https://example.org/none">x</a> <p id="top"></p>'
    )
    (tmp_path / "sub" / "a.html").write_text(
        '<h1 id="here">x</h1> <a href="../index.html">x</a> <img src="b.png"> <a href="/x">x</a>'
        '<a href="../../outside.html">x</a>'
    )
    assert broken(tmp_path) == [
        "index.html: sub/a.html#gone: no such anchor",
        "index.html: none.html: no such file",
        "sub/a.html: b.png: no such file",
        "sub/a.html: /x: absolute, so it breaks where the pages lie in a folder",
        "sub/a.html: ../../outside.html: no such file",
    ]


def test_templates_of_the_theme_are_no_pages(tmp_path: Path) -> None:
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "template.html").write_text('<a href="{{ link }}">x</a>')
    assert broken(tmp_path) == []
