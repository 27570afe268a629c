"""`lay_out`: a docstring as text for the page.

From the light mark-up that docstrings here are written in (paragraphs, ``- `` lists, ``Heading``
over a line of dashes or after ``## ``, indented blocks) to lines of 80 columns. Other mark-up is
left as it stands.
"""

from __future__ import annotations

import re
import textwrap

from netdiag.language.lines import is_wide, wrap

WIDTH = 80
_ITEM = re.compile(r"(?P<mark>\s*(?:[-*]|\d+\.)\s+)\S")
_UNDERLINE = re.compile(r"([-=~^])\1{2,}\s*")
_INDENTED = "    "


def lay_out(text: str) -> str:
    """Refill the text into lines of at most `WIDTH` columns, the last one ended as well.

    Words that are longer than a line stay whole: they are commands and addresses.
    """
    blocks = re.split(r"\n\s*\n", text.strip("\n"))
    return "\n\n".join("\n".join(_block(block.splitlines())) for block in blocks) + "\n"


def _block(lines: list[str]) -> list[str]:
    if lines[0].startswith("#"):
        return [lines[0].lstrip("# ").upper(), *(_block(lines[1:]) if lines[1:] else [])]
    if len(lines) > 1 and _UNDERLINE.fullmatch(lines[1]):
        return [lines[0].strip().upper(), *(_block(lines[2:]) if lines[2:] else [])]
    if lines[0].startswith(_INDENTED):
        return [line.rstrip() for line in lines]
    return [line for paragraph in _paragraphs(lines) for line in _fill(paragraph)]


def _paragraphs(lines: list[str]) -> list[str]:
    """Join the lines of a paragraph and those of each list item."""
    joined: list[str] = []
    for line in lines:
        if not joined or _ITEM.match(line):
            joined.append(line.rstrip())
        else:
            joined[-1] += " " + line.strip()
    return joined


def _fill(paragraph: str) -> list[str]:
    item = _ITEM.match(paragraph)
    indent = " " * (len(item["mark"]) if item else 0)
    if is_wide(paragraph):
        lines = wrap(paragraph, WIDTH - len(indent))
        return [lines[0], *(indent + line for line in lines[1:])]
    return textwrap.wrap(
        paragraph,
        WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
