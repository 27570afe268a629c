"""`schema_text`: the JSON Schemas of what netdiag writes as JSON, shipped beside this module."""

from __future__ import annotations

FILES = {
    "report": "report-v1.schema.json",
    "connections": "connections-v1.schema.json",
    "comparison": "comparison-v1.schema.json",
    "show": "show-v1.schema.json",
}
"""By the name that `netdiag schema` knows them by."""


def schema_text(name: str = "report") -> str:
    """Read a schema, draft 2020-12, as JSON."""
    from importlib import resources  # noqa: PLC0415 - slow to import, seldom needed

    return resources.files(__name__).joinpath(FILES[name]).read_text(encoding="utf-8")
