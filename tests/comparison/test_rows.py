"""The table of what was counted."""

from __future__ import annotations

from netdiag.comparison.rows import rows
from tests.comparison.pairs import compared


def table(after: str) -> dict[str, tuple[str, str]]:
    return {line.name: (line.before, line.after) for line in rows(compared(after))}


def test_both_sides_of_every_line() -> None:
    seen = table("cure-by-limit")
    assert seen["exchanges"] == ("43", "43")
    assert seen["harmed by idle connections"] == ("17", "0")
    assert seen["per thousand exchanges"] == ("395 (250 to 556)", "0 (up to 67)")
    assert seen["requests after 3 s of silence"] == ("17", "18")
    assert seen["on another: the client had ended it"] == ("0", "18")
    assert seen["client's idle limit"] == ("-", "1 s")


def test_a_line_that_says_nothing_is_left_out() -> None:
    assert "near misses" not in table("cure-by-limit")
    assert table("cure-by-check")["near misses"] == ("0", "16")
    assert "harmed by other causes" not in table("cure-by-limit")


def test_parts_stand_below_their_whole() -> None:
    lines = rows(compared("cure-by-limit"))
    assert not lines[0].indented
    assert {line.name for line in lines if line.indented} > {"harmed", "longest"}
