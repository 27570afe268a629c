"""Every column of the exported tables is described, with the type that it has in the file."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest

from docs.generate.tables import _TYPES, pages
from netdiag.export import TABLES, Kind, Table
from netdiag.export.arrow import schema

PAGE = pages()["tables.md"]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_page_has_the_columns_of_the_schema(table: Table) -> None:
    part = PAGE.split(f"\n## {table.name}\n")[1].split("\n## ")[0]
    described = re.findall(r"^\| `(\w+)` \| ([^|]+) \| [^|]+ \|$", part, re.M)
    assert [name for name, _ in described] == schema(table).names
    arrow = {kind: arrow for kind, _, arrow in _TYPES}
    for (name, kind), field in zip(described, schema(table), strict=True):
        assert arrow[kind].replace(" ", "") == written(field.type).replace(" ", ""), name


def written(kind: pa.DataType) -> str:
    """A type as the page has it."""
    if pa.types.is_dictionary(kind):
        return f"dictionary<{kind.index_type}, {kind.value_type}>"
    if pa.types.is_list(kind):
        return f"list<{kind.value_type}>"
    return str(kind).replace("tz=", "")


def test_every_kind_is_explained() -> None:
    assert {kind for kind, _, _ in _TYPES} == {kind.value for kind in Kind}
