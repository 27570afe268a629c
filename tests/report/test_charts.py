"""The words that charts are allowed are those of the published schema."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from netdiag.report import charts
from netdiag.report.schema import schema_text

WORDS: dict[tuple[str, str], Any] = {
    ("idleGap", "end"): charts.GapEnd,
    ("mark", "kind"): charts.MarkKind,
    ("mark", "sender"): charts.Side,
}


@pytest.mark.parametrize(("name", "key"), WORDS)
def test_words(name: str, key: str) -> None:
    definition = json.loads(schema_text())["$defs"][name]["properties"][key]
    assert definition["enum"] == list(get_args(WORDS[name, key]))
