"""Why a server closed a connection, as far as a timeout's measure depends on it."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from netdiag.timeouts import Reason, by_server, find_reasons
from tests import messages
from tests.conversations import Conversation, Recorder, listen
from tests.messages import get, head, ok, post, response


def used(**where: object) -> Conversation:
    return Conversation(**where).handshake().asks(get(), ok())  # type: ignore[arg-type]


def closed(talk: Conversation) -> Conversation:
    return talk.server.fin().client.acks()


@pytest.mark.parametrize("is_whole", [True, False])
@pytest.mark.parametrize(("how", "reason"), [({}, Reason.IDLE), ({"ttl": 250}, Reason.FOREIGN)])
def test_a_reset_that_is_not_the_servers(
    record: Recorder, how: dict[str, int], reason: Reason, is_whole: bool
) -> None:
    talk = used() if is_whole else Conversation().asks(get(), ok())
    assert record(talk.wait(4).server.aborts(**how)).reason_of() == reason


def test_an_open_connection(record: Recorder) -> None:
    assert record(used().wait(60)).reason_of() == Reason.NOT_CLOSED


def test_a_connection_that_the_client_closed_first(record: Recorder) -> None:
    talk = used().wait(5)
    talk.client.fin().server.fin().client.acks()
    heard = record(talk)
    assert heard.reason_of() == Reason.NOT_CLOSED
    assert not by_server(heard.endings).any()


@pytest.mark.parametrize("how", ["fin", "aborts"])
def test_an_idle_connection(record: Recorder, how: str) -> None:
    talk = used().wait(5)
    getattr(talk.server, how)()
    heard = record(talk)
    assert heard.reason_of() == Reason.IDLE
    assert by_server(heard.endings).all()


def test_an_idle_connection_that_says_goodbye(record: Recorder) -> None:
    talk = used().wait(10)
    talk.server.says(response("408 Request Timeout")).server.fin()
    assert record(talk).reason_of() == Reason.IDLE


def test_an_idle_connection_that_is_used_afterwards(record: Recorder) -> None:
    talk = closed(used().wait(5)).wait(1)
    talk.client.says(get("/late")).server.resets()
    assert record(talk).reason_of() == Reason.IDLE


def test_a_raced_close_is_one_of_an_idle_connection(record: Recorder) -> None:
    talk = used().wait(5)
    talk.client.says(get("/2"), late=True).server.fin().arrives().server.resets()
    assert record(talk).reason_of() == Reason.IDLE


@pytest.mark.parametrize("seconds", [0.0, 5.0])
def test_an_announced_close(record: Recorder, seconds: float) -> None:
    talk = Conversation().handshake().asks(get(), ok(b"", "Connection: close")).wait(seconds)
    assert record(closed(talk)).reason_of() == Reason.ANNOUNCED


def test_a_close_in_the_middle_of_a_stream(record: Recorder) -> None:
    stream = head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + b"9\r\ndata: 1\n\n\r\n"
    talk = Conversation().handshake().asks(get(), stream).wait(30)
    assert record(closed(talk)).reason_of() == Reason.TRUNCATED


def test_a_client_that_stopped_reading(record: Recorder) -> None:
    """What the server's program had written long before could be sent only at last."""
    talk = Conversation().handshake().client.says(get())
    talk.server.says(ok()[:30]).client.acks(window=0).wait(9).client.acks()
    talk.server.says(ok()[30:]).wait(2)
    assert record(closed(talk)).reason_of() == Reason.STALLED


def test_a_close_right_after_the_response(record: Recorder) -> None:
    assert record(closed(used())).reason_of() == Reason.AT_ONCE
    assert record(closed(used().wait(0.2))).reason_of() == Reason.AT_ONCE
    assert record(closed(used().wait(0.3))).reason_of() == Reason.IDLE


def test_a_close_while_a_request_waits(record: Recorder) -> None:
    talk = used().wait(1)
    talk.client.says(get("/slow")).server.acks().wait(30)
    assert record(closed(talk)).reason_of() == Reason.UNANSWERED


