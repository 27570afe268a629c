"""`recommendation`: the numbers, and sentences that say no more than they do."""

from __future__ import annotations

import re

import pytest

from netdiag.report.build.recommendation import recommendation
from netdiag.report.recommendation import Recommendation
from tests.messages import get
from tests.recorded import Examined, examine, names
from tests.scripted import Scripted, closed_when_idle, reused


def of(found: Examined) -> Recommendation:
    made = recommendation(found.scene, found.findings[0])
    assert made is not None
    return made


@pytest.mark.parametrize("name", names())
def test_sentences_are_sentences(name: str) -> None:
    report = examine(name).report
    for finding in report.findings:
        if finding.recommendation is None:
            continue
        assert all(re.fullmatch(r"[A-Z0-9].*\.", text) for text in finding.recommendation.text)
        assert finding.recommendation.prevented <= finding.recommendation.reuses
        assert finding.recommendation.race_note in finding.recommendation.text
    first = [f.recommendation for f in report.findings if f.recommendation]
    assert report.recommendation == (first[0] if first else None)


def test_of_the_leading_example() -> None:
    limit, tried, retry, race, server = of(examine("tomcat-stale-20s")).text
    assert limit.startswith("Keep idle connections for at most 15 s: 127.0.0.1:18082 ends them ")
    assert "The margin of 5 s is 0.57 s for how well that is known (it may be 19.43 s), " in limit
    assert "1 s for the lateness of the client's own timer (assumed)" in limit
    assert tried == (
        "With a client limit of 15 s, 6 of 6 harmed reuses in this capture would not have "
        "happened, at the price of at most 9 more connections (7.9 a minute) for 20 requests; "
        "3 other reuses after longer were answered."
    )
    assert retry == (
        "A retry of idempotent requests (RFC 9110, section 9.2.2) would have hidden 4 of 6; 2 are "
        "POST, never to be repeated blindly."
    )
    assert race.startswith("The race that remains with the limit: none, unless ")
    assert server.startswith("Or raise the server's timeout to 40 s: ")


def test_margin_and_parts_in_numbers() -> None:
    made = of(examine("tomcat-stale-20s"))
    assert (made.limit_s, made.below_s, made.margin_s) == (15, 20, 5)
    assert sum(part.seconds for part in made.margin_parts) == pytest.approx(5)
    assert (made.reuses, made.prevented, made.requests) == (6, 6, 20)
    assert (made.retry_would_hide, made.retried, made.retry_unknown) == (4, 0, 0)
    assert made.new_connections_per_minute == pytest.approx(7.859, abs=0.01)
    assert made.server_timeout_s == 40


def test_methods_that_cannot_be_read() -> None:
    made = of(examine("nginx-tls13-stale"))
    assert (made.retry_would_hide, made.retry_unknown) == (None, 4)
    assert "is not known; 1 of 4 was sent again" in made.text[2]


def test_nothing_was_harmed() -> None:
    made = of(examine("mariadb-idle-reset"))
    assert (made.retry_would_hide, made.reuses) == (None, 4)
    assert "would have closed 4 of these 4 connections itself" in made.text[1]
    assert "rule of three" in made.race_note
    assert made.race_one_in == 10


def test_of_what_forgets_connections() -> None:
    made = of(examine("silent-drop-client"))
    assert made.bound_by == "path"
    assert "one had gone after 5.2 s" in made.text[0]
    assert "check before each use" not in made.race_note
    assert "hidden 4 of 4, after the client's own timeout; 4 of 4 were sent again." in made.text[2]


def test_one_of_each(scripted: Scripted) -> None:
    post = closed_when_idle(20).wait(3).client.says(get("/", "POST")).server.resets()
    made = of(scripted(post))
    assert "1 of 1 harmed reuse in this capture" in made.text[1]
    assert "1 more connection (" in made.text[1]
    assert "; 1 is POST," in made.text[2]


def test_a_method_that_nobody_defined_is_only_named(scripted: Scripted) -> None:
    odd = closed_when_idle(20).wait(3).client.says(get("/", "PURGE")).server.resets()
    assert "1 is PURGE" in of(scripted(odd)).text[2]


def test_no_limit_no_recommendation(scripted: Scripted) -> None:
    found = examine("nginx-max-requests")
    assert recommendation(found.scene, found.findings[0]) is None
    assert scripted(reused(20, 3)).report.recommendation is not None
