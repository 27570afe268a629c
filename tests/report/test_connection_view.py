"""Folds beside steps, as the formats meet them."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

from netdiag.report.connection_view import Fold
from netdiag.report.finding import Step
from tests.report.example import fold


def test_a_fold_is_told_from_a_step_by_its_kind() -> None:
    assert fold(3, 5, 0.1, 0.2).kind == "fold"
    assert is_dataclass(Step)
    assert "kind" in {field.name for field in fields(Step)} & {field.name for field in fields(Fold)}
