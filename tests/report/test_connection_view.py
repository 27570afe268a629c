"""Folds beside steps, as the formats meet them."""

from __future__ import annotations

from netdiag.report.connection_view import Fold
from netdiag.report.finding import Step
from tests.report.example import fold


def test_a_fold_is_told_from_a_step_by_its_kind() -> None:
    assert fold(3, 5, 0.1, 0.2).kind == "fold"
    assert "kind" in {*Step.__struct_fields__} & {*Fold.__struct_fields__}
