"""Exported tables as Arrow: their schema, and their rows as record batches.

Made with pyarrow, an optional dependency; whether it is there is asked by `require_pyarrow` before
any work is done.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from netdiag import __version__
from netdiag.columns import Mask, Rows
from netdiag.errors import ExportError
from netdiag.export.column import MISSING, Column, Kind, Numbers
from netdiag.export.source import Source
from netdiag.export.table import Table
from netdiag.export.targets import targets

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA = "netdiag/export/v1"
"""The version of names, types and meanings; columns may be added to it."""

ROWS_AT_ONCE = 1 << 17
"""Rows of a batch, and of a row group: DuckDB and Spark read one with one thread, and DuckDB's own
are as long (122,880)."""

_WIDTHS = {Kind.COUNT: np.int64, Kind.SMALL: np.uint16, Kind.TRUTH: np.bool_}

Unit = Literal["ns", "us"]
"""Of times: nanoseconds, or microseconds for readers that know no others."""


def require_pyarrow() -> None:
    """Make sure that tables can be written.

    Raises:
        ExportError: pyarrow is not installed; says what to install.
    """
    try:
        import pyarrow.parquet  # noqa: F401, PLC0415 - optional, and slow
    except ImportError as error:
        raise ExportError(
            "to write Parquet, netdiag needs pyarrow, which is not installed here: "
            "'pip install pyarrow', or netdiag with its extra 'parquet' "
            f"({error})"
        ) from error


def schema(table: Table, unit: Unit = "ns") -> pa.Schema:
    """The table's columns with their types; what each means is in its metadata."""
    import pyarrow as pa  # noqa: PLC0415 - optional, and slow

    types = _types(unit)
    fields = [
        pa.field(column.name, types[column.kind], metadata={"description": column.about})
        for column in table.columns
    ]
    about = {
        "netdiag.schema": SCHEMA,
        "netdiag.table": table.name,
        "netdiag.version": __version__,
    }
    return pa.schema(fields, metadata=about)


def batches(table: Table, source: Source, unit: Unit = "ns") -> Iterator[pa.RecordBatch]:
    """The rows of the table, so many at once; no batch where there is no row."""
    import pyarrow as pa  # noqa: PLC0415 - optional, and slow

    wanted, every = schema(table, unit), table.rows(source)
    for begin in range(0, len(every), ROWS_AT_ONCE):
        rows = every[begin : begin + ROWS_AT_ONCE]
        arrays = [
            _array(column, source, rows, kind)
            for column, kind in zip(table.columns, wanted.types, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=wanted)


def _types(unit: Unit) -> dict[Kind, pa.DataType]:
    import pyarrow as pa  # noqa: PLC0415 - optional, and slow

    return {
        Kind.CONNECTION: pa.string(),
        Kind.COUNT: pa.int64(),
        Kind.SMALL: pa.uint16(),
        Kind.TRUTH: pa.bool_(),
        Kind.TIME: pa.timestamp(unit, tz="UTC"),
        Kind.DURATION: pa.float64(),
        Kind.TEXT: pa.dictionary(pa.int32(), pa.string()),
        Kind.TARGET: pa.string(),
        Kind.TEXTS: pa.list_(pa.string()),
    }


def _array(column: Column, source: Source, rows: Rows, kind: pa.DataType) -> pa.Array:
    """The numbers of a column as what they mean."""
    import pyarrow as pa  # noqa: PLC0415 - optional, and slow
    import pyarrow.compute as pc  # noqa: PLC0415

    numbers = column.values(source, rows)
    if column.text is not None:
        return _texts(column, source, numbers, kind)
    missing = _missing(numbers)
    if column.kind is Kind.CONNECTION:
        ordinal = pa.array(numbers + 1, pa.int64(), mask=missing).cast(pa.string())
        return pc.binary_join_element_wise("c", ordinal, "")
    if column.kind is Kind.TARGET:
        return targets(source.scene.samples, numbers)
    if column.kind is Kind.TIME:
        return pa.array(numbers.view("M8[ns]").astype(f"M8[{kind.unit}]"), kind)
    if column.kind is Kind.DURATION:
        return pa.array(numbers / 1e9, kind, mask=missing)
    known = numbers if missing is None else np.where(missing, 0, numbers)
    return pa.array(known.astype(_WIDTHS[column.kind], copy=False), kind, mask=missing)


def _texts(column: Column, source: Source, numbers: Numbers, kind: pa.DataType) -> pa.Array:
    """Each distinct number written once; a dictionary of no more than what these rows have."""
    import pyarrow as pa  # noqa: PLC0415 - optional, and slow

    assert column.text is not None
    write = column.text(source)
    coded = pa.array(numbers).dictionary_encode()
    texts: list[Any] = [
        None if number == MISSING else _utf8(write(number))
        for number in coded.dictionary.to_pylist()
    ]
    if column.kind is Kind.TEXTS:
        lists = [None if text is None else text.split() for text in texts]
        return pa.array(lists, kind).take(coded.indices)
    return pa.array(texts, pa.string()).take(coded.indices).dictionary_encode()


def _utf8(text: str | None) -> str | None:
    """The text, control characters and all; bytes of a file's name that are no UTF-8 escaped."""
    return None if text is None else text.encode("utf-8", "backslashreplace").decode("utf-8")


def _missing(numbers: Numbers) -> Mask | None:
    return numbers == MISSING if numbers.dtype == np.int64 else None
