"""`response-truncated`: the server ended the connection inside a response."""

from __future__ import annotations

import pytest

from tests.messages import get, head, ok
from tests.recorded import examine
from tests.scripted import Scripted, pooled

SLUG = "response-truncated"
CHUNKED = head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")


def test_it_holds() -> None:
    found = examine("server-crash-inside-response")
    assert found.causes == [(SLUG, "error", 2)]
    assert found.report.verdict.confidence == "high"


@pytest.mark.parametrize(
    "name",
    [
        *("server-crash-before-response", "client-closes-first", "connection-close-honoured"),
        *("expect-continue", "pipelining", "half-close", "nginx-stale", "websocket-upgrade"),
    ],
)
def test_it_is_silent(name: str) -> None:
    assert SLUG not in examine(name).slugs


@pytest.mark.parametrize(
    ("request_", "response", "holds"),
    [
        (get(), head("HTTP/1.1 200 OK", "Content-Length: 10") + b"01234", True),
        (get(), head("HTTP/1.1 200 OK", "Content-Length: 5") + b"01234", False),
        (get(), CHUNKED + b"5\r\n01234\r\n", True),
        (get(), CHUNKED + b"5\r\n01234\r\n0\r\n\r\n", False),
        (get(), head("HTTP/1.1 200 OK") + b"up to the end", False),
        (get(method="HEAD"), head("HTTP/1.1 200 OK", "Content-Length: 10"), False),
        (get(), head("HTTP/1.1 304 Not Modified", "Content-Length: 10"), False),
        (get(), head("HTTP/1.1 204 No Content", "Content-Length: 10"), False),
    ],
)
def test_what_a_head_declares(
    scripted: Scripted, request_: bytes, response: bytes, holds: bool
) -> None:
    talk = pooled().client.says(request_).server.says(response).server.fin().client.acks()
    found = scripted(talk.client.fin().server.acks())
    assert found.causes == ([(SLUG, "error", 1)] if holds else [])


def test_what_a_long_head_declares(scripted: Scripted) -> None:
    policy = "Content-Security-Policy: " + "x" * 1500
    long = head("HTTP/1.1 200 OK", policy, "Content-Length: 10") + b"some"
    talk = pooled().client.says(get()).server.says(long).wait(2).server.fin().client.acks()
    assert scripted(talk.client.fin().server.acks()).causes == [(SLUG, "error", 1)]


def test_lost_bytes_are_not_missing_from_the_response(scripted: Scripted) -> None:
    """The capture has lost a segment; the FIN's sequence number counts it."""
    talk = pooled().client.says(get())
    talk.server.says(head("HTTP/1.1 200 OK", "Content-Length: 10") + b"01234")
    talk.server.says(b"56789", unseen=True).client.acks().server.fin().client.acks()
    assert not scripted(talk).findings


def test_a_client_that_has_read_enough(scripted: Scripted) -> None:
    talk = pooled().client.says(get()).server.says(ok(bytes(900))[:400])
    assert SLUG not in scripted(talk.client.fin().server.aborts()).slugs
