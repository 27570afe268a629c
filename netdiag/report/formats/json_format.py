"""The JSON report: the `Report`, key by key, as one JSON object in UTF-8.

The order of the keys is that of the fields, which is the contract's. Other renderings of the same
object are the other formats' business.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from json.encoder import encode_basestring_ascii as _quoted
from math import isfinite
from typing import TYPE_CHECKING, Any

from msgspec import UNSET, Struct
from msgspec.structs import astuple

from netdiag.report.escape import visible

if TYPE_CHECKING:
    from netdiag.report.model import Report
    from netdiag.report.page import Page

# Contract keys that are no names in Python.
_KEYS = {"audience": "for"}

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def render(report: Report, _page: Page) -> str:
    """Write the report as JSON."""
    return as_json(report)


def as_json(value: object) -> str:
    r"""Write plain values in frozen objects as JSON, with a newline at the end.

    Only ASCII is written, everything else as ``\uXXXX``: JSON readers see no difference, and a
    terminal on which somebody looks at the file is safe from what the capture holds.
    """
    return _write(value, "\n") + "\n"


def without_surrogates(text: str) -> str:
    """Escape what JSON has no character for: the bytes of a file name that is no UTF-8.

    A lone surrogate is valid in JSON's grammar and an error to most of its readers (RFC 8259,
    section 8.2).
    """
    if text.isascii():
        return text
    return _LONE_SURROGATE.sub(lambda found: visible(found[0]), text)


def _write(value: Any, line: str) -> str:
    """The same text as that of `json.dumps` with an indent, which is written in Python too.

    Values are written as they are found, ten times as fast as turning objects into
    dictionaries first.

    Args:
        value: made of `Struct`s, tuples, lists, dictionaries and plain values.
        line: a newline and the indent of what the value is in.
    """
    kind: Any = type(value)
    plain = _PLAIN.get(kind)
    if plain is not None:
        return plain(value)
    inner = line + "  "
    if kind is tuple or kind is list:
        items = [_write(item, inner) for item in value]
        return f"[{inner}{f',{inner}'.join(items)}{line}]" if items else "[]"
    if isinstance(value, Struct):
        pairs = [
            key
            + (_write(item, inner) if (plain := _PLAIN.get(type(item))) is None else plain(item))
            for key, item in zip(_keys(kind), astuple(value), strict=True)
            if item is not UNSET
        ]
    elif isinstance(value, dict):
        pairs = [f"{_write(str(key), '')}: {_write(item, inner)}" for key, item in value.items()]
    else:
        return json.dumps(value, allow_nan=False)
    return f"{{{inner}{f',{inner}'.join(pairs)}{line}}}" if pairs else "{}"


def _text(value: str) -> str:
    return _quoted(value if value.isascii() else without_surrogates(value))


def _number(value: float) -> str:
    return repr(value) if isfinite(value) else json.dumps(value, allow_nan=False)


_PLAIN: dict[type, Callable[[Any], str]] = {
    str: _text,
    int: repr,
    float: _number,
    bool: {False: "false", True: "true"}.__getitem__,
    type(None): {None: "null"}.__getitem__,
}
"""What most values are, and how each is written."""


@cache
def _keys(kind: Any) -> tuple[str, ...]:
    """What is written before each field of a kind of object."""
    return tuple(f"{_quoted(_KEYS.get(name, name))}: " for name in kind.__struct_fields__)
