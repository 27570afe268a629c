"""Where findings show."""

from __future__ import annotations

from netdiag.showing.noting import noted
from tests.recorded import Examined, examine
from tests.scripted import Scripted, closed_when_idle, reused


def parts(found: Examined, connection: int = 0) -> list[list[tuple[int, str, bool]]]:
    notes = noted(found.subject, found.findings, connection)
    frame = found.subject.frame
    return [[(frame(n.row), n.part, n.harmed) for n in each] for each in notes.values()]


def test_a_harmed_request(scripted: Scripted) -> None:
    found = scripted(reused(5, 3))
    assert parts(found) == [[(7, "close", False), (9, "request", True), (10, "reset", False)]]


def test_a_connection_without_findings(scripted: Scripted) -> None:
    assert parts(scripted(closed_when_idle(5).client.fin().server.acks())) == []


def test_other_legs_are_told_of_elsewhere() -> None:
    found = examine("early-answers-nat-client")
    for number, finding in enumerate(found.findings):
        for case in finding.cases:
            for leg in found.subject.other_legs(case.story.connection):
                assert noted(found.subject, found.findings, leg)[number] == []
