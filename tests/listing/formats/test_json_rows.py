"""Lists as JSON: what the published schema takes, in bounded parts."""

from __future__ import annotations

import json
from unittest.mock import patch

import jsonschema
import pytest

from netdiag.listing import COLUMNS, Wanted
from netdiag.listing.formats import batches, json_rows
from netdiag.listing.listing import columns_of
from netdiag.report.schema import schema_text
from tests.listing.formats.row_schema import row_schema
from tests.listing.listed import listed
from tests.recorded import examine, names

SCHEMA = json.loads(schema_text("connections"))
VALIDATOR = jsonschema.Draft202012Validator(
    SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)


def test_the_schema_has_every_column() -> None:
    assert SCHEMA["$defs"]["connection"]["properties"] == row_schema()


@pytest.mark.parametrize("name", names()[::5])
def test_what_is_written_is_valid(name: str) -> None:
    text = "".join(json_rows.write(listed(examine(name)), COLUMNS))
    VALIDATOR.validate(json.loads(text))
    assert text.isascii()
    assert text.endswith("}\n")


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6])
def test_parts_make_one_text(limit: int) -> None:
    listing = listed(examine("server-restart"), Wanted(limit=limit))
    whole = "".join(json_rows.write(listing, COLUMNS))
    with patch.object(batches, "AT_ONCE", 2):
        parts = list(json_rows.write(listing, COLUMNS))
    assert "".join(parts) == whole
    assert max(part.count('"id"') for part in parts) <= 2
    assert len(json.loads(whole)["connections"]) == limit


def test_only_the_columns_asked_for() -> None:
    listing = listed(examine("server-restart"), Wanted(limit=1))
    written = json.loads("".join(json_rows.write(listing, columns_of("idle,id"))))
    assert [list(row) for row in written["connections"]] == [["longest_idle_s", "id"]]


def test_nothing_at_all() -> None:
    listing = listed(examine("server-restart"), Wanted(flagged=True, limit=1))
    empty = type(listing)(listing.table, listing.rows[:0], 0, 5)
    written = json.loads("".join(json_rows.write(empty, COLUMNS)))
    assert (written["connections"], written["connections_total"]) == ([], 5)
