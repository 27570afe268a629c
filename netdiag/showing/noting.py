"""Where the findings show on one connection: at which of its frames, and in what part."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from netdiag.diagnosis.case import Case
from netdiag.diagnosis.diagnose import Finding
from netdiag.report.build.subject import Subject
from netdiag.report.connection_view import Part


class Noted(Struct, frozen=True):
    """A frame of the connection, and what a finding has it for.

    Attributes:
        row: row of `Traffic`.
        harmed: it begins a request that was harmed.
    """

    row: int
    part: Part
    harmed: bool


def noted(
    subject: Subject, findings: tuple[Finding, ...], connection: int
) -> dict[int, list[Noted]]:
    """By the number of each finding that the connection is an occurrence of, the frames."""
    found: dict[int, list[Noted]] = {}
    for number, finding in enumerate(findings):
        for case in finding.cases:
            if case.story.connection == connection:
                found[number] = list(_of_case(case))
            elif connection in subject.other_legs(case.story.connection):
                found.setdefault(number, [])
    return found


def _of_case(case: Case) -> Iterator[Noted]:
    story = case.story
    if story.close >= 0:
        yield Noted(story.close, "close", harmed=False)
    if story.request >= 0:
        yield Noted(story.request, "request", harmed=case.claim.harmed)
    if story.reset is not None and story.reset.row not in {story.close, story.request}:
        yield Noted(story.reset.row, "reset", harmed=False)
