"""The exported tables: every column with its type and meaning, from the shelves."""

from __future__ import annotations

from docs.generate.markdown import code, prose, table
from netdiag.export import TABLES, Kind, Table
from netdiag.export.arrow import SCHEMA


def pages() -> dict[str, str]:
    """The one page."""
    parts = "\n".join(_part(each) for each in TABLES)
    return {
        "tables.md": f"""# Exported tables

[`netdiag export`](commands/export.md) writes two tables as Parquet. Columns may be added to them;
those that are there keep their names, types and meanings. What can be asked of them:
[Ask your own questions](../guide/query.md).

{parts}
## Types

A value that there is not is null: no number stands for it. Whatever is counted or numbered is
signed, so that a difference can be negative.

{table(("type here", "Parquet", "Arrow"), [tuple(map(code, row)) for row in _TYPES])}
With `--time-unit us`, times are microseconds, rounded down.

## The files

Each file says what it is, in the key-value metadata of Parquet:

| key | value |
| --- | --- |
| `netdiag.schema` | `{SCHEMA}`: the version of names, types and meanings |
| `netdiag.table` | which of the tables it is |
| `netdiag.version` | the version of netdiag that wrote it |

The Arrow schema in the file has the meaning of each column as its `description`. Row groups have up
to 131,072 rows and are compressed with zstd. Texts are valid UTF-8, and else what the capture has:
control characters are data here, so mind them where you print them.
"""
    }


_TYPES = (
    (Kind.CONNECTION.value, "BYTE_ARRAY, STRING", "string"),
    (Kind.TARGET.value, "BYTE_ARRAY, STRING", "string"),
    (Kind.TEXT.value, "BYTE_ARRAY, STRING", "dictionary<int32, string>"),
    (Kind.TEXTS.value, "LIST of STRING", "list<string>"),
    (Kind.COUNT.value, "INT64", "int64"),
    (Kind.SMALL.value, "INT32, INT(16, false)", "uint16"),
    (Kind.TRUTH.value, "BOOLEAN", "bool"),
    (Kind.TIME.value, "INT64, TIMESTAMP(NANOS, true)", "timestamp[ns, UTC]"),
    (Kind.DURATION.value, "DOUBLE", "double"),
)


def _part(each: Table) -> str:
    rows = [(code(column.name), column.kind.value, prose(column.about)) for column in each.columns]
    return f"""({each.name}-table)=
## {each.name}

{prose(each.about)}

{table(("column", "type", "meaning"), rows)}"""
