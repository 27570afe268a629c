"""`leading_finding`: the finding that a terminal report tells at length.

From the order that the report has already given its findings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netdiag.report.finding import FindingReport
    from netdiag.report.model import Report


def leading_finding(report: Report) -> FindingReport | None:
    """Find the finding that the verdict names; None where nothing failed or will."""
    named = report.verdict.risk if report.verdict.cause == "none" else report.verdict.cause
    return next((finding for finding in report.findings if finding.cause == named), None)


def other_findings(report: Report) -> list[FindingReport]:
    """List all findings but the leading one."""
    leading = leading_finding(report)
    return [finding for finding in report.findings if finding is not leading]
