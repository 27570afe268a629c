r"""`visible`: text from a capture, made harmless to whoever looks at it.

A capture holds whatever somebody sent: escape sequences that rewrite a terminal, controls that turn
the direction of the text around, bytes that are no text at all. Each such character becomes a
visible escape such as ``\x1b``; all others stay as they are. Mark-up (``[red]``) is left alone:
no format may interpret it.
"""

from __future__ import annotations

import unicodedata

# Cc: C0, DEL and C1. Cf: bidi and zero-width controls, soft hyphen, tags. Cs: lone surrogates.
# Co, Cn: no known look. Zl, Zp: line breaks that splitlines() obeys.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def visible(text: str, *, ascii_only: bool = False) -> str:
    """Escape every character that can't be seen, or that isn't ASCII if so asked."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char if _is_seen(char) and (char.isascii() or not ascii_only) else _escape(char)
        for char in text
    )


def _is_seen(char: str) -> bool:
    return unicodedata.category(char) not in _UNSEEN


def _escape(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        code -= 0xDC00  # a byte that is no UTF-8, as PEP 383 smuggles it through a string
    if code <= 0xFF:
        return f"\\x{code:02x}"
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    return f"\\U{code:08x}"
