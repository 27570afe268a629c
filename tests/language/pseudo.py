"""A language that nobody speaks: English in full-width letters, each of them two cells wide.

What a report shows in plain letters while it is spoken has not gone through the catalogues; and no
translation into a real language is wider.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from gettext import NullTranslations

from netdiag import language

_WIDE = {ord(char): ord(char) + 0xFEE0 for char in map(chr, range(ord("A"), ord("z") + 1))}
_WIDE = {code: wide for code, wide in _WIDE.items() if chr(code).isalpha()}
_PARTS = re.compile(r"(\{[^{}]*\}|`[^`]*`)")


class Pseudo(NullTranslations):
    """Every message, widened but for what is filled in and what is code."""

    def gettext(self, message: str) -> str:
        return widened(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return widened(super().ngettext(msgid1, msgid2, n))


def widened(message: str) -> str:
    """Make all letters of a message full-width."""
    return "".join(
        part if _PARTS.fullmatch(part) else part.translate(_WIDE) for part in _PARTS.split(message)
    )


@contextmanager
def speaking_pseudo() -> Iterator[None]:
    """Speak it until the context is left."""
    token = language._spoken.set(("xx", Pseudo()))
    try:
        yield
    finally:
        language._spoken.reset(token)
