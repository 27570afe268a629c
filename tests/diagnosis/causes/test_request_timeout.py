"""`request-timeout`: the server gave up waiting for (the rest of) a request."""

from __future__ import annotations

import pytest

from tests.conversations import Conversation
from tests.messages import get, post, response
from tests.recorded import examine
from tests.scripted import Scripted, pooled

SLUG = "request-timeout"
TIMED_OUT = response("408 Request Timeout", b"", "Connection: close")


@pytest.mark.parametrize(
    ("name", "times"),
    [("request-timeout-408", 2), ("request-timeout-408-httpd", 4), ("request-timeout-silent", 4)],
)
def test_it_holds_with_a_408_or_without(name: str, times: int) -> None:
    found = examine(name)
    assert found.harmed(SLUG) == times
    assert found.report.verdict.confidence == "high"


@pytest.mark.parametrize(
    "name",
    ["server-crash-before-response", "server-reset-unread", "expect-continue", "half-close"],
)
def test_it_is_silent(name: str) -> None:
    assert SLUG not in examine(name).slugs


@pytest.mark.parametrize(
    "part", [get("/x")[:-2], b"GE", post(b"12345678")[:-3], post(b"12345678")[:-8]]
)
def test_parts_of_requests(scripted: Scripted, part: bytes) -> None:
    talk = pooled().client.says(get()[:0] + part).server.acks().wait(10).server.fin()
    found = scripted(talk.client.acks())
    expected = [(SLUG, "error", 1)] if part != b"GE" else []  # that need not be HTTP
    assert found.causes == expected


def test_without_the_handshake_the_request_may_have_begun_earlier(scripted: Scripted) -> None:
    talk = pooled().client.says(get("/x")[:-2]).server.acks().wait(10).server.fin().client.acks()
    for begins, confidence in ((0, "high"), (3, "medium")):
        (finding,) = scripted(talk, edit=lambda packets, begins=begins: packets[begins:]).findings
        assert (finding.cause.slug, finding.confidence) == (SLUG, confidence)


def test_a_body_in_several_segments(scripted: Scripted) -> None:
    talk, request = pooled(), post(b"x" * 500)
    for piece in (request[:-400], request[-400:-200], request[-200:-1]):
        talk.client.says(piece).server.acks().wait(1)
    assert scripted(talk.wait(9).server.fin().client.acks()).causes == [(SLUG, "error", 1)]


def test_a_head_in_several_segments_is_not_put_together(scripted: Scripted) -> None:
    """Whether it was whole is then not known, and neither is whose fault the silence was."""
    talk, request = pooled(), get("/x" * 20)
    for piece in (request[:30], request[30:-10]):
        talk.client.says(piece).server.acks().wait(1)
    verdict = scripted(talk.wait(9).server.fin().client.acks()).report.verdict
    assert (verdict.cause, verdict.confidence) == ("server-abort", "low")


@pytest.mark.parametrize("name", ["first-request-late-nginx", "first-request-late-haproxy"])
def test_a_first_request_that_comes_too_late(name: str) -> None:
    found = examine(name)
    assert found.harmed(SLUG) == 3
    assert all(case.story.idle_ns < 0 for case in found.cases(SLUG))


def test_unused_connections_that_are_not_used_later_harm_nobody() -> None:
    assert not examine("first-request-nginx").findings
    assert examine("first-request-haproxy").causes == [(SLUG, "info", 4)]


def test_a_connection_that_is_closed_as_soon_as_it_is_open(scripted: Scripted) -> None:
    """A server that is full: nobody waited, and the client had nothing in a pool."""
    talk = Conversation(port=8080).handshake().server.fin().client.acks().wait(0.01)
    assert not scripted(talk.client.says(get()).server.resets()).cases(SLUG)


def test_an_unsolicited_408_on_an_unused_connection(scripted: Scripted) -> None:
    talk = Conversation().handshake().wait(10).server.says(TIMED_OUT).server.fin()
    found = scripted(talk.client.acks().client.fin().server.acks())
    assert found.causes == [(SLUG, "info", 1)]
    assert found.report.verdict.cause == "none"


def test_a_request_after_an_unsolicited_408(scripted: Scripted) -> None:
    talk = pooled().wait(10).server.says(TIMED_OUT).server.fin().client.acks()
    found = scripted(talk.wait(3).client.says(get("/late")).server.resets())
    assert found.causes == [(SLUG, "error", 1)]
    assert found.story(SLUG).outcome != "answered", "the 408 is not its response"


def test_a_408_speaks_for_itself_where_the_request_is_cut(scripted: Scripted) -> None:
    part = post(b"x" * 500, "/upload", "X-Long: " + "y" * 300)[:-100]
    talk = pooled().client.says(part).server.acks().wait(10).server.says(TIMED_OUT)
    found = scripted(talk.server.fin().client.acks(), snap_length=96)
    assert found.causes == [(SLUG, "error", 1)]


def test_a_server_that_closes_at_once_did_not_wait(scripted: Scripted) -> None:
    talk = pooled().client.says(post(b"12345678")[:-3]).server.aborts()
    assert SLUG not in scripted(talk).slugs
