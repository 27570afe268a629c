"""Closes inside a response."""

from __future__ import annotations

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
