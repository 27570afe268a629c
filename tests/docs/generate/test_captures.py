"""Every recorded capture has its row, with links to its causes."""

from __future__ import annotations

from docs.generate.captures import pages
from docs.generate.fixtures import fixtures

PAGE = pages()["captures.md"]


def test_every_capture_has_its_row() -> None:
    for fixture in fixtures():
        (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{fixture.name}` |")]
        for slug in (*fixture.causes, *fixture.worth_knowing):
            assert f"[{slug}](causes/{slug}.md)" in row
