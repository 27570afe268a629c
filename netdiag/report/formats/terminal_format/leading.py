"""The choice of `netdiag.report.phrases.leading`, by its former name."""

from netdiag.report.phrases.leading import leading_finding, other_findings

__all__ = ["leading_finding", "other_findings"]
