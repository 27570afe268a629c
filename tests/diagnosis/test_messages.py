"""The HTTP messages around a connection's end: whole, in part, or cut by the snap length."""

from __future__ import annotations

import pytest

from netdiag.diagnosis.messages import (
    find_timed_out,
    is_cut_before_fields,
    is_partial_request,
    may_be_cut_head,
    may_be_partial_request,
    may_begin_request,
)
from tests.conversations import Conversation
from tests.messages import get, ok, post, response
from tests.recorded import Examined, examine
from tests.scripted import Scripted, pooled


def ended(request: bytes, wait_s: float = 5, answer: bytes = b"") -> Conversation:
    """A connection that the server ends after a request, with or without an answer."""
    talk = pooled().client.says(request).server.acks().wait(wait_s)
    if answer:
        talk.server.says(answer)
    return talk.server.fin().client.acks()


def last_exchange(found: Examined) -> int:
    return int(found.scene.endings.before_close[0])


@pytest.mark.parametrize(
    ("request_", "partial"),
    [
        (get(), False),
        (get()[:-1], True),
        (post(b"x" * 20), False),
        (post(b"x" * 20)[:-1], True),
        (get("/", "POST", "Transfer-Encoding: chunked") + b"5\r\n", False),  # can't be known
    ],
)
def test_partial_requests(scripted: Scripted, request_: bytes, partial: bool) -> None:
    found = scripted(ended(request_))
    assert is_partial_request(found.scene, 0, last_exchange(found)) is partial


def test_who_closes_at_once_did_not_wait(scripted: Scripted) -> None:
    found = scripted(ended(get()[:-1], wait_s=0.1))
    assert not is_partial_request(found.scene, 0, last_exchange(found))


def test_an_answered_request_was_whole_enough(scripted: Scripted) -> None:
    found = scripted(ended(post(b"x" * 20)[:-1], answer=response("413 Content Too Large")))
    assert not is_partial_request(found.scene, 0, last_exchange(found))
    found = scripted(ended(post(b"x" * 20)[:-1], answer=response("408 Request Timeout")))
    assert is_partial_request(found.scene, 0, last_exchange(found))


@pytest.mark.parametrize(
    ("snap_length", "wait_s", "may_be"),
    [(65535, 5, False), (80, 5, True), (80, 0.1, False)],
)
def test_what_a_cut_head_hides(
    scripted: Scripted, snap_length: int, wait_s: float, may_be: bool
) -> None:
    found = scripted(ended(get("/a-long-path"), wait_s), snap_length=snap_length)
    assert may_be_partial_request(found.scene, 0, last_exchange(found)) is may_be


@pytest.mark.parametrize(
    ("payload", "snap_length", "is_cut"),
    [
        (get("/", "GET", "Cookie: " + "x" * 2000), 1000, True),
        (get("/", "GET", "Cookie: " + "x" * 2000), 65535, False),
        (ok(), 65535, False),
        (ok(), 80, True),
        (ok(), 56, True),  # not even `HTTP/`
        (ok(bytes(9000)), 100 + 54, False),  # the head is there
        (b"\x81answer", 65535, False),
        (b"\x81answer", 56, True),
        (b"\x17\x03\x03\x00\x20" + bytes(32), 60, False),  # TLS: no fields to be cut
    ],
)
def test_cut_before_the_fields(
    scripted: Scripted, payload: bytes, snap_length: int, is_cut: bool
) -> None:
    talk = Conversation(port=5000).handshake().asks(b"\x80ask", payload)
    found = scripted(talk, snap_length=snap_length)
    row = int((~found.scene.traffic.from_client & (found.scene.traffic.length > 0)).argmax())
    assert is_cut_before_fields(found.scene, row) is is_cut


@pytest.mark.parametrize(
    ("payload", "snap_length", "may_be"),
    [(ok(), 56, True), (ok(), 80, True), (ok(), 65535, False), (bytes(17), 56, False)],
)
def test_what_may_be_a_cut_head(
    scripted: Scripted, payload: bytes, snap_length: int, may_be: bool
) -> None:
    """Two bytes of a GOAWAY are enough to see that no response of HTTP/1 was cut."""
    talk = Conversation(port=5000).handshake().asks(b"\x80ask", payload)
    found = scripted(talk, snap_length=snap_length)
    row = int((~found.scene.traffic.from_client & (found.scene.traffic.length > 0)).argmax())
    assert may_be_cut_head(found.scene, row) is may_be


@pytest.mark.parametrize(
    ("sent", "snap_length", "may_be"),
    [(get(), 56, True), (get(), 65535, True), (b"xx" * 40, 56, False), (b"GREAT", 65535, False)],
)
def test_what_may_begin_a_request(
    scripted: Scripted, sent: bytes, snap_length: int, may_be: bool
) -> None:
    found = scripted(Conversation(port=5000).handshake().asks(sent, ok()), snap_length=snap_length)
    row = int((found.scene.traffic.from_client & (found.scene.traffic.length > 0)).argmax())
    assert may_begin_request(found.scene, row) is may_be


def test_timed_out(scripted: Scripted) -> None:
    late = pooled().wait(5).server.says(response("408 Request Timeout")).server.fin()
    assert find_timed_out(scripted(late.client.acks()).scene).tolist() == [True]
    assert find_timed_out(examine("request-timeout-408").scene).sum() == 2
    assert not find_timed_out(examine("nginx-stale").scene).any()


def test_what_the_capture_lost_is_no_missing_rest(scripted: Scripted) -> None:
    """The server's acknowledgement covers the body that was lost, its FIN's number the answer."""
    request = post(b"x" * 3000)
    talk = Conversation().handshake().client.says(request[:1500])
    talk.client.says(request[1500:], unseen=True).server.acks(unseen=True).wait(5)
    talk.server.says(ok(), unseen=True).wait(20).server.fin().client.acks()
    found = scripted(talk)
    assert not is_partial_request(found.scene, 0, last_exchange(found))
    assert found.report.verdict.cause == "none"
