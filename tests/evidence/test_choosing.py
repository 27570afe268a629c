"""What was asked for, found or refused."""

from __future__ import annotations

import pytest

from netdiag.analysis import Examination, Options
from netdiag.errors import SelectionError
from netdiag.evidence.choosing import Request, choose
from tests.recorded import examine


def examination(name: str) -> Examination:
    examined = examine(name)
    return Examination(examined.subject, examined.findings, Options())


def test_the_verdict_by_default() -> None:
    whole = examination("tomcat-stale-20s")
    choice = choose(whole, Request())
    assert [chosen.case for chosen in choice.cases] == list(whole.findings[0].cases)
    assert [chosen.number for chosen in choice.cases] == [1, 2, 3, 4, 5, 6]
    assert choice.gives_verdict


def test_the_verdict_has_a_risk_too() -> None:
    whole = next(
        e
        for e in map(examination, ("close-wait-leak", "mariadb-haproxy", "server-restart"))
        if e.findings
    )
    severities = {f.severity for f in whole.findings}
    chosen = {c.case.cause.slug for c in choose(whole, Request()).cases}
    assert len(chosen) <= 1 + ("warning" in severities)


def test_one_occurrence() -> None:
    whole = examination("tomcat-stale-20s")
    (chosen,) = choose(whole, Request(occurrence=2)).cases
    assert chosen.case is whole.findings[0].cases[1]
    assert chosen.number == 2


def test_an_occurrence_that_there_is_not() -> None:
    with pytest.raises(SelectionError, match=r"\(stale-keep-alive\) has 6 occurrences: 1 to 6"):
        choose(examination("tomcat-stale-20s"), Request(occurrence=7))


def test_a_connection_with_its_occurrence() -> None:
    whole = examination("tomcat-stale-20s")
    choice = choose(whole, Request(connections=("c3", "c3")))
    assert len(choice.connections) == 1
    assert [chosen.number for chosen in choice.cases] == [3]
    assert not choice.gives_verdict


def test_a_connection_that_there_is_not() -> None:
    with pytest.raises(SelectionError, match=r"--connection c99: .* 9 connections from c1 to c9"):
        choose(examination("tomcat-stale-20s"), Request(connections=("c99",)))


def test_nothing_was_found() -> None:
    with pytest.raises(SelectionError, match=r"nothing to extract: no finding in .*connection"):
        choose(examination("connection-close-honoured"), Request())


def test_all_findings() -> None:
    whole = examination("tomcat-stale-20s")
    choice = choose(whole, Request(all_findings=True))
    assert len(choice.cases) == sum(len(finding.cases) for finding in whole.findings)