def test_a_close_after_an_interim_response(record: Recorder) -> None:
    talk = used().wait(1)
    talk.client.says(get("/up", "POST", "Expect: 100-continue"))
    talk.server.says(head("HTTP/1.1 100 Continue")).wait(30)
    assert record(closed(talk)).reason_of() == Reason.UNANSWERED


def test_a_close_in_the_middle_of_an_upload(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.client.says(post(bytes(400))).client.says(b"more").server.acks().wait(20)
    assert record(closed(talk)).reason_of() == Reason.UNANSWERED


def test_a_connection_that_was_never_used(record: Recorder) -> None:
    assert record(closed(Conversation().handshake().wait(10))).reason_of() == Reason.UNUSED


def test_a_connection_that_says_408_before_it_was_ever_used(record: Recorder) -> None:
    talk = Conversation().handshake().wait(10)
    talk.server.says(response("408 Request Timeout"))
    assert record(closed(talk)).reason_of() == Reason.UNUSED


def test_a_tls_connection_that_was_never_used(record: Recorder) -> None:
    talk = Conversation(port=443).handshake()
    talk.client.says(messages.CLIENT_HELLO)
    talk.server.says(messages.SERVER_HELLO + messages.CCS + messages.data(900, 53))
    talk.client.says(messages.CCS + messages.FINISHED).server.says(messages.TICKETS).wait(60)
    talk.server.says(messages.CLOSE_NOTIFY)
    assert record(closed(talk)).reason_of() == Reason.UNUSED


@pytest.mark.parametrize(
    ("method", "status"), [("GET", "101 Switching Protocols"), ("CONNECT", "200 Established")]
)
def test_a_tunnel(record: Recorder, method: str, status: str) -> None:
    talk = Conversation().handshake().asks(get("/", method), head(f"HTTP/1.1 {status}")).wait(60)
    assert record(closed(talk)).reason_of() == Reason.TUNNEL


def test_an_open_tunnel_is_not_closed(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.asks(get(), head("HTTP/1.1 101 Switching Protocols")).wait(60)
    assert record(talk).reason_of() == Reason.NOT_CLOSED


# --- request limits --------------------------------------------------------------------------


def limited(port: int, requests: int, *last: str, start_s: float = 0.0) -> Conversation:
    """A connection that is closed right after so many responses."""
    talk = Conversation(client_port=port, start_s=start_s).handshake()
    for i in range(requests):
        talk.wait(0.5).asks(get(f"/{i}"), ok(b"x", *(last if i == requests - 1 else ())))
    return closed(talk)


@pytest.mark.parametrize("last", [(), ("Connection: close",)], ids=["silent", "announced"])
def test_the_same_number_of_requests_is_a_limit(record: Recorder, last: tuple[str, ...]) -> None:
    """Announced by nginx, and not by others."""
    talks = [limited(40000 + i, 4, *last, start_s=10 * i) for i in range(3)]
    heard = record(*talks)
    assert [heard.reason_of(talk) for talk in talks] == [Reason.REQUEST_LIMIT] * 3


def test_what_the_client_asks_for_is_no_limit_of_the_server(record: Recorder) -> None:
    talks = []
    for i in range(3):
        talk = Conversation(client_port=40000 + i, start_s=10 * i).handshake().asks(get(), ok())
        talk.asks(get("/last", "GET", "Connection: close"), ok(b"", "Connection: close"))
        talks.append(closed(talk))
    heard = record(*talks)
    assert [heard.reason_of(talk) for talk in talks] == [Reason.ANNOUNCED] * 3


def test_where_requests_cannot_be_counted_there_is_no_limit(record: Recorder) -> None:
    """Turns of an unknown protocol need not be requests."""
    talks = []
    for i in range(3):
        talk = Conversation(port=9999, client_port=40000 + i, start_s=10 * i).handshake()
        talks.append(closed(talk.asks(b"eins", b"zwei").asks(b"drei", b"vier")))
    heard = record(*talks)
    assert [heard.reason_of(talk) for talk in talks] == [Reason.AT_ONCE] * 3


def test_one_connection_makes_no_limit(record: Recorder) -> None:
    assert record(limited(40000, 4)).reason_of() == Reason.AT_ONCE


def test_one_request_makes_no_limit(record: Recorder) -> None:
    """A server that closes after every response has no keep-alive at all."""
    talks = [limited(40000 + i, 1, start_s=10 * i) for i in range(3)]
    heard = record(*talks)
    assert [heard.reason_of(talk) for talk in talks] == [Reason.AT_ONCE] * 3


def test_a_connection_that_gets_further_disproves_a_limit(record: Recorder) -> None:
    talks = [limited(40000 + i, 4, start_s=10 * i) for i in range(2)]
    further = Conversation(client_port=40009, start_s=50).handshake()
    for _ in range(6):
        further.asks(get(), ok())
    heard = record(*talks, further)
    assert [heard.reason_of(talk) for talk in talks] == [Reason.AT_ONCE] * 2


def test_a_server_that_says_408_to_all_has_not_gone(record: Recorder) -> None:
    """One that looks for slow requests now and then ends them together (Node.js, every 30 s)."""
    late = response("408 Request Timeout", b"", "Connection: close")
    talks = [Conversation(client_port=40000 + i, start_s=i).handshake() for i in range(4)]
    for talk in talks:
        talk.client.says(get()[:9]).server.acks().at(60).server.says(late)
    heard = record(*map(closed, talks))
    assert Reason.TOGETHER not in {heard.reason_of(talk) for talk in talks}


def test_an_error_that_closes_is_no_limit(record: Recorder) -> None:
    refused = response("413 Content Too Large", b"", "Connection: close")
    talks = [
        closed(
            Conversation(client_port=40000 + i, start_s=9 * i)
            .handshake()
            .asks(get(), ok())
            .asks(post(b"x"), refused)
        )
        for i in range(3)
    ]
    heard = record(*talks)
    assert [heard.reason_of(talk) for talk in talks] == [Reason.ANNOUNCED] * 3


def test_what_stops_short_of_the_limit_has_another_reason(record: Recorder) -> None:
    talks = [limited(40000 + i, 4, start_s=10 * i) for i in range(2)]
    short = limited(40009, 2, start_s=40)
    heard = record(*talks, short)
    assert heard.reason_of(short) == Reason.AT_ONCE
    assert heard.reason_of(talks[0]) == Reason.REQUEST_LIMIT


def test_requests_before_the_capture_are_not_counted(record: Recorder) -> None:
    """Without the handshake nobody knows how many there were."""
    talks = [limited(40000 + i, 4, start_s=10 * i) for i in range(3)]
    heard = record(*talks, edit=lambda packets: [p for p in packets if not p.flags & 2])
    assert [heard.reason_of(talk) for talk in talks] == [Reason.AT_ONCE] * 3


def test_nothing_has_no_reasons() -> None:
    nothing = listen()
    reason = find_reasons(
        nothing.traffic, nothing.connections, nothing.speech, nothing.exchanges, nothing.endings
    )
    assert reason.dtype == np.uint8
    assert len(reason) == 0


def postgresql(**where: object) -> Conversation:
    talk = Conversation(port=5432, **where).handshake()  # type: ignore[arg-type]
    talk.client.says(messages.postgresql_startup()).server.says(messages.POSTGRESQL_ANSWER)
    return talk.asks(messages.postgresql_query(), messages.POSTGRESQL_ANSWER)


def mysql(**where: object) -> Conversation:
    talk = Conversation(port=3306, **where).handshake()  # type: ignore[arg-type]
    talk.server.says(messages.mysql_greeting()).client.says(messages.mysql(1, b"login"))
    return talk.server.says(messages.mysql(2, b"\0ok")).asks(
        messages.mysql_query(), b"\1\0\0\1rows"
    )


@pytest.mark.parametrize(
    ("talk", "farewell", "reason"),
    [
        (postgresql, messages.postgresql_fatal(b"57P05"), Reason.IDLE),
        (postgresql, messages.postgresql_fatal(b"25P03"), Reason.IDLE),
        (postgresql, messages.postgresql_fatal(b"57P01"), Reason.DISMISSED),
        (postgresql, messages.postgresql_fatal(b"08P01"), Reason.IDLE),  # no more than that it is
        (mysql, messages.mysql_error(4031), Reason.IDLE),
        (mysql, messages.mysql_error(1053), Reason.DISMISSED),
        (mysql, messages.mysql_error(1927), Reason.DISMISSED),
    ],
)
def test_a_database_says_why(
    record: Recorder, talk: Callable[[], Conversation], farewell: bytes, reason: Reason
) -> None:
    said = talk().wait(5).server.says(farewell).server.fin().client.acks()
    heard = record(said)
    assert heard.reason_of() == reason
    assert heard.ending().idle_s == pytest.approx(5, abs=0.01)


def test_who_says_that_they_were_idle_have_not_ended_together(record: Recorder) -> None:
    talks = []
    for number, age_s in enumerate((1, 5, 30)):
        talk = postgresql(client_port=50000 + number, start_s=100 - age_s).at(100 + number / 1000)
        talks.append(talk.server.says(messages.postgresql_fatal()).server.fin().client.acks())
    heard = record(*talks)
    assert {heard.reason_of(talk) for talk in talks} == {Reason.IDLE}


@pytest.mark.parametrize("quits", [messages.TERMINATE, messages.COM_QUIT, messages.REDIS_QUIT])
def test_a_client_that_says_goodbye_has_closed_first(record: Recorder, quits: bytes) -> None:
    """The server reads the farewell and closes before the client does."""
    talk = postgresql().wait(5)
    talk.client.says(quits).server.fin().client.fin().server.acks()
    heard = record(talk)
    assert heard.reason_of() == Reason.NOT_CLOSED
    assert not by_server(heard.endings).any()


def test_a_client_that_goes_on_after_its_farewell_has_not_closed(record: Recorder) -> None:
    talk = postgresql().client.says(messages.TERMINATE)
    talk.asks(messages.postgresql_query(), messages.POSTGRESQL_ANSWER).wait(5).server.fin()
    assert record(talk).reason_of() == Reason.IDLE


def test_a_server_that_speaks_unasked_does_not_count_from_its_own_words(record: Recorder) -> None:
    """Heartbeats: both sides send them, and the server ends a client that no longer does."""
    talk = Conversation().handshake().asks(b"\x01" * 40, b"\x02" * 60)
    for _ in range(3):
        talk.wait(1).server.says(b"\x08" * 8).client.acks()
    talk.wait(1).server.aborts()
    assert record(talk).reason_of() == Reason.BEATING


def test_an_answer_in_parts_is_one_answer(record: Recorder) -> None:
    talk = Conversation().handshake().asks(b"\x01" * 40, b"\x02" * 60)
    talk.wait(0.4).server.says(b"\x03" * 60).client.acks().wait(5).server.fin()
    assert record(talk).reason_of() == Reason.IDLE


@pytest.mark.parametrize(("pause_s", "limited"), [(0.0, True), (0.5, False)])
def test_an_answer_that_closes_is_said_in_one_go(pause_s: float, limited: bool) -> None:
    """In a protocol that isn't known: what comes after a pause is rather a farewell."""
    talks = []
    for number, wait_s in enumerate((0.7, 1.1, 2.3, 1.9, 1.3, 3.1)):
        talk = Conversation(client_port=50000 + number, start_s=1.5 * number).handshake()
        for _ in range(math.ceil(10 / wait_s)):
            talk.wait(wait_s).asks(b"\x80ask", b"\x81answer")
        talks.append(talk.wait(pause_s).server.says(b"\x82more").server.fin().client.acks())
    heard = listen(*talks)
    assert all((heard.reason_of(talk) == Reason.AGE_LIMIT) is limited for talk in talks)
