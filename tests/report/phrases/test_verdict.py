"""How bad and how sure."""

from __future__ import annotations

from typing import get_args

from netdiag.report.finding import Confidence, Severity
from netdiag.report.phrases import verdict
from tests.report.example import LEAK


def test_severity_and_confidence() -> None:
    assert verdict.severity(LEAK) == "warning, medium confidence"
    assert verdict.severity(LEAK, "low") == "warning, low confidence"
    assert verdict.confidence("high") == "high confidence"


def test_every_value_has_its_words() -> None:
    assert set(verdict.SEVERITIES) == set(get_args(Severity))
    assert set(verdict.CONFIDENCES) == set(get_args(Confidence))
