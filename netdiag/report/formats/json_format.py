"""The JSON report: the `Report`, key by key, as one JSON object in UTF-8.

The order of the keys is that of the fields, which is the contract's. Other renderings of the same
object are the other formats' business.
"""

from __future__ import annotations

import json
import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any

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
    r"""Write plain values in frozen dataclasses as JSON, with a newline at the end.

    Only ASCII is written, everything else as ``\uXXXX``: JSON readers see no difference, and a
    terminal on which somebody looks at the file is safe from what the capture holds.
    """
    return json.dumps(_plain(value), indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def without_surrogates(text: str) -> str:
    """Escape what JSON has no character for: the bytes of a file name that is no UTF-8.

    A lone surrogate is valid in JSON's grammar and an error to most of its readers (RFC 8259,
    section 8.2).
    """
    if text.isascii():
        return text
    return _LONE_SURROGATE.sub(lambda found: visible(found[0]), text)


def _plain(value: Any) -> object:
    if isinstance(value, str):
        return without_surrogates(value)
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(_plain(key)): _plain(item) for key, item in value.items()}
    return {
        _KEYS.get(field.name, field.name): _plain(getattr(value, field.name))
        for field in fields(value)
    }
