"""Exported tables as Parquet: one file each, a row group at a time.

The batches are Arrow's; where the file belongs is left to the command line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from netdiag.export.arrow import Unit, batches, schema
from netdiag.export.column import Column, Kind
from netdiag.export.source import Source
from netdiag.export.table import Table

_REPEATED = frozenset({Kind.CONNECTION, Kind.SMALL, Kind.TEXT, Kind.TARGET, Kind.TEXTS})
"""Kinds whose values come again and again: a dictionary makes them small."""

_ASCENDING = frozenset({Kind.TIME, Kind.COUNT})
"""Kinds whose values are near to those before: their differences take half the time to write that a
dictionary takes, and two thirds of its room. Spark reads them from 3.3 on."""

_PATHS = {Kind.TEXTS: "{}.list.element"}
"""What Parquet calls the values of a list."""


def write(table: Table, source: Source, file: BinaryIO, unit: Unit = "ns") -> int:
    """Write the table's rows to a file that is open for bytes; it need not be able to seek.

    Returns:
        How many rows there are.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - optional, and slow

    rows = 0
    with pq.ParquetWriter(
        file,
        schema(table, unit),
        version="2.6",  # the first with nanoseconds
        compression="zstd",
        use_dictionary=[_PATHS.get(c.kind, "{}").format(c.name) for c in _of(table, _REPEATED)],
        column_encoding={c.name: "DELTA_BINARY_PACKED" for c in _of(table, _ASCENDING)},
    ) as writer:
        for batch in batches(table, source, unit):
            writer.write_batch(batch)
            rows += len(batch)
    return rows


def _of(table: Table, kinds: frozenset[Kind]) -> Iterator[Column]:
    return (column for column in table.columns if column.kind in kinds)
