"""Sentences of a recommendation, in words of the numbers that they are made from."""

from __future__ import annotations

import pytest

from netdiag.diagnosis.recommendation import Replay, Retrying
from netdiag.report.build.recommendation_text import of_retrying
from tests.recorded import examine

TRIED = Replay(
    requests=9,
    harmed=3,
    prevented=3,
    any_harmed=True,
    near_misses=0,
    within=0,
    new_connections=0,
    per_minute=None,
)


def test_the_sentences_of_the_leading_example() -> None:
    recommended = examine("tomcat-stale-20s").report.recommendation
    assert recommended is not None
    limit, tried, retried, race, server = recommended.text
    assert limit.startswith("Keep idle connections for at most 15 s: 127.0.0.1:18082 ends them")
    assert "6 of 6 harmed reuses in this capture would not have happened" in tried
    assert retried.endswith("would have hidden 4 of 6; 2 are POST, never to be repeated blindly.")
    assert race.startswith("The race that remains with the limit: none, unless")
    assert server.startswith("Or raise the server's timeout to 40 s")


@pytest.mark.parametrize(
    ("retried", "waited", "sentence"),
    [
        (0, 0, "would have hidden 2 of 3; 1 is POST, never to be repeated blindly."),
        (1, 0, "2 of 3; 1 of 3 was sent again; 1 is POST, never to be repeated blindly."),
        (2, 3, "2 of 3, after the client's own timeout; 2 of 3 were sent again; 1 is POST"),
    ],
)
def test_of_retries(retried: int, waited: int, sentence: str) -> None:
    found = Retrying(idempotent=2, unsafe={"POST": 1}, unknown=0, retried=retried, waited=waited)
    assert sentence in of_retrying(TRIED, found)[0]
