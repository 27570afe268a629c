"""The JSON report: the `Report`, key by key, as one JSON object in UTF-8.

The order of the keys is that of the fields, which is the contract's. Other renderings of the same
object are the other formats' business.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import msgspec

from netdiag.report.escape import visible

if TYPE_CHECKING:
    from netdiag.report.model import Report
    from netdiag.report.page import Page

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_PLAIN = re.compile("[^\x00-\x7e]+")

_ESCAPES = re.compile(r"\\(?:ud[89ab]..\\ud[c-f]..|u(d[89a-f]..)|.)")
"""The escapes in JSON's text; the group is a surrogate that is not one of a pair."""

_NO_NUMBER = re.compile(rb"\xcb[\x7f\xff][\xf0\xf8]\0{6}")
"""NaN and the infinities in MessagePack; other numbers seldom have these octets side by side."""

_SMALL = re.compile(r"0\.0000(?<!\d0\.0000)\d+(?=,?\n)")
_ONE_DIGIT = re.compile(r"e-(?=\d,?\n)")
"""Numbers that msgspec writes otherwise than Python: from 0.00001 to 0.0001, and still smaller ones
with one digit in the exponent. Only a number comes right before the end of a line."""


def render(report: Report, _page: Page) -> str:
    """Write the report as JSON."""
    return as_json(report)


def as_json(value: object) -> str:
    r"""Write plain values in frozen objects as JSON, with a newline at the end.

    Only ASCII is written, everything else as ``\uXXXX``: JSON readers see no difference, and a
    terminal on which somebody looks at the file is safe from what the capture holds. The text is
    that of `json.dumps` with an indent, in a tenth of its time.

    Args:
        value: made of `Struct`s, tuples, lists, dictionaries and plain values; its numbers are
            below 10¹⁶, which the two write differently.

    Raises:
        ValueError: a number is infinite or none.
    """
    try:
        if _NO_NUMBER.search(msgspec.msgpack.encode(value, enc_hook=_plain)):
            return _with_care(value)
        text = msgspec.json.format(msgspec.json.encode(value, enc_hook=_plain)).decode()
    except UnicodeEncodeError:
        return _with_care(value)
    text = _SMALL.sub(lambda number: repr(float(number[0])), _ONE_DIGIT.sub("e-0", text))
    if not text.isascii() or "\x7f" in text:
        text = _NOT_PLAIN.sub(lambda found: json.dumps(found[0])[1:-1], text)
    return text + "\n"


def _plain(value: object) -> object:
    """One of numpy's numbers as one of Python's, which is what it stands for."""
    if hasattr(value, "item"):
        return value.item()
    raise NotImplementedError(f"expected a plain value, found {type(value)}")


def _with_care(value: object) -> str:
    """What may hold something that JSON has not got: an infinite number, a lone surrogate."""
    text = json.dumps(msgspec.to_builtins(value, enc_hook=_plain), allow_nan=False)
    return msgspec.json.format(_ESCAPES.sub(_without_surrogate, text)) + "\n"


def _without_surrogate(escape: re.Match[str]) -> str:
    if escape[1] is None:
        return escape[0]
    return json.dumps(without_surrogates(chr(int(escape[1], 16))))[1:-1]


def without_surrogates(text: str) -> str:
    """Escape what JSON has no character for: the bytes of a file name that is no UTF-8.

    A lone surrogate is valid in JSON's grammar and an error to most of its readers (RFC 8259,
    section 8.2).
    """
    if text.isascii():
        return text
    return _LONE_SURROGATE.sub(lambda found: visible(found[0]), text)
