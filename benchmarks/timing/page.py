"""Puts figures into the documentation's page about speed, between the marks that are there."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "how" / "speed.md"
BEGIN, END = "<!-- {}: made by python -m benchmarks --page -->\n", "<!-- end of {} -->\n"


def put(page: Path, name: str, text: str) -> None:
    """Replace what is between the marks of that name.

    Raises:
        ValueError: the page doesn't have them once each.
    """
    begin, end = BEGIN.format(name), END.format(name)
    whole = page.read_text(encoding="utf-8")
    if whole.count(begin) != 1 or whole.count(end) != 1:
        raise ValueError(f"{page} has no place for '{name}', or more than one")
    before, rest = whole.split(begin)
    after = rest.split(end)[1]
    page.write_text(before + begin + text + end + after, encoding="utf-8")
