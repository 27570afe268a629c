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

from netdiag.report.escape import visible
from netdiag.report.lines import is_wide, wrap_wide

if TYPE_CHECKING:
    from rich.text import Text

    from netdiag.report.page import Page

# A number and its unit stay on one line. Rich breaks at no-break spaces too, so a private character
# stands in for them: text that is `visible` holds none.
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:ms|s|min|h)\b)")
_GLUE = "\ue000"

_LEAST_ROOM = 16  # cells; a text in a narrower column can't be read

Part: TypeAlias = "str | tuple[str, str]"

# Only the terminal's own 16 colours: they fit its background, whichever that is.
BAD = "bold red"
WARN = "yellow"
GOOD = "green"
STRONG = "bold"
FAINT = "dim"
SEVERITY_STYLES = {"error": BAD, "warning": WARN, "info": "cyan"}


class Paper:
    """Makes lines for one page."""

    def __init__(self, page: Page) -> None:
        self.width = page.width
        self.unicode = page.unicode
        self._colour = page.colour
        self._ellipsis = "…" if page.unicode else "..."
        self._bullet = "• " if page.unicode else "* "

    def line(self, *parts: Part) -> Text:
        """Make one line of strings, each plain or with a style; what doesn't fit is cropped."""
        from rich.text import Text  # noqa: PLC0415 - slow to import

        line = Text(no_wrap=True)
        for part in parts:
            text, style = (part, "") if isinstance(part, str) else part
            line.append(self.clean(text), style)
        if line.cell_len > self.width:
            line.truncate(self.width - len(self._ellipsis))
            line.append(self._ellipsis)
        return line

    def clean(self, text: str) -> str:
        """Escape what can't be seen, and on an ASCII page what can't be shown."""
        return visible(text, ascii_only=not self.unicode)

    def heading(self, title: str, note: str = "") -> list[Text]:
        """Begin a section: an empty line, then its name in capitals with a note beside it."""
        name, beside = title.upper(), f"  {note}" if note else ""
        if self.cells(name + beside) > self.width:
            return [self.line(), self.line((name, STRONG)), *self.paragraph(note, style=FAINT)]
        return [self.line(), self.line((name, STRONG), (beside, FAINT))]

    def paragraph(self, text: str, indent: int = 2, style: str = "") -> list[Text]:
        """Wrap the text into as many lines as it needs."""
        return self._hang(" " * indent, text, style)

    def bullet(self, text: str, indent: int = 2) -> list[Text]:
        """Wrap the text as one item of a list."""
        return self._hang(" " * indent + self._bullet, text, "")

    def code(self, text: str, indent: int) -> list[Text]:
        """Take over lines to paste as they are; terminals wrap long ones and copy them whole."""
        from rich.text import Text  # noqa: PLC0415 - slow to import

        margin = " " * indent
        lines = [self.clean(line) for line in text.expandtabs(4).split("\n")]
        return [Text(f"{margin}{line}", no_wrap=True) for line in lines]

    def pairs(self, pairs: Sequence[tuple[str, str]], indent: int = 4) -> list[Text]:
        """Put names beside what is said about them, in a column as wide as the widest name."""
        widest = max((self.cells(name) for name, _text in pairs), default=0)
        column = min(max(indent + widest + len("  "), 24), self.width // 2)
        return [line for name, text in pairs for line in self.pair(name, text, indent, column)]

    def hanging(self, head: str, text: str) -> list[Text]:
        """Put a text beside a head, or below it where there is no room for it."""
        if self.width - self.cells(head) >= min(self.cells(text), _LEAST_ROOM):
            return self._hang(head, text, "")
        return [self.line(head), *self.paragraph(text, indent=6)]

    def pair(self, name: str, text: str, indent: int = 4, column: int = 24) -> list[Text]:
        """Put a name beside what is said about it, which has a column of its own."""
        head = f"{' ' * indent}{name}"
        head += " " * max(column - self.cells(head), len("  "))
        return self._hang(head, text, "")

    def wrap(self, text: str, room: int) -> list[str]:
        """Break the text into lines of at most that many cells."""
        from rich.console import Console  # noqa: PLC0415 - slow to import
        from rich.text import Text  # noqa: PLC0415

        glued = _BEFORE_UNIT.sub(_GLUE, self.clean(text))
        if is_wide(glued):
            return [line.replace(_GLUE, " ") for line in wrap_wide(glued, room)]
        lines = Text(glued).wrap(Console(width=room, _environ={}), room, overflow="fold")
        return [line.plain.replace(_GLUE, " ") for line in lines]

    def fit(self, text: str, width: int) -> str:
        """Crop the text if it has more cells than that."""
        from rich.cells import cell_len, set_cell_size  # noqa: PLC0415 - slow to import

        text = self.clean(text)
        if cell_len(text) <= width:
            return text
        kept = width - len(self._ellipsis)
        return set_cell_size(text, max(kept, 0)).rstrip() + self._ellipsis[: max(width, 0)]

    def cells(self, text: str) -> int:
        """Count the cells that the text takes."""
        from rich.cells import cell_len  # noqa: PLC0415 - slow to import

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

    def print(self, lines: list[Text]) -> str:
        """Join all lines to one text, with ANSI colours if the page takes them."""
        import io  # noqa: PLC0415 - beside its only use

        from rich.console import Console  # noqa: PLC0415 - slow to import

        console = Console(
            file=io.StringIO(),
            width=self.width,
            force_terminal=self._colour,
            color_system="standard" if self._colour else None,
            legacy_windows=False,
            highlight=False,
            markup=False,
            emoji=False,
            _environ={},
        )
        with console.capture() as captured:
            for line in lines:
                line.rstrip()
                console.print(line, soft_wrap=True)
        return captured.get()

    def _hang(self, head: str, text: str, style: str) -> list[Text]:
        """Wrap the text beside a head; the lines after the first are indented as wide as that."""
        indent = self.cells(head)
        lines = self.wrap(text, max(self.width - indent, 1))
        heads = [head] + [" " * indent] * len(lines)
        return [self.line(first, (line, style)) for first, line in zip(heads, lines, strict=False)]
