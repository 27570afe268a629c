"""`server-abort`: the server ended the connection while a request was unanswered."""

from __future__ import annotations

import pytest

from tests.conversations import Conversation
from tests.messages import COM_QUIT, get, mysql, mysql_greeting, mysql_query, post
from tests.recorded import examine
from tests.scripted import Scripted, pooled

SLUG = "server-abort"


@pytest.mark.parametrize(
    ("name", "flags"), [("server-crash-before-response", {"FIN"}), ("server-reset-unread", {"RST"})]
)
def test_it_holds(name: str, flags: set[str]) -> None:
    cases = examine(name).cases(SLUG)
    assert {case.story.close_kind.flag for case in cases} == flags
    assert {case.claim.confidence for case in cases} == {"high"}


@pytest.mark.parametrize(
    "name",
    [
        *("request-timeout-silent", "request-timeout-408", "server-crash-inside-response"),
        *("race-node-server", "redis-timeout", "mariadb-idle-reset", "half-close"),
        *("websocket-upgrade", "expect-continue", "pipelining", "server-restart"),
    ],
)
def test_it_is_silent(name: str) -> None:
    assert SLUG not in examine(name).slugs


def test_a_complete_request_and_then_the_end(scripted: Scripted) -> None:
    talk = pooled().client.says(get("/slow")).server.acks().wait(30).server.fin().client.acks()
    found = scripted(talk)
    assert found.causes == [(SLUG, "error", 1)]
    assert found.report.verdict.confidence == "high"


def test_a_cut_head_may_have_been_incomplete(scripted: Scripted) -> None:
    talk = pooled().client.says(get("/a-rather-long-path")).server.acks().wait(30).server.fin()
    found = scripted(talk.client.acks(), snap_length=80)
    assert (found.report.verdict.cause, found.report.verdict.confidence) == (SLUG, "low")


def test_an_incomplete_request_is_another_cause(scripted: Scripted) -> None:
    half = post(b"12345678")[:-4]
    talk = pooled().client.says(half).server.acks().wait(10).server.fin().client.acks()
    assert scripted(talk).causes == [("request-timeout", "error", 1)]


def spoken(exchanges: int, last: bytes, *, by_reset: bool = True) -> Conversation:
    """A protocol that netdiag does not know: some exchanges, a last word, and the server's end."""
    talk = Conversation(port=4000).handshake()
    for number in range(exchanges):
        talk.asks(b"\x80ask%d" % number, b"\x81answer%d" % number)
    talk.client.says(last)
    if by_reset:
        return talk.server.acks().server.aborts()
    return talk.server.fin().client.acks().client.fin().server.acks()


@pytest.mark.parametrize("by_reset", [True, False])
def test_unknown_protocols_may_end_with_a_message_that_nothing_answers(
    scripted: Scripted, by_reset: bool
) -> None:
    assert not scripted(spoken(9, b"\x80bye", by_reset=by_reset)).findings


def test_what_the_snap_length_hides_may_be_a_farewell(scripted: Scripted) -> None:
    assert not scripted(spoken(9, b"\x80ask"), snap_length=56).findings


def test_a_farewell_is_no_request(scripted: Scripted) -> None:
    talk = Conversation(port=3306).handshake().server.says(mysql_greeting())
    talk.asks(mysql(1, b"login"), mysql(2, b"\0"))
    talk.asks(mysql_query(), mysql(1, b"\1")).client.says(COM_QUIT).server.fin().client.acks()
    assert not scripted(talk).findings
