"""Whether evidence leads to the same."""

from __future__ import annotations

from msgspec.structs import replace

from netdiag.analysis import Examination, Options
from netdiag.evidence.agreement import Verdict, agrees, verdict
from netdiag.evidence.choosing import Request, choose
from tests.recorded import examine


def examination(*names: str, options: Options | None = None) -> Examination:
    examined = examine(*names)
    return Examination(examined.subject, examined.findings, options or Options())


def test_the_verdict_of_an_examination() -> None:
    assert verdict(examination("tomcat-stale-20s")) == Verdict("stale-keep-alive", None)
    assert verdict(examination("requests-near-miss")) == Verdict("none", "timeout-mismatch")
    assert verdict(examination("connection-close-honoured")) == Verdict("none", None)


def test_a_capture_agrees_with_itself() -> None:
    whole = examination("tomcat-stale-20s")
    assert agrees(whole, whole, choose(whole, Request()))


def test_another_capture_does_not() -> None:
    whole = examination("tomcat-stale-20s")
    assert not agrees(examination("tomcat-stale-3s"), whole, choose(whole, Request()))


def test_findings_that_were_not_there_before() -> None:
    both = examination("tomcat-stale-20s", "nginx-stale")
    whole = examination("tomcat-stale-20s")
    choice = choose(whole, Request())
    assert not agrees(both, whole, choice)
    windowed = replace(whole, options=Options(since="+1"))
    assert agrees(both, windowed, choice)


def test_one_occurrence_must_be_found_again() -> None:
    whole = examination("tomcat-stale-20s")
    less = replace(whole, findings=(replace(whole.findings[0], cases=whole.findings[0].cases[:1]),))
    assert agrees(less, whole, choose(whole, Request(occurrence=1)))
    assert not agrees(less, whole, choose(whole, Request(occurrence=2)))
