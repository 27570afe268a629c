"""`idle-reset`: the server ends idle connections with RST."""

from __future__ import annotations

import pytest

from tests.messages import get
from tests.recorded import examine
from tests.scripted import Scripted, pooled

SLUG = "idle-reset"


def test_it_holds() -> None:
    found = examine("mariadb-idle-reset")
    assert found.causes == [(SLUG, "warning", 4)]
    assert (found.report.verdict.cause, found.report.verdict.risk) == ("none", SLUG)


@pytest.mark.parametrize("name", ["haproxy-nolinger", "haproxy-nolinger-tls"])
def test_a_fin_with_a_reset_right_behind_it(name: str) -> None:
    """The request fails with EPIPE, and never reaches the wire either."""
    found = examine(name)
    assert found.causes == [(SLUG, "warning", 5)]
    assert {story.close_kind.flag for story in (c.story for c in found.cases(SLUG))} <= {
        "FIN",
        "close_notify",
    }


def test_a_reset_that_the_clients_fin_drew(scripted: Scripted) -> None:
    talk = pooled().wait(60).server.fin().client.fin().server.aborts()
    assert not scripted(talk).findings


def test_a_reset_long_after_the_fin(scripted: Scripted) -> None:
    talk = pooled().wait(60).server.fin().client.acks().wait(1).server.aborts()
    assert not scripted(talk).findings


@pytest.mark.parametrize(
    "name",
    ["nginx-stale", "middlebox-idle-reset-client", "server-reset-unread", "client-closes-first"],
)
def test_it_is_silent(name: str) -> None:
    assert SLUG not in examine(name).slugs


def test_any_protocol_can_be_ended_so(scripted: Scripted) -> None:
    found = scripted(pooled().wait(60).server.aborts())
    assert found.causes == [(SLUG, "warning", 1)]
    assert found.harmed(SLUG) == 0


def test_a_reset_right_after_the_response_is_no_idle_one(scripted: Scripted) -> None:
    assert SLUG not in scripted(pooled().server.aborts()).slugs


def test_a_reset_that_answers_a_request(scripted: Scripted) -> None:
    found = scripted(pooled().wait(60).client.says(get("/x")).server.aborts())
    assert SLUG not in found.slugs


def test_a_reset_after_the_clients_own_end(scripted: Scripted) -> None:
    assert not scripted(pooled().wait(60).client.fin().server.aborts()).findings
