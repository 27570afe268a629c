"""Which connections are listed: conditions on their columns.

From ``COLUMN OPERATOR VALUE`` as a user wrote it to one boolean a connection; all of several
conditions have to hold. ``none`` is what a connection has not got, which otherwise agrees with no
value; how values are written is left to `operands`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

import numpy as np
from msgspec import Struct

from netdiag.columns import Mask
from netdiag.errors import SelectionError
from netdiag.listing.column import MISSING, Column, Kind, Values
from netdiag.listing.columns import column_named
from netdiag.listing.operands import Operand, operand
from netdiag.listing.table import Table
from netdiag.selection import Moment

_CONDITION = re.compile(r"\s*([A-Za-z_]\w*)\s*(<=|>=|!=|==|=|<|>)\s*(.*?)\s*", re.DOTALL)
_ORDERS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ORDERED = frozenset({Kind.CONNECTION, Kind.COUNT, Kind.DURATION, Kind.TIME})


class Condition(Struct, frozen=True):
    """What must hold of a column.

    Attributes:
        column: which.
        relation: ``=``, ``!=``, ``<``, ``<=``, ``>`` or ``>=``.
        wanted: what it is compared with; several for ``=`` and ``!=``, of which one is enough.
    """

    column: Column
    relation: str
    wanted: tuple[Operand, ...]

    def holds(self, table: Table) -> Mask:
        """Of which connections it does; bool, one a connection."""
        values = table.values(self.column)
        same: Mask = np.zeros(len(values), bool)
        if self.relation in _ORDERS:
            same |= _ORDERS[self.relation](values, _number(table, self.wanted[0]))
            same &= values != MISSING
            return same
        for wanted in self.wanted:
            same |= self._equals(table, values, wanted)
        return ~same if self.relation == "!=" else same

    def _equals(self, table: Table, values: Values, wanted: Operand) -> Mask:
        if isinstance(wanted, tuple):
            return _is_endpoint(table, values.astype(np.uint64), *wanted)
        if isinstance(wanted, str):
            several = self.column.kind is Kind.WORDS
            known = table.words(self.column)
            codes = [
                code
                for code, each in enumerate(known)
                if wanted in (each.split() if several else [each])
            ]
            return np.isin(values, codes)
        same: Mask = values == (MISSING if wanted is None else _number(table, wanted))
        return same


def _number(table: Table, wanted: Operand) -> int | float:
    if isinstance(wanted, Moment):
        times = table.scene.traffic.time_ns
        return wanted.absolute(int(times.min()) if len(times) else 0)
    assert isinstance(wanted, int | float)
    return wanted


def _is_endpoint(table: Table, values: Values, host: str, port: int | None) -> Mask:
    number = table.scene.addresses.find(host)
    if number is None:
        return np.zeros(len(values), bool)
    same: Mask = (values >> np.uint64(16)) == np.uint64(number >> 16)
    if port is not None:
        same &= (values & np.uint64(0xFFFF)) == port
    return same


def parse_condition(text: str, option: str = "--where") -> Condition:
    """Read ``COLUMN OPERATOR VALUE``; for ``=`` and ``!=`` also ``VALUE,VALUE``.

    Raises:
        SelectionError: it has another form, there is no such column, or the value isn't of its
            kind.
    """
    match = _CONDITION.fullmatch(text)
    if match is None or not match[3]:
        raise SelectionError(
            f"{option}: expected a condition such as 'idle>20' or closed_by=server, found {text!r}"
        )
    return condition(match[1], match[2].replace("==", "="), match[3], option)


def condition(name: str, relation: str, value: str, option: str) -> Condition:
    """The condition that a column is in this relation to a value.

    Raises:
        SelectionError: as `parse_condition`.
    """
    column = column_named(name, option)
    if relation not in _ORDERS:
        wanted = tuple(operand(column, part.strip(), option) for part in value.split(","))
        return Condition(column, relation, wanted)
    if column.kind not in _ORDERED:
        raise SelectionError(
            f"{option}: expected {column.name}=… or {column.name}!=…, found {relation!r}: "
            "its values have no order"
        )
    limit = operand(column, value, option)
    if limit is None:
        raise SelectionError(f"{option}: expected a value to compare with, found {value!r}")
    return Condition(column, relation, (limit,))
