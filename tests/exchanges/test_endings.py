"""How connections ended: who, how, after what, and what came afterwards."""

from __future__ import annotations

import pytest

from netdiag.exchanges import CloseKind
from netdiag.timeouts import Reason
from tests import messages
from tests.conversations import FIN, Conversation, Edit, Ending, Packet, Recorder
from tests.messages import get, head, ok, response

ANSWER = "HTTP/1.1 200 OK"


def used(path: str = "/1", *fields: str) -> Conversation:
    """A connection after one exchange."""
    return Conversation().handshake().asks(get(path), ok(b"hello", *fields))


def near(seconds: float) -> object:
    return pytest.approx(seconds, abs=0.01)


# --- who and how -----------------------------------------------------------------------------


def swapped(packets: list[Packet]) -> list[Packet]:
    """The two FINs captured the other way round."""
    first, second = (i for i, packet in enumerate(packets) if packet.flags & FIN)
    packets[first], packets[second] = packets[second], packets[first]
    return packets


def without_first(packets: list[Packet]) -> list[Packet]:
    """The first FIN not captured."""
    first = next(packet for packet in packets if packet.flags & FIN)
    return [packet for packet in packets if packet is not first]


@pytest.mark.parametrize("edit", [list, swapped, without_first])
def test_a_server_that_acknowledges_a_fin_was_not_the_first(record: Recorder, edit: Edit) -> None:
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc"
    talk = Conversation().handshake().asks(get("/1"), cut)
    talk.client.fin().server.fin().client.acks()
    heard = record(talk, edit=edit)
    assert heard.ending().client_end == ("client FIN" if edit is list else "server FIN")
    assert heard.reason_of() == Reason.NOT_CLOSED
    assert not heard.endings.truncated[0]


@pytest.mark.parametrize("edit", [list, swapped])
def test_a_server_that_does_not_was(record: Recorder, edit: Edit) -> None:
    talk = used().wait(5).server.fin().client.fin().server.acks()
    assert record(talk, edit=edit).ending().close == "server FIN"
    crossed = used().wait(5)
    crossed.server.fin(late=True).client.fin()
    heard = record(crossed.arrives())
    assert heard.ending().client_end == "client FIN"
    assert heard.reason_of() == Reason.IDLE


def test_a_connection_that_is_still_open(record: Recorder) -> None:
    assert record(used()).ending() == Ending(
        close=None,
        kind=CloseKind.NONE,
        client_end=None,
        before="GET /1 HTTP/1.1",
        after=None,
        last_word=ANSWER,
        idle_s=-1,
        announced=False,
        asked_for=False,
    )


def test_the_server_closes_by_fin(record: Recorder) -> None:
    talk = used().wait(5)
    talk.server.fin().client.acks().client.fin().server.acks()
    ending = record(talk).ending()
    assert (ending.close, ending.kind) == ("server FIN", CloseKind.FIN)
    assert ending.client_end == "client FIN"
    assert (ending.last_word, ending.idle_s) == (ANSWER, near(5))


def test_the_server_closes_by_rst(record: Recorder) -> None:
    """MariaDB at wait_timeout: RST,ACK in sequence, and nothing in flight."""
    talk = used().wait(8)
    talk.server.aborts()
    ending = record(talk).ending()
    assert (ending.close, ending.kind) == ("server RST", CloseKind.RST)
    assert ending.idle_s == near(8)


def test_an_rst_after_the_fin_is_not_the_close(record: Recorder) -> None:
    talk = used().wait(20)
    talk.server.fin().client.acks().wait(1).server.aborts()
    ending = record(talk).ending()
    assert (ending.close, ending.kind) == ("server FIN", CloseKind.FIN)


def test_the_server_says_goodbye_first(record: Recorder) -> None:
    talk = Conversation(port=5432).handshake()
    talk.asks(messages.postgresql_startup(), messages.postgresql(b"R", bytes(4))).wait(60)
    talk.server.says(messages.postgresql_fatal(), name="57P05").server.fin()
    ending = record(talk).ending()
    assert (ending.close, ending.kind) == ("57P05", CloseKind.GOODBYE)
    assert ending.idle_s == near(60)


