"""`prose`, `code` and `fenced`: text that no reader of Markdown takes for mark-up.

GitHub, GitLab, Jira and Slack each give other characters a meaning, and make links of names,
numbers and addresses that have no mark-up at all: ``@team``, ``#123``, ``!45``, ``$x$``,
``:tada:``, ``<!channel>``, ``example.com``. Their escapes differ, and a text full of backslashes
can't be read where it stays plain. But all of them leave alone what is code. So whatever isn't
plainly a word or a number becomes a code span, and nothing else is ever escaped.
"""

from __future__ import annotations

import re
from string import Formatter

from netdiag.report.escape import visible

# A word: letters and digits, parts of it joined by - ' or /. A number: with , or . in it, and %; a
# time of day.
_WORD = r"[^\W_]+(?:[-'/][^\W_]+)*"
_NUMBER = r"(?:\d\d:\d\d:\d\d\.\d+|-?\d+(?:[.,]\d+)*%?)"
_END = r"""[)"']*(?:[.!?][)"']+|[.,;:!?]*)"""
_PLAIN = re.compile(rf"""[("']*(?:{_NUMBER}|{_WORD}){_END}|[("']+|[)"']*[.,;:!?]?""")
_AROUND = re.compile(r"""(?P<before>[("']*)(?P<inner>.*?)(?P<after>[)"'.,;:!?]*)""", re.DOTALL)

# What a word may be and yet become a link: an issue, a commit, the start of an address.
_LINKED = re.compile(r"(?:GH-\d+|(?=\w*[a-f])[0-9a-f]{7,40}|www|https?|ftp|mailto|xmpp)\W*", re.I)

# At the start of a block this would be an item of a list.
_NUMBERED = re.compile(r"\d+[.)]+$")

# Characters of scripts without spaces, and their punctuation: a sentence of them is no one word.
_WIDE = (
    "\u2010-\u205e\u3001-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff01-\uffef"
)
_PIECES = re.compile(rf"\s+|(?P<wide>[{_WIDE}]+)|[^\s{_WIDE}]+")
_BACKTICKS = re.compile("`+")
_LANGUAGE = re.compile(r"[a-z0-9+-]+")


def prose(text: str, *, ascii_only: bool = False) -> str:
    """Write a sentence; whatever in it isn't plainly a word or a number becomes a code span."""
    text = " ".join(visible(text, ascii_only=ascii_only).split())
    return "".join(
        found[0]
        if found["wide"] or found[0].isspace() or _is_plain(found[0], found.start(), text)
        else _spanned(found[0])
        for found in _PIECES.finditer(text)
    )


def filled(template: str, *, ascii_only: bool = False, **values: str) -> str:
    """Write a sentence with the values in its braces, each of them as one code span."""
    return "".join(
        _spaced(literal, ascii_only) + (code(values[name], ascii_only=ascii_only) if name else "")
        for literal, name, _spec, _conversion in Formatter().parse(template)
    )


def _spaced(literal: str, ascii_only: bool) -> str:
    before = literal[: len(literal) - len(literal.lstrip())]
    after = literal[len(literal.rstrip()) :] if literal.strip() else ""
    return f"{before}{prose(literal, ascii_only=ascii_only)}{after}"


def code(text: str, *, ascii_only: bool = False) -> str:
    """Write a text as a code span; nothing for nothing."""
    return _span(" ".join(visible(text, ascii_only=ascii_only).split()))


def fenced(text: str, language: str | None = None, *, ascii_only: bool = False) -> str:
    """Write lines as a block of code, its fence longer than any run of backticks inside."""
    lines = [visible(line, ascii_only=ascii_only) for line in text.expandtabs(4).split("\n")]
    fence = "`" * max(3, _longest_run(text) + 1)
    known = language if language and _LANGUAGE.fullmatch(language) else ""
    return "\n".join([f"{fence}{known}", *lines, fence])


def in_cell(written: str) -> str:
    """Make what is written fit for a table's cell: there, a bar ends the cell even in a span."""
    return written.replace("|", "\\|")


def _is_plain(piece: str, start: int, text: str) -> bool:
    bare = piece.lstrip("(\"'")
    if not _PLAIN.fullmatch(piece) or _LINKED.fullmatch(bare):
        return False
    if start == 0 and _NUMBERED.search(piece):
        return False
    # A full stop with a word right behind it makes the name of a host.
    follower = text[start + len(piece) :][:1]
    return not follower or follower.isspace() or piece[-1].isalnum() or piece[-1] in "()\"'"


def _spanned(piece: str) -> str:
    """Make a code span of the piece without the quotes and stops that are around it."""
    match = _AROUND.fullmatch(piece)
    assert match is not None
    before, inner, after = match.group("before", "inner", "after")
    if not inner:
        return _span(piece)
    while after.startswith(")") and inner.count("(") > inner.count(")"):
        inner, after = inner + ")", after[1:]
    return f"{before}{_span(inner)}{after}"


def _span(text: str) -> str:
    if not text:
        return ""
    ticks = "`" * (_longest_run(text) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _longest_run(text: str) -> int:
    return max(map(len, _BACKTICKS.findall(text)), default=0)
