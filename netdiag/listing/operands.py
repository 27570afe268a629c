"""What a column is compared with, read from what a user wrote.

Values are written as the column's are: a number (``4k``), seconds (``20``, ``200ms``, ``5min``), a
time, an address with or without its port, a word, yes or no.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias

from netdiag.errors import SelectionError
from netdiag.listing.column import Column, Kind
from netdiag.selection import Moment, parse_endpoint, parse_moment

Operand: TypeAlias = int | float | str | Moment | tuple[str, int | None] | None
"""A number in the column's own unit, a word, a time, an address with a port or without one; None
for what a connection has not got."""

_NUMBER = re.compile(r"([0-9.]+(?:[eE][+-]?[0-9]+)?)\s*([A-Za-z]*)")
_SECONDS: dict[str, int | Decimal] = {
    "": 1,
    "s": 1,
    "ms": Decimal("0.001"),
    "us": Decimal("0.000001"),
    "min": 60,
    "h": 3600,
}
_COUNTS: dict[str, int | Decimal] = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9}
_TRUTHS = {"yes": 1, "true": 1, "1": 1, "no": 0, "false": 0, "0": 0}
_NONE = "none"
_NS = 10**9
_GREATEST = 2**62


def operand(column: Column, text: str, option: str) -> Operand:
    """What stands for `text` beside the values of `column`.

    Raises:
        SelectionError: it is not of the column's kind; says which option had it.
    """
    kind = column.kind
    if kind is Kind.ENDPOINT:
        return parse_endpoint(option, text)
    if text == _NONE:
        return None
    if kind is Kind.TIME:
        return parse_moment(option, text)
    found = _read(column, text)
    if found is None:
        raise SelectionError(
            f"{option}: expected for {column.name} {_expected(column)}; found {text!r}"
        )
    return found


def _read(column: Column, text: str) -> int | float | str | None:
    kind = column.kind
    if kind is Kind.FILE:
        return text
    if kind in {Kind.WORD, Kind.WORDS}:
        return next((word for word in column.words if word.casefold() == text.casefold()), None)
    if kind is Kind.TRUTH:
        return _TRUTHS.get(text.casefold())
    if kind is Kind.CONNECTION:
        return int(text[1:]) - 1 if re.fullmatch(r"c[1-9]\d{0,17}", text) else None
    return _scaled(text, _SECONDS, _NS) if kind is Kind.DURATION else _scaled(text, _COUNTS, 1)


def _scaled(text: str, units: Mapping[str, int | Decimal], scale: int) -> int | float | None:
    match = _NUMBER.fullmatch(text)
    if match is None or match[2] not in units:
        return None
    try:
        value = min(Decimal(match[1]) * units[match[2]] * scale, Decimal(_GREATEST))
    except ArithmeticError:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _expected(column: Column) -> str:
    if column.kind in {Kind.WORD, Kind.WORDS}:
        return f"one of {', '.join(column.words)}"
    return {
        Kind.TRUTH: "yes or no",
        Kind.CONNECTION: "a connection such as c17",
        Kind.DURATION: "seconds such as 20, 1.5, 200ms or 5min",
    }.get(column.kind, "a number such as 100, 4k or 2.5M")