def test_an_unsolicited_408_is_the_close(record: Recorder) -> None:
    talk = used().wait(10)
    talk.server.says(response("408 Request Timeout", b"", "Connection: close"), name="408")
    talk.server.fin()
    ending = record(talk).ending()
    assert (ending.close, ending.kind, ending.idle_s) == ("408", CloseKind.GOODBYE, near(10))
    assert not ending.announced, "the last response didn't announce it"


def test_a_farewell_may_come_with_the_fin(record: Recorder) -> None:
    talk = used().wait(10)
    talk.server.fin(response("408 Request Timeout", b"", "Connection: close"), name="408")
    ending = record(talk).ending()
    assert (ending.close, ending.kind, ending.idle_s) == ("408", CloseKind.GOODBYE, near(10))
    assert not ending.announced
    talk = Conversation(port=443).asks(messages.data(200), messages.data(900)).wait(5)
    talk.server.fin(messages.CLOSE_NOTIFY, name="alert")
    assert record(talk).ending().kind == CloseKind.CLOSE_NOTIFY


@pytest.mark.parametrize("fields", [[], ["Connection: close"]])
def test_an_answer_that_comes_with_the_fin_is_the_last_word(
    record: Recorder, fields: list[str]
) -> None:
    """How long the server took for it was no idle time; nginx with tcp_nopush does so."""
    talk = used().wait(5).client.says(get("/2")).server.acks().wait(2)
    talk.server.fin(ok(b"done", *fields), name="all at once")
    for heard in (record(talk), record(talk.client.fin().server.acks())):
        ending = heard.ending()
        assert (ending.close, ending.kind) == ("all at once", CloseKind.FIN)
        assert (ending.last_word, ending.idle_s) == ("all at once", 0)
        assert (ending.before, ending.after) == ("GET /2 HTTP/1.1", None)
        assert ending.announced == bool(fields)
        assert heard.reason_of() == (Reason.ANNOUNCED if fields else Reason.AT_ONCE)


@pytest.mark.parametrize(
    ("request_", "answer", "announced"),
    [
        (get("/2"), head("HTTP/1.1 200 OK") + b"some", True),
        (get("/2"), head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + b"0\r\n\r\n", False),
        (get("/2", "HEAD"), head("HTTP/1.1 200 OK"), False),
        (get("/2"), head("HTTP/1.1 204 No Content"), False),
        (get("/2"), b"HTTP/1.1 200 OK\r\nServer: cut", False),
    ],
)
def test_an_answer_without_a_length_ends_with_its_connection(
    record: Recorder, request_: bytes, answer: bytes, announced: bool
) -> None:
    talk = used().client.says(request_).server.says(answer).wait(2).server.fin()
    assert record(talk).ending().announced == announced


@pytest.mark.parametrize("octets", [700, 1400, 3000])
def test_a_long_head_announces_the_end_as_well(record: Recorder, octets: int) -> None:
    talk = used("/1", "Content-Security-Policy: " + "x" * octets, "Connection: close")
    assert record(talk.server.fin()).ending().announced


def test_a_close_notify_without_a_fin_is_a_close(record: Recorder) -> None:
    """Some (uvicorn) wait for the client's close_notify before they send a FIN."""
    talk = Conversation(port=443).asks(messages.data(200), messages.data(900)).wait(5)
    talk.server.says(messages.CLOSE_NOTIFY, name="alert").client.acks().wait(2)
    talk.client.says(messages.data(210), name="stale").server.acks()
    heard = record(talk)
    ending = heard.ending()
    assert (ending.close, ending.kind) == ("alert", CloseKind.CLOSE_NOTIFY)
    assert ending.after == "stale"


def test_the_client_ends_first(record: Recorder) -> None:
    talk = used().wait(3)
    talk.client.fin().server.fin().client.acks()
    ending = record(talk).ending()
    assert (ending.client_end, ending.close) == ("client FIN", "server FIN")


# --- before and after ------------------------------------------------------------------------


def test_a_stale_request_comes_after_the_close(record: Recorder) -> None:
    talk = used().wait(5)
    talk.server.fin().client.acks().wait(1).client.says(get("/2")).server.resets()
    ending = record(talk).ending()
    assert (ending.before, ending.after) == ("GET /1 HTTP/1.1", "GET /2 HTTP/1.1")
    assert (ending.last_word, ending.idle_s) == (ANSWER, near(5))


