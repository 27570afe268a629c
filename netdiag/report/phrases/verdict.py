"""How bad a finding is and how sure it is, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdiag.language import N_, _

if TYPE_CHECKING:
    from netdiag.report.finding import Confidence, FindingReport, Severity

SEVERITIES: dict[Severity, str] = {
    "error": N_("error"),
    "warning": N_("warning"),
    "info": N_("info"),
}
CONFIDENCES: dict[Confidence, str] = {
    "high": N_("high confidence"),
    "medium": N_("medium confidence"),
    "low": N_("low confidence"),
}


def confidence(sure: Confidence) -> str:
    """Say how sure something is: ``high confidence``."""
    return _(CONFIDENCES[sure])


def severity(finding: FindingReport, sure: Confidence | None = None) -> str:
    """Say how bad a finding is, and how sure: ``error, high confidence``."""
    return _("{severity}, {confidence}").format(
        severity=_(SEVERITIES[finding.severity]),
        confidence=confidence(sure or finding.confidence),
    )
