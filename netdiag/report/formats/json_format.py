"""The JSON report: the `Report`, key by key, as one JSON object in UTF-8.

The order of the keys is that of the fields, which is the contract's. Other renderings of the same
object are the other formats' business.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from netdiag.report.escape import visible

if TYPE_CHECKING:
    from netdiag.report.model import Report
    from netdiag.report.page import Page

_LONE_SURROGATE = "[\ud800-\udfff]"
_NOT_PLAIN = "[^\x00-\x7e]+"


def render(report: Report, _page: Page) -> str:
    """Write the report as JSON."""
    return as_json(report)


def as_json(value: object) -> str:
    r"""Write plain values in frozen objects as JSON, with a newline at the end.

    Only ASCII is written, everything else as ``\uXXXX``: JSON readers see no difference, and a
    terminal on which somebody looks at the file is safe from what the capture holds.

    Args:
        value: made of `Struct`s, tuples, lists, dictionaries and plain values. An infinite number,
            or none, becomes null.
    """
    try:
        encoded = msgspec.json.encode(value, enc_hook=_plain)
    except UnicodeEncodeError:  # seldom: a name that is no UTF-8
        readable = _readable(msgspec.to_builtins(value, enc_hook=_plain))
        encoded = msgspec.json.encode(readable)
    text = msgspec.json.format(encoded).decode()
    if not text.isascii() or "\x7f" in text:
        text = re.sub(_NOT_PLAIN, _in_ascii, text)
    return text + "\n"


def _in_ascii(found: re.Match[str]) -> str:
    """What JSON writes for some characters: few reports have any, and importing takes a while."""
    import json  # noqa: PLC0415

    return json.dumps(found[0])[1:-1]


def _plain(value: object) -> object:
    """One of numpy's numbers as one of Python's, which is what it stands for."""
    if hasattr(value, "item"):
        return value.item()
    raise NotImplementedError(f"expected a plain value, found {type(value)}")


def _readable(value: object) -> object:
    """Builtins without lone surrogates in their texts."""
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, list | tuple):
        return [_readable(item) for item in value]
    if isinstance(value, dict):
        return {_readable(key): _readable(item) for key, item in value.items()}
    return value


def without_surrogates(text: str) -> str:
    """Escape what JSON has no character for: the bytes of a file name that is no UTF-8.

    A lone surrogate is valid in JSON's grammar and an error to most of its readers (RFC 8259,
    section 8.2).
    """
    if text.isascii():
        return text
    return re.sub(_LONE_SURROGATE, lambda found: visible(found[0]), text)
