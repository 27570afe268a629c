"""The words that all formats share."""

from __future__ import annotations

from typing import get_args

from netdiag.comparison.formats.words import outcome_name
from netdiag.comparison.model import Outcome
from netdiag.report.phrases.verdict import confidence


def test_every_outcome_has_a_name() -> None:
    names = [outcome_name(outcome) for outcome in get_args(Outcome)]
    assert len(set(names)) == len(names) == 7
    assert confidence("high") == "high confidence"
