"""What may be kept of a product's name: the part by which netdiag knows a public product.

Of a ``Server`` or ``User-Agent`` field, a database's version or a driver's name only what a
signature in `netdiag.diagnosis.products` matches is kept; whatever stands before and behind it
(a distribution, a device, a program of the house) is filled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from netdiag.diagnosis.products import PRODUCTS
from netdiag.diagnosis.products.remedies import Role
from netdiag.diagnosis.products.store import load

_LONGEST = 256

_REST_OF_VERSION = re.compile(r"(?:\.\d{1,5}){0,2}(?![\w.])")
_NO_VERSION = re.compile(r"\d{6}|\d+(?:\.\d+){3}")
"""What a version may be written like and is not: an address, a date, somebody's number."""
_BOUNDARY = "-+/(; "
"""A signature may ask for one of these behind a version."""


@lru_cache(maxsize=1024)
def public_name(text: str, role: Role, family: str = "http") -> str:
    """The name with all but its public part filled, as long as it was; spaces stay.

    Args:
        text: what a side calls itself.
        role: which side.
        family: the protocol's family, as in the products' files.
    """
    for pattern in _patterns(role, family):
        found = pattern.search(text[:_LONGEST])
        if found is None:
            continue
        for begin, end in _parts(text, found):
            kept = _filled(text[:begin]) + text[begin:end] + _filled(text[end:])
            again = pattern.search(kept)
            if again is not None and again.groupdict() == found.groupdict():
                return _filled(text) if _NO_VERSION.search(kept) else kept
    return _filled(text)


def _patterns(role: Role, family: str) -> Iterator[re.Pattern[str]]:
    for slug in PRODUCTS:
        each = load(slug)
        if family in each.protocols:
            yield from (re.compile(sign.pattern) for sign in each.signatures if sign.role == role)


def _parts(text: str, found: re.Match[str]) -> Iterator[tuple[int, int]]:
    """What might be enough of a match, the least first.

    A signature may match more than it names, as "anything, then curl" does.
    """
    stop = found.end("version") if found.groupdict().get("version") else found.end()
    if text[stop - 1].isdigit() and (rest := _REST_OF_VERSION.match(text, stop)):
        stop = rest.end()
    for begin in range(stop - 1, found.start() - 1, -1):
        yield begin, stop
        if text[stop : stop + 1] and text[stop] in _BOUNDARY:
            yield begin, stop + 1
    yield found.span()


def _filled(text: str) -> str:
    return "".join(" " if char == " " else "x" for char in text)
