"""`schema_text`: the JSON Schema of the JSON report, as shipped beside this module."""

from __future__ import annotations

from importlib import resources

NAME = "report-v1.schema.json"


def schema_text() -> str:
    """Read the schema, draft 2020-12, as JSON."""
    return resources.files(__name__).joinpath(NAME).read_text(encoding="utf-8")