def race(*, at_client: bool) -> Conversation:
    """A request and a FIN that cross each other, as captured at either end."""
    talk = used().wait(5)
    if at_client:
        talk.client.says(get("/2"), late=True).server.fin()
    else:
        talk.server.fin(late=True).client.says(get("/2"))
    return talk.arrives().wait(0.03).server.resets()


def test_a_race_is_the_same_at_both_ends(record: Recorder) -> None:
    """The FIN doesn't acknowledge the request: the server closed before it had it."""
    at_client, at_server = (record(race(at_client=side)).ending() for side in (True, False))
    assert at_client == at_server._replace(idle_s=at_client.idle_s)
    assert (at_client.idle_s, at_server.idle_s) == (near(5), near(5))
    assert (at_client.before, at_client.after) == ("GET /1 HTTP/1.1", "GET /2 HTTP/1.1")
    assert at_client.last_word == ANSWER


def test_a_request_that_the_fin_acknowledges_comes_before_it(record: Recorder) -> None:
    talk = used().wait(1)
    talk.client.says(get("/2")).wait(30).server.fin().client.acks()
    ending = record(talk).ending()
    assert (ending.before, ending.after) == ("GET /2 HTTP/1.1", None)
    assert ending.last_word == "GET /2 HTTP/1.1"


def test_an_answered_request_comes_before_whatever_the_fin_acknowledges(
    record: Recorder,
) -> None:
    """An odd acknowledgement number, say of a proxy in the path."""
    talk = used().wait(1).asks(get("/2"), ok()).wait(5)
    talk.server.fin(acknowledgment=1_000_001).client.acks()
    ending = record(talk).ending()
    assert (ending.before, ending.after) == ("GET /2 HTTP/1.1", None)


def test_a_race_at_the_wrap(record: Recorder) -> None:
    size = len(get("/1"))
    talk = Conversation(client_first=(1 << 32) - 1 - size).handshake().asks(get("/1"), ok())
    talk.wait(5).client.says(get("/2"), late=True).server.fin().arrives().server.resets()
    assert talk.packets[-2].acknowledgment == 0
    ending = record(talk).ending()
    assert (ending.before, ending.after) == ("GET /1 HTTP/1.1", "GET /2 HTTP/1.1")


def test_the_first_of_several_requests_after_the_close(record: Recorder) -> None:
    talk = used().wait(5)
    talk.server.fin().client.acks().client.says(get("/2")).client.says(get("/3"))
    assert record(talk).ending().after == "GET /2 HTTP/1.1"


def test_a_connection_that_was_never_used(record: Recorder) -> None:
    talk = Conversation().handshake().wait(10)
    talk.server.fin()
    ending = record(talk).ending()
    assert (ending.before, ending.after, ending.last_word) == (None, None, None)
    assert ending.idle_s == -1


def test_a_half_closed_client_still_gets_its_answer(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.client.fin(get("/1")).server.acks().wait(2).server.says(ok()).server.fin().client.acks()
    heard = record(talk)
    assert heard.ending().before == "GET /1 HTTP/1.1"
    assert heard.exchange_list()[0].answered


def test_idle_time_is_not_restarted_by_acks_and_probes(record: Recorder) -> None:
    """Go and Caddy probe every 15 s through the whole idle time; delayed ACKs come late."""
    talk = used()
    talk.wait(0.04).client.acks()
    for _ in range(5):
        talk.wait(15).server.probes().client.acks()
    talk.server.fin()
    assert record(talk).ending().idle_s == near(75.04)


def test_a_clock_that_goes_back_gives_no_negative_idle_time(record: Recorder) -> None:
    talk = used()
    talk.now_ns -= 5_000_000_000
    talk.server.fin()
    heard = record(talk, edit=lambda packets: talk.packets)
    assert heard.ending().idle_s == 0


def test_duplicates_change_no_ending(record: Recorder) -> None:
    """An ``any`` capture holds every packet twice."""
    talk = used().wait(5)
    talk.server.fin().client.acks().wait(1).client.says(get("/2")).server.resets()
    plain, doubled = record(talk), record(talk, edit=lambda p: [x for x in p for _ in (0, 1)])
    assert doubled.ending() == plain.ending()
    assert doubled.exchange_list() == plain.exchange_list()


# --- announced -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        response("200 OK", b"x", "Connection: close"),
        response("200 OK", b"x", version="HTTP/1.0"),
        response("400 Bad Request", b"", "Connection: Close"),
    ],
)
def test_a_response_may_announce_the_close(record: Recorder, answer: bytes) -> None:
    talk = Conversation().handshake().asks(get(), answer)
    talk.server.fin().client.acks()
    assert record(talk).ending().announced


