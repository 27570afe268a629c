"""`agrees`: whether the evidence alone leads to what was found in the captures.

From the examinations of both. Addresses are not compared: redacted evidence has others.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from netdiag.analysis import Examination
from netdiag.diagnosis.case import Case
from netdiag.evidence.choosing import Choice

Told = frozenset[tuple[str, bool, int]]
"""Cause, whether a request was harmed, and when: one each for some cases."""


class Verdict(Struct, frozen=True):
    """The slugs of a report's verdict: see `netdiag.report.model.Verdict`."""

    cause: str
    risk: str | None


def verdict(examination: Examination) -> Verdict:
    """What an examination comes to."""
    leading = {finding.severity: finding.cause.slug for finding in reversed(examination.findings)}
    return Verdict(leading.get("error", "none"), leading.get("warning"))


def agrees(evidence: Examination, whole: Examination, choice: Choice) -> bool:
    """Whether the chosen cases are found again, with the same verdict if that rests on them.

    Nothing else may be found, unless only a part of the captures' time was looked at.
    """
    found = _told(case for finding in evidence.findings for case in finding.cases)
    chosen = _told(each.case for each in choice.cases)
    if choice.gives_verdict and verdict(evidence) != verdict(whole):
        return False
    windowed = whole.options.since is not None or whole.options.until is not None
    known = _told(case for finding in whole.findings for case in finding.cases)
    return chosen <= found and (windowed or _harmed(found) <= _harmed(known))


def _told(cases: Iterable[Case]) -> Told:
    return frozenset(
        (case.cause.slug, case.claim.harmed, case.story.scene.time_ns(case.story.dated_by))
        for case in cases
    )


def _harmed(told: Told) -> Told:
    return frozenset(each for each in told if each[1])
