"""`Comparison`: plain values that are frozen, and its shipped schema."""

from __future__ import annotations

import json

import pytest
from msgspec import Struct

from netdiag.comparison import model
from netdiag.report.schema import schema_text
from tests.comparison.pairs import compared

SCHEMA = json.loads(schema_text("comparison"))


def test_it_is_frozen() -> None:
    with pytest.raises(AttributeError):
        compared("cure-by-limit").schema = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("entry", "part"),
    [
        (model.Comparison, SCHEMA),
        (model.Verdict, SCHEMA["$defs"]["verdict"]),
        (model.Measures, SCHEMA["$defs"]["measures"]),
        (model.Exposure, SCHEMA["$defs"]["exposure"]),
        (model.Fates, SCHEMA["$defs"]["fates"]),
        (model.Evidence, SCHEMA["$defs"]["evidence"]),
        (model.Cure, SCHEMA["$defs"]["cure"]),
    ],
)
def test_the_schema_has_every_field(entry: type[Struct], part: dict[str, object]) -> None:
    names = list(entry.__struct_fields__)
    assert list(part["properties"]) == names  # type: ignore[call-overload]
    assert part["required"] == names
