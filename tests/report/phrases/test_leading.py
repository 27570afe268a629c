"""Which finding is told at length."""

from __future__ import annotations

from msgspec.structs import replace

from netdiag.report.phrases.leading import leading_finding, other_findings
from tests.report.example import EXAMPLE, LEAK, QUIET, STALE


def test_the_one_that_the_verdict_names() -> None:
    assert leading_finding(EXAMPLE) is STALE
    assert other_findings(EXAMPLE) == [LEAK]


def test_the_risk_where_nothing_failed() -> None:
    verdict = replace(EXAMPLE.verdict, cause="none")
    assert leading_finding(replace(EXAMPLE, verdict=verdict)) is LEAK


def test_the_first_of_several_with_one_cause() -> None:
    second = replace(STALE, server="10.0.0.9:80")
    report = replace(EXAMPLE, findings=(STALE, second))
    assert leading_finding(report) is STALE
    assert other_findings(report) == [second]


def test_none() -> None:
    assert leading_finding(QUIET) is None
