"""`Paper`: the lines of a terminal report, none of them wider than the page but code to paste.

From strings and a `Page`. Every string is made `visible` here, so that whatever a section forgets,
nothing that a capture holds reaches a terminal as anything but text. Widths are terminal cells, so
that a Chinese URI takes the place that it takes on the screen. What stands in the lines is left to
the sections; colours are named here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from rich.cells import cell_len, set_cell_size

from netdiag.language.lines import wrap
from netdiag.report.escape import visible

if TYPE_CHECKING:
    from netdiag.report.page import Page

# A number and its unit stay on one line: a private character stands in for the space between them,
# of which text that is `visible` holds none.
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:ms|s|min|h)\b)")
_GLUE = "\ue000"

_LEAST_ROOM = 16  # cells; a text in a narrower column can't be read

Part: TypeAlias = "str | tuple[str, str]"
Line: TypeAlias = "list[tuple[str, str]]"
"""Strings that can be shown, each with its style; empty for a plain one."""

# Only the terminal's own 16 colours: they fit its background, whichever that is.
BAD = "bold red"
WARN = "yellow"
GOOD = "green"
STRONG = "bold"
FAINT = "dim"
SEVERITY_STYLES = {"error": BAD, "warning": WARN, "info": "cyan"}

# ECMA-48, section 8.3.117
_RENDITIONS = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


class Paper:
    """Makes lines for one page."""

    def __init__(self, page: Page) -> None:
        self.width = page.width
        self.unicode = page.unicode
        self._colour = page.colour
        self._ellipsis = "…" if page.unicode else "..."
        self._bullet = "• " if page.unicode else "* "

    def line(self, *parts: Part) -> Line:
        """Make one line of strings, each plain or with a style; what doesn't fit is cropped."""
        pairs = [(part, "") if isinstance(part, str) else part for part in parts]
        line = [(self.clean(text), style) for text, style in pairs]
        if sum(cell_len(text) for text, _ in line) <= self.width:
            return line
        return [*self._crop(line, self.width - len(self._ellipsis)), (self._ellipsis, "")]

    def clean(self, text: str) -> str:
        """Escape what can't be seen, and on an ASCII page what can't be shown."""
        return visible(text, ascii_only=not self.unicode)

    def heading(self, title: str, note: str = "") -> list[Line]:
        """Begin a section: an empty line, then its name in capitals with a note beside it."""
        name, beside = title.upper(), f"  {note}" if note else ""
        if self.cells(name + beside) > self.width:
            return [self.line(), self.line((name, STRONG)), *self.paragraph(note, style=FAINT)]
        return [self.line(), self.line((name, STRONG), (beside, FAINT))]

    def paragraph(self, text: str, indent: int = 2, style: str = "") -> list[Line]:
        """Wrap the text into as many lines as it needs."""
        return self._hang(" " * indent, text, style)

    def bullet(self, text: str, indent: int = 2) -> list[Line]:
        """Wrap the text as one item of a list."""
        return self._hang(" " * indent + self._bullet, text, "")

    def code(self, text: str, indent: int) -> list[Line]:
        """Take over lines to paste as they are; terminals wrap long ones and copy them whole."""
        margin = " " * indent
        lines = [self.clean(line) for line in text.expandtabs(4).split("\n")]
        return [[(f"{margin}{line}", "")] for line in lines]

    def pairs(self, pairs: Sequence[tuple[str, str]], indent: int = 4) -> list[Line]:
        """Put names beside what is said about them, in a column as wide as the widest name."""
        widest = max((self.cells(name) for name, _text in pairs), default=0)
        column = min(max(indent + widest + len("  "), 24), self.width // 2)
        return [line for name, text in pairs for line in self.pair(name, text, indent, column)]

    def hanging(self, head: str, text: str) -> list[Line]:
        """Put a text beside a head, or below it where there is no room for it."""
        if self.width - self.cells(head) >= min(self.cells(text), _LEAST_ROOM):
            return self._hang(head, text, "")
        return [self.line(head), *self.paragraph(text, indent=6)]

    def pair(self, name: str, text: str, indent: int = 4, column: int = 24) -> list[Line]:
        """Put a name beside what is said about it, which has a column of its own."""
        head = f"{' ' * indent}{name}"
        head += " " * max(column - self.cells(head), len("  "))
        return self._hang(head, text, "")

    def wrap(self, text: str, room: int) -> list[str]:
        """Break the text into lines of at most that many cells."""
        glued = _BEFORE_UNIT.sub(_GLUE, self.clean(text))
        return [line.replace(_GLUE, " ") for line in wrap(glued, room)]

    def fit(self, text: str, width: int) -> str:
        """Crop the text if it has more cells than that."""
        text = self.clean(text)
        if cell_len(text) <= width:
            return text
        kept = width - len(self._ellipsis)
        return set_cell_size(text, max(kept, 0)).rstrip() + self._ellipsis[: max(width, 0)]

    def cells(self, text: str) -> int:
        """Count the cells that the text takes."""
        return cell_len(self.clean(text))

    def left(self, text: str, width: int) -> str:
        """Set the text in exactly that many cells, at their left."""
        fitted = self.fit(text, width)
        return fitted + " " * (width - self.cells(fitted))

    def right(self, text: str, width: int) -> str:
        """Set the text in exactly that many cells, at their right."""
        fitted = self.fit(text, width)
        return " " * (width - self.cells(fitted)) + fitted

    def middle(self, text: str, width: int) -> str:
        """Set the text in exactly that many cells, in their middle."""
        fitted = self.fit(text, width)
        before = (width - self.cells(fitted)) // 2
        return self.left(" " * before + fitted, width)

    def print(self, lines: list[Line]) -> str:
        """Join all lines to one text, with ANSI colours if the page takes them."""
        return "".join(f"{self._drawn(line)}\n" for line in lines)

    def _drawn(self, line: Line) -> str:
        plain = "".join(text for text, _ in line).rstrip()
        if not self._colour:
            return plain
        drawn, left = "", len(plain)
        for text, style in line:
            shown = text[:left]
            left -= len(shown)
            drawn += _styled(shown, style) if style and shown else shown
        return drawn

    def _crop(self, line: Line, room: int) -> Line:
        """Keep the first so many cells of a line."""
        kept: Line = []
        for text, style in line:
            cells = min(cell_len(text), room)
            if cells > 0:
                kept.append((set_cell_size(text, cells), style))
                room -= cells
        return kept

    def _hang(self, head: str, text: str, style: str) -> list[Line]:
        """Wrap the text beside a head; the lines after the first are indented as wide as that."""
        indent = self.cells(head)
        lines = self.wrap(text, max(self.width - indent, 1))
        heads = [head] + [" " * indent] * len(lines)
        return [self.line(first, (line, style)) for first, line in zip(heads, lines, strict=False)]


def _styled(text: str, style: str) -> str:
    renditions = dict.fromkeys(_RENDITIONS[word] for word in style.split())
    return f"\x1b[{';'.join(renditions)}m{text}\x1b[0m"
