"""Exported tables as Parquet: one file each, a row group at a time.

The batches are Arrow's; where the file belongs is left to the command line.
"""

from __future__ import annotations

from typing import BinaryIO

from netdiag.export.arrow import Unit, batches, schema
from netdiag.export.source import Source
from netdiag.export.table import Table


def write(table: Table, source: Source, file: BinaryIO, unit: Unit = "ns") -> int:
    """Write the table's rows to a file that is open for bytes; it need not be able to seek.

    Returns:
        How many rows there are.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - optional, and slow

    rows = 0
    with pq.ParquetWriter(file, schema(table, unit), version="2.6", compression="zstd") as writer:
        for batch in batches(table, source, unit):
            writer.write_batch(batch)
            rows += len(batch)
    return rows
