"""`units`: a cause's manual cut into the pieces that are translated one by one.

From the docstring's light mark-up: headings after ``## ``, paragraphs, list items after ``- ``. A
piece is one line, whatever the width of the source; laying it out is left to who shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netdiag.language import _

HEADING = "## "
ITEM = "- "


def units(manual: str) -> Iterator[tuple[str, str]]:
    """Every piece as its mark (``## ``, ``- `` or nothing) and its text in one line."""
    for block in re.split(r"\n\s*\n", manual.strip()):
        for piece in re.split(r"\n(?=- )", block):
            mark = next((mark for mark in (HEADING, ITEM) if piece.startswith(mark)), "")
            yield mark, " ".join(piece.removeprefix(mark).split())


def translated(manual: str) -> str:
    """The manual in the language of the context, in the same mark-up, a line a piece."""
    text = ""
    before = None
    for mark, piece in units(manual):
        text += "\n" if mark == before == ITEM else "\n\n" if before is not None else ""
        text += mark + _(piece)
        before = mark
    return text + "\n"


def section(manual: str, heading: str) -> str:
    """The paragraphs and items under a heading, translated, as one line; all of it without one."""
    pieces: list[str] = []
    found = False
    for mark, piece in units(manual):
        if mark == HEADING:
            if found:
                break
            found = piece == heading
        elif found:
            pieces.append(_(piece))
    return " ".join(pieces) if found else translated(manual).strip()
