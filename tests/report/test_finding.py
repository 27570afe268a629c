"""The words that findings are allowed are those of the published schema."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from netdiag.report import finding, model, recommendation
from netdiag.report.schema import schema_text

WORDS: dict[tuple[str, str], Any] = {
    ("close", "flag"): finding.CloseFlag,
    ("reset", "origin"): finding.ResetOrigin,
    ("step", "sender"): finding.Side,
    ("step", "kind"): finding.StepKind,
    ("occurrence", "outcome"): finding.Outcome,
    ("advice", "for"): finding.Audience,
    ("capture", "vantage"): model.Vantage,
    ("marginPart", "reason"): recommendation.MarginReason,
    ("recommendation", "bound_by"): recommendation.BoundBy,
    ("connection", "closed_by"): model.ClosedBy,
}


@pytest.mark.parametrize(("name", "key"), WORDS)
def test_words(name: str, key: str) -> None:
    definition = json.loads(schema_text())["$defs"][name]["properties"][key]
    assert definition["enum"] == list(get_args(WORDS[name, key]))


@pytest.mark.parametrize(
    ("name", "words"), [("severity", finding.Severity), ("confidence", finding.Confidence)]
)
def test_words_of_several_parts(name: str, words: Any) -> None:
    assert json.loads(schema_text())["$defs"][name]["enum"] == list(get_args(words))
