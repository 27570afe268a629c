"""`Sheet`: the blocks that a Markdown report is made of: headings, paragraphs, lists, tables, code.

From strings and a `Page`. Every string goes through `escape` here, so that whatever a section
forgets, nothing that a capture holds is read as mark-up. Blocks are separate strings without empty
lines around them, none of them inside another; tables have their columns below each other, for
whoever reads them as plain text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from netdiag.language.clauses import sentences_of
from netdiag.report.formats.markdown_format import escape

if TYPE_CHECKING:
    from netdiag.report.page import Page

_LONGEST = 80  # characters of a request; a table is no place for more


class Sheet:
    """Makes blocks for one page, and the pieces of text that stand in them."""

    def __init__(self, page: Page) -> None:
        ascii_only = not page.unicode
        self.page = page
        self.prose = partial(escape.prose, ascii_only=ascii_only)
        self.code = partial(escape.code, ascii_only=ascii_only)
        self.filled = partial(escape.filled, ascii_only=ascii_only)
        self.fenced = partial(escape.fenced, ascii_only=ascii_only)

    def heading(self, text: str, level: int = 3) -> str:
        """Begin a section."""
        return f"{'#' * level} {self.prose(text)}"

    def strong(self, text: str) -> str:
        """Write a paragraph of one sentence that nobody should miss."""
        return f"**{self.prose(text)}**"

    def sentences(self, texts: Iterable[str]) -> str:
        """Write a paragraph."""
        return sentences_of([self.prose(text) for text in texts])

    def bullets(self, texts: Iterable[str]) -> str:
        """Write a list, an item for each sentence."""
        return "\n".join(f"- {self.prose(text)}" for text in texts)

    def cropped(self, text: str) -> str:
        """Write a text of any length as code, as much of it as has a place in a table."""
        end = "…" if self.page.unicode else "..."
        short = text if len(text) <= _LONGEST else text[:_LONGEST] + end
        return self.code(short)

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        """Write a table of cells that have been written already, below heads that have not."""
        from rich.cells import cell_len  # noqa: PLC0415 - slow to import

        lines = [[self.prose(head) for head in heads], *rows]
        cells = [[escape.in_cell(cell) for cell in line] for line in lines]
        widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
        ruler = ["-" * max(width, 3) for width in widths]
        return "\n".join(
            "| "
            + " | ".join(
                cell + " " * (max(width, 3) - cell_len(cell))
                for cell, width in zip(line, widths, strict=True)
            )
            + " |"
            for line in [cells[0], ruler, *cells[1:]]
        )
