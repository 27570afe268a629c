"""Closes inside a response."""

from __future__ import annotations

import pytest

from tests.conversations import Conversation
from tests.messages import get, head
from tests.recorded import Examined, examine
from tests.scripted import Scripted, pooled


def truncated(found: Examined) -> list[bool]:
    return found.scene.endings.truncated.tolist()  # type: ignore[no-any-return]


def ended(answer: bytes) -> Conversation:
    """A connection that the server ends right after these bytes of an answer."""
    talk = pooled().client.says(get()).server.acks().server.says(answer)
    return talk.server.fin().client.acks()


def test_truncated_responses(scripted: Scripted) -> None:
    cut = ended(head("HTTP/1.1 200 OK", "Content-Length: 9") + b"12345678")
    assert truncated(scripted(cut)) == [True]
    whole = ended(head("HTTP/1.1 200 OK", "Content-Length: 9") + b"123456789")
    assert truncated(scripted(whole)) == [False]
    assert sum(truncated(examine("server-crash-inside-response"))) == 2


def test_a_request_after_the_response_ends_it(scripted: Scripted) -> None:
    talk = pooled().client.says(get()).server.says(head("HTTP/1.1 200 OK", "Content-Length: 9"))
    talk.client.says(get("/next")).server.acks().wait(1).server.fin().client.acks()
    assert truncated(scripted(talk)) == [False]


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n"])
def test_a_stream_of_events_without_its_last_chunk(scripted: Scripted, end: bytes) -> None:
    event = b"data: 1" + end
    chunk = b"%x\r\n%s\r\n" % (len(event), event)
    stream = head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + chunk
    assert truncated(scripted(ended(stream))) == [True]
    assert truncated(scripted(ended(stream + b"0\r\n\r\n"))) == [False]
    assert truncated(scripted(ended(stream + b"0\r\nDigest: x\r\n\r\n"))) == [False]


@pytest.mark.parametrize("whose", ["aborts", "resets"])
@pytest.mark.parametrize("lost", [True, False], ids=["lost", "never-sent"])
def test_what_a_reset_counts_was_sent(scripted: Scripted, whose: str, lost: bool) -> None:
    """A program's RST has the server's next number, a host's what the client had acknowledged."""
    answer = head("HTTP/1.1 200 OK", "Content-Length: 9")
    talk = pooled().client.says(get()).server.says(answer + b"1234")
    if lost:
        talk.server.says(b"56789", unseen=True)
    talk.client.acks(unseen=True).wait(60)
    assert truncated(scripted(getattr(talk.server, whose)())) == [not lost]
