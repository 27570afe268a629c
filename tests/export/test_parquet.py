"""The files, read again by pyarrow, DuckDB and Polars."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest

from netdiag.analysis import Options
from netdiag.export import CONNECTIONS, EXCHANGES, TABLES, Table, arrow
from tests.export.exported import connections, parquet, rows_of
from tests.recorded import examine
from tests.scripted import Scripted, pooled

STALE = "tomcat-stale-20s"


def file(table: Table, folder: Path, name: str = STALE) -> Path:
    path = folder / f"{table.name}.parquet"
    path.write_bytes(parquet(table, examine(name)).getvalue())
    return path


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_row_groups_and_compression(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrow, "ROWS_AT_ONCE", 8)
    metadata = pq.read_metadata(parquet(table, examine(STALE)))
    sizes = [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]
    assert sizes == ([8, 1] if table is CONNECTIONS else [8, 8, 4])
    group = metadata.row_group(0)
    assert {group.column(i).compression for i in range(group.num_columns)} == {"ZSTD"}
    assert metadata.num_rows == sum(sizes)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_all_readers_see_the_same(
    table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrow, "ROWS_AT_ONCE", 5)  # each row group has a dictionary of its own
    path = file(table, tmp_path, "nginx-stale")
    expected = rows_of(pq.read_table(path))
    times = [field.name for field in pq.read_schema(path) if field.name.endswith("_time")]
    epoch = ", ".join(f"epoch_ns({time}) AS {time}" for time in times)
    relation = duckdb.sql(f"SELECT * REPLACE ({epoch}) FROM '{path}'")
    found = [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
    assert found == expected
    frame = pl.read_parquet(path).with_columns(pl.col(times).dt.epoch("ns"))
    assert frame.to_dicts() == expected


def test_readers_know_the_types(tmp_path: Path) -> None:
    path = file(CONNECTIONS, tmp_path)
    types = dict(
        duckdb.sql(f"SELECT column_name, column_type FROM (DESCRIBE FROM '{path}')").fetchall()
    )
    assert types["server_port"] == "USMALLINT"
    assert types["start_time"].startswith("TIMESTAMP")
    assert types["causes"] == "VARCHAR[]"
    schema = pl.read_parquet_schema(path)
    assert schema["start_time"] == pl.Datetime("ns", "UTC")
    assert schema["server_address"] == pl.Categorical
    assert schema["id"] == pl.String


def test_the_tables_can_be_joined(tmp_path: Path) -> None:
    c, x = file(CONNECTIONS, tmp_path), file(EXCHANGES, tmp_path)
    joined = duckdb.sql(
        f"SELECT count(*) FROM '{x}' x JOIN '{c}' c ON x.connection = c.id "
        "AND x.server_address = c.server_address"
    )
    assert joined.fetchall() == [(20,)]
    frame = pl.read_parquet(x).join(
        pl.read_parquet(c),
        left_on=["connection", "server_address"],
        right_on=["id", "server_address"],
    )
    assert frame.height == 20


def test_metadata_can_be_queried(tmp_path: Path) -> None:
    path = file(EXCHANGES, tmp_path)
    found = dict(
        duckdb.sql(
            f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{path}') "
            "WHERE decode(key) LIKE 'netdiag%'"
        ).fetchall()
    )
    assert found["netdiag.schema"] == arrow.SCHEMA
    assert found["netdiag.table"] == "exchanges"


def test_the_same_captures_make_the_same_file() -> None:
    assert (
        parquet(CONNECTIONS, examine(STALE)).getvalue()
        == parquet(CONNECTIONS, examine(STALE)).getvalue()
    )
    assert len(connections(STALE)) == 9


def test_a_table_without_rows_has_its_columns(scripted: Scripted) -> None:
    empty = scripted(pooled(), options=Options(port=81))
    for table in TABLES:
        read = pq.read_table(parquet(table, empty))
        assert (len(read), read.column_names) == (0, [column.name for column in table.columns])
