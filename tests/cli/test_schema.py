"""`netdiag schema`."""

from __future__ import annotations

from netdiag.report.schema import schema_text

from .conftest import Run


def test_the_shipped_schema_is_printed(run: Run) -> None:
    result = run("schema")
    assert (result.exit_code, result.stdout) == (0, schema_text())