@pytest.mark.parametrize(
    "answer",
    [
        ok(),
        response("200 OK", b"x", "Connection: keep-alive", version="HTTP/1.0"),
        response("200 OK", b"x", "Keep-Alive: timeout=5"),
    ],
)
def test_or_not(record: Recorder, answer: bytes) -> None:
    talk = Conversation().handshake().asks(get(), answer).wait(5)
    talk.server.fin().client.acks()
    assert not record(talk).ending().announced


def test_only_the_last_response_announces(record: Recorder) -> None:
    talk = used("/1", "Connection: close").asks(get("/2"), ok()).wait(5)
    talk.server.fin()
    assert not record(talk).ending().announced


def test_an_interim_response_announces_nothing_and_hides_nothing(record: Recorder) -> None:
    talk = used("/1", "Connection: close")
    talk.server.says(head("HTTP/1.1 103 Early Hints")).server.fin()
    assert record(talk).ending().announced


def test_the_announcement_stands_although_another_request_follows(record: Recorder) -> None:
    talk = used("/1", "Connection: close")
    talk.server.fin().client.acks().wait(1).client.says(get("/2")).server.resets()
    ending = record(talk).ending()
    assert ending.announced
    assert ending.after == "GET /2 HTTP/1.1"


def test_a_client_may_ask_for_the_close(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.asks(get("/", "GET", "Connection: close"), ok(b"", "Connection: close"))
    talk.server.fin()
    ending = record(talk).ending()
    assert (ending.announced, ending.asked_for) == (True, True)


def test_a_capture_that_begins_with_the_request_that_asks(record: Recorder) -> None:
    talk = Conversation().asks(get("/", "GET", "Connection: close"), ok(b"", "Connection: close"))
    talk.server.fin()
    ending = record(talk).ending()
    assert (ending.announced, ending.asked_for) == (True, True)


def test_the_last_request_asks(record: Recorder) -> None:
    talk = Conversation().handshake().asks(get("/", "GET", "Connection: close"), ok())
    talk.asks(get(), ok(b"", "Connection: close")).server.fin()
    ending = record(talk).ending()
    assert (ending.announced, ending.asked_for) == (True, False)


def test_a_server_may_ignore_what_the_client_asks_for(record: Recorder) -> None:
    talk = Conversation().handshake().asks(get("/", "GET", "Connection: close"), ok()).wait(5)
    talk.server.fin()
    ending = record(talk).ending()
    assert (ending.announced, ending.asked_for) == (False, False)


def test_a_head_that_was_cut_announces_nothing(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.asks(get(), response("200 OK", b"x", "Connection: close"))
    talk.server.fin()
    assert not record(talk, snap_length=80).ending().announced


# --- several at once -------------------------------------------------------------------------


def test_every_connection_has_an_ending_of_its_own(record: Recorder) -> None:
    talks = [Conversation(client_port=40000 + i) for i in range(4)]
    for talk in talks:
        talk.handshake()
    for talk in talks[1:]:
        talk.asks(get(), ok())
    talks[2].wait(5).server.fin()
    talks[3].wait(7).server.aborts()
    heard = record(*talks)
    endings = [heard.ending(talk) for talk in talks]
    assert [e.kind for e in endings] == [
        CloseKind.NONE,
        CloseKind.NONE,
        CloseKind.FIN,
        CloseKind.RST,
    ]
    assert [e.idle_s for e in endings] == [-1, -1, near(5), near(7)]
    assert [e.last_word for e in endings] == [None, ANSWER, ANSWER, ANSWER]
