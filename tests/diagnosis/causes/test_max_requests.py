"""`max-requests`: connections end after a fixed number of requests."""

from __future__ import annotations

import pytest

from tests.conversations import Conversation
from tests.messages import get, ok
from tests.recorded import examine
from tests.scripted import Scripted, pooled

SLUG = "max-requests"


def test_it_is_worth_knowing() -> None:
    found = examine("nginx-max-requests")
    assert [cause[:2] for cause in found.causes] == [(SLUG, "info")]
    assert found.report.servers[0].max_requests == 5
    assert found.report.verdict.cause == "none"


@pytest.mark.parametrize(
    "name", ["connection-close-honoured", "nginx-stale", "client-closes-first"]
)
def test_it_is_silent(name: str) -> None:
    assert SLUG not in examine(name).slugs


def test_it_is_silent_where_the_age_decides() -> None:
    assert SLUG not in examine("nginx-max-age").slugs


def limited(requests: int, number: int = 0) -> Conversation:
    """A connection that the server ends right after that many requests, without a word."""
    talk = pooled(requests, 0.1, client_port=50000 + number, start_s=10 * number)
    talk.asks(get(), ok()).server.fin().client.acks()
    return talk


def quiet(talk: Conversation) -> Conversation:
    return talk.client.fin().server.acks()


def test_the_same_number_on_several_connections(scripted: Scripted) -> None:
    found = scripted(*(quiet(limited(3, number)) for number in range(3)))
    assert found.causes == [(SLUG, "info", 3)]
    assert found.report.servers[0].max_requests == 4


def test_once_may_be_chance(scripted: Scripted) -> None:
    assert not scripted(quiet(limited(3)), quiet(limited(2, 1))).findings


def test_nothing_gets_past_a_limit(scripted: Scripted) -> None:
    longer = quiet(pooled(9, 0.1, client_port=60000))
    assert not scripted(quiet(limited(3)), quiet(limited(3, 1)), longer).findings


def test_a_reuse_after_the_limit_is_harmed_by_it(scripted: Scripted) -> None:
    harmed = limited(3, 2).wait(1).client.says(get("/late")).server.resets()
    found = scripted(quiet(limited(3)), quiet(limited(3, 1)), harmed)
    assert found.causes == [(SLUG, "error", 3)]
    assert found.harmed(SLUG) == 1
