"""`Choice`: which occurrences and connections the evidence is to be of.

From what was asked for on the command line and from what was found.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from netdiag.analysis import Examination
from netdiag.diagnosis.case import Case
from netdiag.errors import SelectionError
from netdiag.report.build import Subject

MOST_NAMED = 5


class Request(Struct, frozen=True):
    """What evidence was asked for; nothing of it means the findings that the verdict names.

    Attributes:
        occurrence: one occurrence of the first finding, from 1, as reports number them.
        connections: `id`s of connections that are wanted whole, such as ``c17``.
        all_findings: the evidence of every finding.
    """

    occurrence: int | None = None
    connections: tuple[str, ...] = ()
    all_findings: bool = False


class Chosen(Struct, frozen=True):
    """One case and its number in its finding, from 1."""

    case: Case
    number: int


class Choice(Struct, frozen=True):
    """What was asked for, found.

    Attributes:
        cases: the occurrences, most important first.
        connections: rows of `Connections` that are wanted whole.
        gives_verdict: the cases are all that the verdict rests on, so that it must not change.
    """

    cases: tuple[Chosen, ...]
    connections: tuple[int, ...] = ()
    gives_verdict: bool = False


def choose(examination: Examination, request: Request) -> Choice:
    """Find what was asked for.

    Raises:
        SelectionError: there is nothing of the kind; the message says what there is.
    """
    if request.connections:
        return _of_connections(examination, request.connections)
    findings = examination.findings
    if not findings:
        raise SelectionError(
            "nothing to extract: no finding in "
            f"{_connections_there_are(examination.subject)}; --connection takes any of them"
        )
    if request.occurrence is not None:
        cases = findings[0].cases
        if request.occurrence > len(cases):
            raise SelectionError(
                f"--occurrence {request.occurrence}: the first finding "
                f"({findings[0].cause.slug}) has {_from_1_to(len(cases))}"
            )
        return Choice((Chosen(cases[request.occurrence - 1], request.occurrence),))
    if not request.all_findings:
        severity = findings[0].severity
        warning = next((f for f in findings if f.severity == "warning"), None)
        findings = findings[:1] + ((warning,) if warning and severity == "error" else ())
    return Choice(
        tuple(Chosen(c, n) for finding in findings for n, c in enumerate(finding.cases, 1)),
        gives_verdict=True,
    )


def _of_connections(examination: Examination, names: Sequence[str]) -> Choice:
    subject = examination.subject
    considered = np.flatnonzero(subject.scene.considered).tolist()
    rows = {subject.connection_id(row): row for row in considered}
    unknown = [name for name in names if name not in rows]
    if unknown:
        raise SelectionError(
            f"--connection {unknown[0]}: expected the id of a connection, "
            f"found {_connections_there_are(subject)}"
        )
    chosen = tuple(dict.fromkeys(rows[name] for name in names))
    cases = tuple(
        Chosen(case, number)
        for finding in examination.findings
        for number, case in enumerate(finding.cases, 1)
        if case.story.connection in chosen
    )
    return Choice(cases, chosen)


def _connections_there_are(subject: Subject) -> str:
    """The connections that were looked at, as many as fit a line."""
    rows = np.flatnonzero(subject.scene.considered)
    numbers = np.sort(subject.scene.connections.number[rows]) + 1
    if len(numbers) == 0:
        return "no connection at all"
    if len(numbers) <= MOST_NAMED:
        return "the connections " + ", ".join(f"c{number}" for number in numbers.tolist())
    return f"{len(numbers)} connections from c{int(numbers[0])} to c{int(numbers[-1])}"


def _from_1_to(count: int) -> str:
    return "one occurrence: 1" if count == 1 else f"{count} occurrences: 1 to {count}"
