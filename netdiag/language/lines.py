"""Lines of text, broken at spaces, or between characters in scripts without, such as Chinese.

From a paragraph to lines of so many cells; East Asian wide characters take two (UAX #11). Text with
such characters may be broken at spaces and beside each of them, but no line begins with a comma or
ends with an opening bracket: the rules of UAX #14 and of GB/T 15834 that it needs (all of UAX #14,
in Python, takes seconds for a report). Of rich only its widths of characters are asked: its own
wrapping takes 70 ms to import.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

_WIDE = (
    ("\u1100", "\u115f"),
    ("\u2e80", "\ua4cf"),
    ("\uac00", "\ud7a3"),
    ("\uf900", "\ufaff"),
    ("\ufe30", "\ufe6f"),
    ("\uff00", "\uff60"),
)
_CHARACTERS = "".join(f"{first}-{last}" for first, last in _WIDE)
_OPENING = r"\u2018\u201c\u3008\u300a\u300c\u300e\u3010\u3014\uff08\uff3b\uff5b"
_CLOSING = (
    r"\u2019\u201d\u2026\u2014\u3001\u3002\u3009\u300b\u300d\u300f\u3011\u3015\u30fb"
    r"\uff01\uff05\uff09\uff0c\uff0e\uff1a\uff1b\uff1f\uff3d\uff5d,.;:!?)\]%"
)

_WORD = re.compile(r"\S+\s*")


def is_wide(text: str) -> bool:
    """Whether the text holds characters that lines may be broken between without a space."""
    return not text.isascii() and any(
        first <= char <= last for char in set(text) for first, last in _WIDE
    )


def wrap(text: str, room: int) -> list[str]:
    """Break a paragraph into lines of at most `room` cells; what can't be broken is cut."""
    from rich.cells import cell_len  # noqa: PLC0415 - slow to import, seldom needed

    lines: list[str] = []
    line, filled = "", 0
    parts = _unit() if is_wide(text) else _WORD
    for unit in _cut(parts.findall(text.strip()), room):
        width = cell_len(unit)
        if line and filled + cell_len(unit.rstrip()) > room:
            lines.append(line.rstrip())
            line, filled = "", 0
        line += unit
        filled += width
    return [*lines, line.rstrip()]


def _cut(units: Iterable[str], room: int) -> Iterator[str]:
    """The units, those that are too long in pieces."""
    from rich.cells import cell_len, chop_cells  # noqa: PLC0415 - slow to import, seldom needed

    for unit in units:
        if cell_len(unit.rstrip()) <= room:
            yield unit
        else:
            yield from chop_cells(unit, room)


@cache
def _unit() -> re.Pattern[str]:
    """What must stay on one line: a wide character or a word, with what clings to it.

    Takes 20 ms to compile, and only text in such a script needs it.
    """
    return re.compile(
        rf"[{_OPENING}]*(?:[{_CHARACTERS}]|[^\s{_CHARACTERS}{_OPENING}]+)?[{_CLOSING}]*\s*"
    )
