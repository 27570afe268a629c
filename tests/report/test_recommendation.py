"""What a recommendation is made of."""

from __future__ import annotations

from tests.report.example import EXAMPLE, RECOMMENDATION


def test_the_margin_of_the_example_adds_up() -> None:
    parts = RECOMMENDATION.margin_parts
    assert sum(part.seconds for part in parts) == RECOMMENDATION.margin_s
    assert RECOMMENDATION.limit_s + RECOMMENDATION.margin_s == RECOMMENDATION.below_s


def test_the_reports_is_that_of_its_first_finding() -> None:
    assert EXAMPLE.recommendation is EXAMPLE.findings[0].recommendation
