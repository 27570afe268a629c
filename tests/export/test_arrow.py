"""Types, nulls and batches."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from netdiag import __version__
from netdiag.errors import ExportError
from netdiag.export import CONNECTIONS, EXCHANGES, MISSING, TABLES, Column, Kind, Table, arrow
from tests.export.exported import read, source
from tests.recorded import examine

ROOT = Path(__file__).parents[2]
STALE = "tomcat-stale-20s"


def array(kind: Kind, numbers: list[int], unit: arrow.Unit = "ns", **more: object) -> pa.Array:
    """What becomes of numbers in a column of that kind."""
    column = Column("x", kind, "", lambda _, rows: np.array(numbers)[rows], **more)  # type: ignore[arg-type]
    table = Table("t", "", (column,), lambda _: np.arange(len(numbers)))
    (batch,) = arrow.batches(table, source(examine(STALE)), unit)
    return batch.column(0)


@pytest.mark.parametrize(
    ("kind", "numbers", "expected"),
    [
        (Kind.CONNECTION, [0, MISSING, 16], ["c1", None, "c17"]),
        (Kind.COUNT, [0, -1, MISSING], [0, -1, None]),
        (Kind.SMALL, [0, 65535, MISSING], [0, 65535, None]),
        (Kind.TRUTH, [0, 1, MISSING], [False, True, None]),
        (Kind.DURATION, [1, 20_000_000_001, MISSING], [1e-9, 20.000000001, None]),
    ],
)
def test_what_is_missing_is_null(kind: Kind, numbers: list[int], expected: list[object]) -> None:
    assert array(kind, numbers).to_pylist() == expected


def test_times_keep_their_nanoseconds() -> None:
    times = array(Kind.TIME, [1_700_000_000_123_456_789, MISSING, -1])
    assert times.type == pa.timestamp("ns", tz="UTC")
    assert times.cast(pa.int64()).to_pylist() == [1_700_000_000_123_456_789, None, -1]


def test_times_in_microseconds_are_never_later() -> None:
    times = array(Kind.TIME, [1_700_000_000_123_456_789, MISSING, -1], "us")
    assert times.type == pa.timestamp("us", tz="UTC")
    assert times.cast(pa.int64()).to_pylist() == [1_700_000_000_123_456, None, -1]


def test_texts_are_written_once() -> None:
    asked: list[int] = []

    def write(number: int) -> str | None:
        asked.append(number)
        return None if number == 9 else "even" if number % 2 == 0 else f"{number}"

    numbers = [2, 3, 2, 4, 9, MISSING]
    texts = array(Kind.TEXT, numbers, text=lambda _: write)
    assert texts.to_pylist() == ["even", "3", "even", "even", None, None]
    assert texts.dictionary.to_pylist() == ["even", "3"]
    assert asked == [2, 3, 4, 9]


def test_hostile_texts_stay_as_they_are_and_are_utf8() -> None:
    hostile = ["a\x00b\x1b[31m\u202e", "\udcff/x.pcap", "'; DROP TABLE connections; --", ""]
    texts = array(Kind.TEXT, [0, 1, 2, 3], text=lambda _: hostile.__getitem__)
    assert texts.to_pylist() == [hostile[0], "\\udcff/x.pcap", *hostile[2:]]
    texts.validate(full=True)


def test_several_texts_are_a_list() -> None:
    several = array(Kind.TEXTS, [1, MISSING, 0], text=lambda _: ("a", "b c").__getitem__)
    assert several.to_pylist() == [["b", "c"], None, ["a"]]


def test_the_file_says_what_it_is() -> None:
    table = read(CONNECTIONS, examine(STALE))
    metadata = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
    assert metadata["netdiag.schema"] == arrow.SCHEMA == "netdiag/export/v1"
    assert metadata["netdiag.table"] == "connections"
    assert metadata["netdiag.version"] == __version__
    assert table.schema.field("id").metadata[b"description"].startswith(b"its name in reports")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_batches_of_any_length_are_the_same_rows(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = examine("server-restart")
    whole = read(table, found)
    monkeypatch.setattr(arrow, "ROWS_AT_ONCE", 7)
    parts = list(arrow.batches(table, source(found)))
    assert len(parts) == -(-len(whole) // 7) > 1
    assert all(len(part) == 7 for part in parts[:-1])
    again = pa.Table.from_batches(parts)
    assert _plain(again).equals(_plain(whole))


def _plain(table: pa.Table) -> pa.Table:
    """The same with whole texts: dictionaries differ from batch to batch."""
    columns = [
        pc.cast(column, pa.string()) if pa.types.is_dictionary(column.type) else column
        for column in table.columns
    ]
    return pa.table(columns, names=table.column_names)


def test_the_batches_are_valid() -> None:
    for table in TABLES:
        for batch in arrow.batches(table, source(examine("postgresql-idle-session"))):
            batch.validate(full=True)
            assert batch.schema.equals(arrow.schema(table), check_metadata=True)


def test_a_missing_library_is_named() -> None:
    with (
        patch.dict(sys.modules, {"pyarrow": None, "pyarrow.parquet": None}),
        pytest.raises(ExportError, match=r"pip install pyarrow"),
    ):
        arrow.require_pyarrow()


def test_all_but_writing_does_without_pyarrow() -> None:
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from netdiag.export import TABLES, arrow, parquet\n"
        "from docs.generate.tables import pages\n"
        "sys.exit(len(pages()) != 1 or None)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_a_table_without_rows_has_no_batch() -> None:
    empty = Table("t", "", EXCHANGES.columns, lambda _: np.empty(0, np.int64))
    assert list(arrow.batches(empty, source(examine(STALE)))) == []
