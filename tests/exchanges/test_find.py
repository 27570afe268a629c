"""Which request belongs to which response."""

from __future__ import annotations

import pytest

from tests.conversations import Conversation, Exchange, Recorder
from tests.messages import get, head, ok, post, response

ASK = "GET / HTTP/1.1"
ANSWER = "HTTP/1.1 200 OK"


def only(exchanges: list[Exchange]) -> Exchange:
    assert len(exchanges) == 1
    return exchanges[0]


def test_a_request_and_its_response(record: Recorder) -> None:
    talk = Conversation().handshake().asks(get(), ok())
    exchange = only(record(talk).exchange_list())
    assert exchange == Exchange(ASK, ANSWER, True, -1, ASK, ANSWER)


def test_idle_time_counts_from_the_last_byte_of_the_response(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.client.says(get("/1")).wait(2).server.says(ok(b"a" * 900)).wait(3).server.says(b"b" * 100)
    talk.client.acks().wait(10).client.probes().server.acks().wait(10).asks(get("/2"), ok())
    first, second = record(talk).exchange_list()
    assert first.response_end == "b" * 100
    assert second.idle_s == pytest.approx(20, abs=0.01)


def test_a_request_without_an_answer(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.client.says(get()).server.acks()
    exchange = only(record(talk).exchange_list())
    assert (exchange.response, exchange.answered) == (None, False)


def test_bodies_over_several_segments(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.client.says(post(bytes(100))).client.says(b"upload-2").client.says(b"upload-3")
    talk.server.says(ok(bytes(100))).server.says(b"page-2").server.says(b"page-3")
    exchange = only(record(talk).exchange_list())
    assert (exchange.request, exchange.request_end) == ("POST / HTTP/1.1", "upload-3")
    assert (exchange.response, exchange.response_end) == (ANSWER, "page-3")
    assert exchange.answered


@pytest.mark.parametrize("status", ["100 Continue", "102 Processing", "103 Early Hints"])
def test_an_interim_response_is_no_answer(record: Recorder, status: str) -> None:
    talk = Conversation().handshake()
    talk.client.says(get()).server.says(head(f"HTTP/1.1 {status}")).wait(5)
    exchange = only(record(talk).exchange_list())
    assert (exchange.response, exchange.answered) == (None, False)


def test_the_final_response_after_interim_ones_is(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.client.says(get()).server.says(head("HTTP/1.1 103 Early Hints")).server.says(ok())
    exchange = only(record(talk).exchange_list())
    assert (exchange.response, exchange.answered) == (ANSWER, True)


def test_expect_100_continue_is_one_exchange(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.client.says(get("/up", "POST", "Expect: 100-continue", "Content-Length: 6"))
    talk.server.says(head("HTTP/1.1 100 Continue")).client.says(b"upload").server.says(ok())
    exchange = only(record(talk).exchange_list())
    assert (exchange.request_end, exchange.response) == ("upload", ANSWER)
    assert exchange.answered


def test_a_refused_upload_that_goes_on_is_no_new_request(record: Recorder) -> None:
    """413 in the middle of the body: what follows is the rest of the same request."""
    talk = Conversation().handshake()
    talk.client.says(post(bytes(200))).client.says(b"part-2")
    talk.server.says(response("413 Content Too Large", b"", "Connection: close"))
    talk.client.says(b"part-3").server.fin().client.says(b"part-4").server.resets()
    exchange = only(record(talk).exchange_list())
    assert (exchange.request, exchange.response) == (
        "POST / HTTP/1.1",
        "HTTP/1.1 413 Content Too Large",
    )
    assert exchange.answered


@pytest.mark.parametrize("part", [b"G", b"MERGE /trunk HTTP/1.1\r\n\r\n"])
def test_after_a_request_without_a_body_all_is_new(record: Recorder, part: bytes) -> None:
    """A request line in parts, or with a method that nobody knows."""
    talk = Conversation().handshake().asks(get(), ok()).wait(5).server.fin().client.acks().wait(1)
    talk.client.says(part).server.resets()
    assert [e.answered for e in record(talk).exchange_list()] == [True, False]


def test_pipelined_requests_are_one_exchange(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.client.says(get("/1")).client.says(get("/2")).client.says(get("/3"))
    talk.server.says(ok()).server.says(ok())
    exchange = only(record(talk).exchange_list())
    assert (exchange.request, exchange.request_end) == ("GET /1 HTTP/1.1", "GET /3 HTTP/1.1")
    assert exchange.answered, "how many responses came can't be told: one segment may hold several"


def test_pipelined_requests_in_one_segment(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.client.says(get("/1") + get("/2")).server.says(ok()).server.says(ok())
    assert only(record(talk).exchange_list()).answered


def test_pipelined_responses_in_one_segment(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.client.says(get("/1")).client.says(get("/2")).server.says(ok() + ok())
    assert only(record(talk).exchange_list()).answered


def test_head_is_answered_by_a_head(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.asks(get("/", "HEAD"), head("HTTP/1.1 200 OK", "Content-Length: 5000"))
    talk.wait(1).asks(get("/next"), ok())
    assert [e.answered for e in record(talk).exchange_list()] == [True, True]


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_responses_without_a_body(record: Recorder, status: str) -> None:
    talk = Conversation().handshake().asks(get(), head(f"HTTP/1.1 {status}"))
    assert only(record(talk).exchange_list()).answered


def test_an_upgrade_is_answered_by_101(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.client.says(get("/chat", "GET", "Upgrade: websocket"))
    talk.server.says(head("HTTP/1.1 101 Switching Protocols")).wait(5)
    talk.client.says(b"\x81\x85frame").server.says(b"\x81\x05frame")
    exchanges = record(talk).exchange_list()
    assert exchanges[0].request == "GET /chat HTTP/1.1"
    assert exchanges[0].answered


def test_server_speech_before_the_first_request_belongs_to_nobody(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.server.says(b"220 ready\r\n").client.says(b"EHLO me\r\n").server.says(b"250 hello\r\n")
    exchange = only(record(talk).exchange_list())
    assert (exchange.request, exchange.response) == ("EHLO me", "250 hello")
    assert exchange.idle_s == pytest.approx(0.0001)


def test_a_server_that_answers_before_the_body_came(record: Recorder) -> None:
    """So does nginx with `return 200` if the body is a segment of its own: each is a request."""
    talk = Conversation().handshake()
    for number in range(3):
        talk.client.says(get(f"/{number}", "POST", "Content-Length: 3")).server.says(ok())
        talk.client.says(b"a=1").server.acks().wait(5)
    exchanges = record(talk).exchange_list()
    assert [each.answered for each in exchanges] == [True] * 3
    assert exchanges[2].idle_s == pytest.approx(5, abs=0.01)


def test_the_rest_of_a_response_from_before_the_capture(record: Recorder) -> None:
    talk = Conversation()
    talk.server.says(b"...rest").wait(3).asks(get(), ok())
    exchange = only(record(talk).exchange_list())
    assert exchange.request == ASK
    assert exchange.idle_s == pytest.approx(3, abs=0.01)


def test_turns_of_a_protocol_that_nobody_knows(record: Recorder) -> None:
    talk = Conversation(port=9999).handshake()
    for question, answer in ((b"eins", b"zwei"), (b"drei", b"vier")):
        talk.client.says(question).client.says(b"more").server.says(answer).server.says(b"end")
        talk.wait(2)
    first, second = record(talk).exchange_list()
    assert first == Exchange("eins", "zwei", True, -1, "more", "end")
    assert (second.request, second.response) == ("drei", "vier")
    assert second.idle_s == pytest.approx(2, abs=0.01)


def test_retransmissions_and_probes_ask_nothing(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.client.says(get(), late=True).wait(0.3).client.repeats().arrives().server.says(ok())
    talk.server.repeats().wait(45).client.probes(1).server.acks()
    exchange = only(record(talk).exchange_list())
    assert exchange == Exchange(ASK, ANSWER, True, -1, ASK, ANSWER)


def test_a_request_after_the_fin_is_an_exchange_of_its_own(record: Recorder) -> None:
    """Even if the one before it was not answered."""
    talk = Conversation().handshake()
    talk.client.says(get("/1")).wait(30).server.fin().client.acks().wait(1)
    talk.client.says(get("/2")).server.resets()
    assert record(talk).requests() == ["GET /1 HTTP/1.1", "GET /2 HTTP/1.1"]


def test_each_http_request_after_the_fin_is_one(record: Recorder) -> None:
    """A lingering server takes several in without a word."""
    talk = Conversation().handshake().asks(get("/1"), ok()).wait(5)
    talk.server.fin().client.acks()
    for path in ("/2", "/3"):
        talk.wait(0.5).client.says(get(path)).server.acks()
    assert record(talk).requests() == [f"GET /{i} HTTP/1.1" for i in (1, 2, 3)]


def test_opaque_bytes_after_the_fin_are_one_request(record: Recorder) -> None:
    talk = Conversation(port=9999).handshake().asks(b"eins", b"zwei").wait(5)
    talk.server.fin().client.acks().client.says(b"drei").client.says(b"more").server.resets()
    assert record(talk).requests() == ["eins", "drei"]


def test_a_farewell_is_no_request(record: Recorder) -> None:
    talk = Conversation(port=25).handshake()
    talk.asks(b"NOOP\r\n", b"250 fine\r\n").client.says(b"QUIT\r\n").server.says(b"221 bye\r\n")
    assert record(talk).requests() == ["NOOP"]


def test_exchanges_of_several_connections_do_not_mix(record: Recorder) -> None:
    talks = [Conversation(client_port=40000 + i) for i in range(3)]
    for i, talk in enumerate(talks):
        talk.handshake().client.says(get(f"/{i}"))
    for talk in talks[::2]:
        talk.server.says(ok())
    heard = record(*talks)
    assert [heard.requests(talk) for talk in talks] == [[f"GET /{i} HTTP/1.1"] for i in range(3)]
    assert [heard.exchange_list(t)[0].answered for t in talks] == [True, False, True]
