"""`announced-close-ignored`: the last response had said so."""

from __future__ import annotations

import pytest

from tests.messages import get, head, ok, response
from tests.recorded import examine
from tests.scripted import Scripted, pooled

SLUG = "announced-close-ignored"
CLOSES = ok(b"bye", "Connection: close")


@pytest.mark.parametrize("name", ["announced-close-ignored", "announced-close-ignored-nginx"])
def test_it_holds(name: str) -> None:
    found = examine(name)
    assert found.report.verdict.cause == SLUG
    assert {case.claim.confidence for case in found.cases(SLUG)} == {"high"}
    assert all(case.story.announced for case in found.cases(SLUG))


@pytest.mark.parametrize(
    "name", ["connection-close-honoured", "nginx-max-requests", "nginx-max-age", "nginx-stale"]
)
def test_it_is_silent(name: str) -> None:
    assert SLUG not in examine(name).slugs


@pytest.mark.parametrize(
    "last",
    [
        CLOSES,
        ok(b"bye", "connection: Keep-Alive, CLOSE"),
        response("200 OK", b"bye", version="HTTP/1.0"),
    ],
)
def test_what_announces_a_close(scripted: Scripted, last: bytes) -> None:
    talk = pooled().asks(get(), last).server.fin().client.acks()
    found = scripted(talk.wait(2).client.says(get("/again")).server.resets())
    assert found.causes == [(SLUG, "error", 1)]


def test_a_close_for_another_reason_is_not_announced(scripted: Scripted) -> None:
    keeps = response("200 OK", b"hi", "Connection: keep-alive", version="HTTP/1.0")
    talk = pooled().asks(get(), keeps).wait(5).server.fin().client.acks()
    found = scripted(talk.wait(2).client.says(get("/again")).server.resets())
    assert found.causes == [("stale-keep-alive", "error", 1)]


def test_a_client_that_heeds_it(scripted: Scripted) -> None:
    talk = pooled().asks(get(), CLOSES).server.fin().client.acks()
    assert not scripted(talk.wait(2).client.fin().server.acks()).findings


def test_a_second_request_that_was_still_answered(scripted: Scripted) -> None:
    talk = pooled().client.says(get("/1")).server.says(CLOSES).client.says(get("/2"))
    found = scripted(talk.server.says(ok()).client.acks().client.fin().server.fin())
    assert not found.findings


def test_a_head_that_the_snap_length_cuts_is_only_a_guess(scripted: Scripted) -> None:
    talk = pooled().asks(get(), head("HTTP/1.1 204 No Content", "Server: x", "Connection: close"))
    talk.server.fin().client.acks().wait(2).client.says(get("/again")).server.resets()
    found = scripted(talk, snap_length=80)
    assert found.report.verdict.cause == SLUG
    assert found.report.verdict.confidence == "low"
