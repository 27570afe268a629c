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

_ESCAPES = re.compile(r"\\(?:ud[89ab]..\\ud[c-f]..|u(d[89a-f]..)|.)")
"""The escapes in JSON's text; the group is a surrogate that is not one of a pair."""


def render(report: Report, _page: Page) -> str:
    """Write the report as JSON."""
    return as_json(report)


def as_json(value: object) -> str:
    r"""Write plain values in frozen objects as JSON, with a newline at the end.

    Only ASCII is written, everything else as ``\uXXXX``: JSON readers see no difference, and a
    terminal on which somebody looks at the file is safe from what the capture holds. The text is
    that of `json.dumps` with an indent, which goes from value to value in Python where these three
    steps are compiled.

    Args:
        value: made of `Struct`s, tuples, lists, dictionaries and plain values.

    Raises:
        ValueError: a number is infinite or none.
    """
    text = json.dumps(msgspec.to_builtins(value), allow_nan=False)
    if "\\ud" in text:  # seldom: a name that is no UTF-8, or a character beyond 16 bits
        text = _ESCAPES.sub(_without_surrogate, text)
    return msgspec.json.format(text) + "\n"


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
