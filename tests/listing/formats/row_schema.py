"""The schema that a connection's columns ask for."""

from __future__ import annotations

from typing import Any

from netdiag.listing import COLUMNS, Column, Kind

NEVER_MISSING = {
    "id", "stream", "file", "capture", "protocol", "start", "end", "duration_s", "first_frame",
    "last_frame", "last_capture", "frames", "exchanges", "bytes_to_server", "bytes_to_client",
    "bytes", "retransmissions", "closed_by", "client_state", "server_state",
}  # fmt: skip
_NUMBER = {"type": "number", "minimum": 0}
_TYPES: dict[Kind, dict[str, Any]] = {
    Kind.CONNECTION: {"type": "string", "pattern": "^c[1-9][0-9]*$"},
    Kind.COUNT: {"type": "integer", "minimum": 0},
    Kind.DURATION: _NUMBER,
    Kind.TIME: {"type": "string", "format": "date-time"},
    Kind.ENDPOINT: {"type": "string"},
    Kind.FILE: {"type": "string"},
    Kind.TRUTH: {"type": "boolean"},
}


def row_schema() -> dict[str, Any]:
    """The properties of one connection."""
    return {column.name: {"description": column.about, **_type(column)} for column in COLUMNS}


def _type(column: Column) -> dict[str, Any]:
    if column.kind is Kind.WORDS:
        return {"type": "array", "items": {"enum": list(column.words)}}
    if column.kind is Kind.WORD:
        words: list[str | None] = list(column.words)
        return {"enum": words if column.name in NEVER_MISSING else [*words, None]}
    found = _TYPES[column.kind]
    sure = column.name in NEVER_MISSING or column.kind in {Kind.ENDPOINT, Kind.TRUTH}
    return found if sure else {**found, "type": [found["type"], "null"]}
