"""Columns are named once, described, and of a kind."""

from __future__ import annotations

import re

import pytest

from netdiag.export import TABLES, Column, Kind, Table
from netdiag.export.column import MISSING, words
from tests.export.exported import source
from tests.recorded import examine


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_names_can_be_typed_in_sql(table: Table) -> None:
    names = [column.name for column in table.columns]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z_]*[a-z]", name) for name in names)
    assert not {"end", "order", "user", "from", "to", "close"} & set(names)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_names_say_what_numbers_mean(table: Table) -> None:
    for column in table.columns:
        assert column.name.endswith("_s") == (column.kind is Kind.DURATION)
        assert column.name.endswith("_time") == (column.kind is Kind.TIME)
        assert column.about
        assert not column.about.endswith(".")
        assert (column.text is not None) == (column.kind in {Kind.TEXT, Kind.TEXTS})


def test_every_number_of_a_time_can_be_told_from_a_missing_one() -> None:
    assert MISSING < -(10**18)


def test_words_are_looked_up() -> None:
    write = words(("FIN", "RST"))(source(examine("nginx-stale")))
    assert [write(0), write(1)] == ["FIN", "RST"]


def test_a_column_stays_as_it_is() -> None:
    with pytest.raises(AttributeError):
        Column("a", Kind.COUNT, "b", lambda _, rows: rows).name = "c"  # type: ignore[misc]
