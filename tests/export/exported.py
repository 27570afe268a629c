"""Exported tables of recorded captures, read again by pyarrow."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from netdiag.export import CONNECTIONS, EXCHANGES, Source, Table
from netdiag.export.parquet import write
from tests.recorded import Examined, examine

Row = dict[str, Any]


def source(found: Examined) -> Source:
    return Source(found.subject, found.findings)


def parquet(table: Table, found: Examined, **how: Any) -> BytesIO:
    """The file."""
    file = BytesIO()
    write(table, source(found), file, **how)
    file.seek(0)
    return file


def read(table: Table, found: Examined, **how: Any) -> pa.Table:
    return pq.read_table(parquet(table, found, **how))


def rows_of(table: pa.Table) -> list[Row]:
    """In plain Python, which has no nanoseconds: times as their number since 1970."""
    columns = [
        column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column
        for column in table.columns
    ]
    rows: list[Row] = pa.table(columns, names=table.column_names).to_pylist()
    return rows


def nanoseconds(time: str) -> int:
    """The same number of a time in a report."""
    return int(np.datetime64(time.removesuffix("Z"), "ns").astype(np.int64))


@cache
def connections(*of: str) -> list[Row]:
    """Every connection of recorded captures."""
    return rows_of(read(CONNECTIONS, examine(*of)))


@cache
def exchanges(*of: str) -> list[Row]:
    """Every exchange of recorded captures."""
    return rows_of(read(EXCHANGES, examine(*of)))
