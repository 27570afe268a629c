"""The JSON report: the `Report`, key by key, as one JSON object in UTF-8.

The order of the keys is that of the fields, which is the contract's. Other renderings of the same
object are the other formats' business.
"""

from __future__ import annotations

import json
import re
from functools import cache
from json.encoder import encode_basestring_ascii as _quoted
from typing import TYPE_CHECKING, Any

from msgspec import UNSET, Struct

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
    if kind is str:
        return _quoted(without_surrogates(value))
    if value is None:
        return "null"
    if kind is int:
        return repr(value)
    inner = line + "  "
    if kind is tuple or kind is list:
        items = [_write(item, inner) for item in value]
        return f"[{inner}{f',{inner}'.join(items)}{line}]" if items else "[]"
    if isinstance(value, Struct):
        pairs = [
            f"{key}: {_write(field, inner)}"
            for name, key in _keys(kind)
            if (field := getattr(value, name)) is not UNSET
        ]
    elif isinstance(value, dict):
        pairs = [f"{_write(str(key), '')}: {_write(item, inner)}" for key, item in value.items()]
    else:
        return json.dumps(value, allow_nan=False)
    return f"{{{inner}{f',{inner}'.join(pairs)}{line}}}" if pairs else "{}"


@cache
def _keys(kind: Any) -> tuple[tuple[str, str], ...]:
    """The names of a kind of object's fields, and how each is written."""
    return tuple((name, _quoted(_KEYS.get(name, name))) for name in kind.__struct_fields__)
