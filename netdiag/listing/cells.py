"""The values of a column as text: plain, as CSV has them, and as JSON has them.

From a table's numbers, only for the rows that are shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from netdiag.columns import Rows
from netdiag.listing.column import MISSING, WORDY, Column, Kind
from netdiag.listing.table import Table
from netdiag.report.build.clock import rfc3339
from netdiag.report.formats.json_format import without_surrogates

_QUOTED = frozenset({Kind.CONNECTION, Kind.TIME, Kind.ENDPOINT})


def plain(table: Table, column: Column, rows: Rows) -> list[str | None]:
    """What stands for each row; None where the connection has no such value."""
    values = table.values(column)[rows]
    if column.kind is Kind.ENDPOINT:
        return _distinctly(values.astype(np.uint64), table.scene.addresses.text)
    if column.kind in WORDY:
        words = (*table.words(column), None)  # the last one is MISSING's
        return [words[code] for code in values.tolist()]
    if column.kind is Kind.TIME:
        return _times(table, column, rows)
    write = _WRITERS[column.kind]
    return [None if value == MISSING else write(value) for value in values.tolist()]


def as_json(table: Table, column: Column, rows: Rows) -> list[str]:
    """The same as JSON values; several words are a list."""
    texts = plain(table, column, rows)
    if column.kind in WORDY:
        several = column.kind is Kind.WORDS
        written: dict[str | None, str] = {
            text: _dump((text or "").split() if several else text) for text in set(texts)
        }
        return [written[text] for text in texts]
    if column.kind in _QUOTED:
        return ["null" if text is None else f'"{text}"' for text in texts]
    return ["null" if text is None else text for text in texts]


def _dump(value: list[str] | str | None) -> str:
    return json.dumps(without_surrogates(value) if isinstance(value, str) else value)


def _distinctly(values: npt.NDArray[np.uint64], write: Callable[[int], str]) -> list[str | None]:
    """Write each distinct value once."""
    distinct, inverse = np.unique(values, return_inverse=True)
    texts = [write(value) for value in distinct.tolist()]
    return [texts[index] for index in inverse.tolist()]


def _times(table: Table, column: Column, rows: Rows) -> list[str | None]:
    """Times with the precision of the capture that holds the frame in question."""
    connections, traffic = table.scene.connections, table.scene.traffic
    frame = connections.stop[rows] - 1 if column.name == "end" else connections.start[rows]
    captures = traffic.segments.capture[traffic.row[frame]].tolist()
    digits = [9 if capture.info.nanoseconds else 6 for capture in table.subject.captures]
    times = table.values(column)[rows].tolist()
    return [
        rfc3339(time_ns, digits[capture]) for time_ns, capture in zip(times, captures, strict=True)
    ]


def _seconds(duration_ns: int) -> str:
    """Seconds to the nanosecond, without an exponent and without needless digits."""
    whole, rest = divmod(duration_ns, 1_000_000_000)
    return f"{whole}.{rest:09d}".rstrip("0").rstrip(".")


_WRITERS: dict[Kind, Callable[[int], str]] = {
    Kind.CONNECTION: lambda number: f"c{number + 1}",
    Kind.COUNT: str,
    Kind.DURATION: _seconds,
    Kind.TRUTH: lambda value: "true" if value else "false",
}
