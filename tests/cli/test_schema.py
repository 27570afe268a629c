"""`netdiag schema`."""

from __future__ import annotations

import json

import jsonschema
import pytest

from netdiag.report.schema import FILES, schema_text

from .conftest import Run


def test_the_shipped_schema_is_printed(run: Run) -> None:
    result = run("schema")
    assert (result.exit_code, result.stdout) == (0, schema_text())


@pytest.mark.parametrize("name", FILES)
def test_every_schema_is_one(name: str, run: Run) -> None:
    schema = json.loads(run("schema", name).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:netdiag:{name}:v1"


def test_another_name(run: Run) -> None:
    result = run("schema", "novel")
    assert result.exit_code == 2
    assert "'novel' is not one of" in result.stderr
