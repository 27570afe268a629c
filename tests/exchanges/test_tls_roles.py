"""What is said under TLS, told from types and lengths of records alone."""

from __future__ import annotations

import pytest

from netdiag.exchanges import CloseKind, Protocol
from tests import messages
from tests.conversations import Conversation, Recorder
from tests.messages import (
    ALERT,
    CCS,
    CLIENT_HELLO,
    CLOSE_NOTIFY,
    FINISHED,
    GOAWAY,
    HANDSHAKE,
    SERVER_HELLO,
    TICKETS,
    data,
    tls,
)

REQUEST, RESPONSE = data(200), data(900)
ASIDE = "ASIDE"
TALK = ["REQUEST", "RESPONSE"]


def tls13(finished: bytes = CCS + FINISHED, tickets: bytes = TICKETS) -> Conversation:
    """A TLS 1.3 connection up to the server's tickets."""
    talk = Conversation(port=443).handshake()
    talk.client.says(CLIENT_HELLO).server.says(SERVER_HELLO + CCS + data(40, 900, 280, 53))
    talk.client.says(finished)
    if tickets:
        talk.server.says(tickets)
    return talk


def tls12() -> Conversation:
    """A TLS 1.2 connection after the handshake."""
    talk = Conversation(port=443).handshake()
    talk.client.says(CLIENT_HELLO).server.says(SERVER_HELLO + tls(HANDSHAKE, 900, first=11))
    talk.client.says(tls(HANDSHAKE, 70, first=16) + CCS + tls(HANDSHAKE, 40))
    talk.server.says(CCS + tls(HANDSHAKE, 40))
    return talk


# --- the beginning ---------------------------------------------------------------------------


def test_a_tls13_handshake_asks_nothing(record: Recorder) -> None:
    heard = record(tls13())
    assert heard.roles() == [ASIDE] * 4
    assert heard.protocol() == Protocol.TLS


def test_a_tls12_handshake_asks_nothing(record: Recorder) -> None:
    assert record(tls12()).roles() == [ASIDE] * 4


@pytest.mark.parametrize("length", [53, 69], ids=["SHA-256", "SHA-384"])
@pytest.mark.parametrize("before", [b"", CCS], ids=["alone", "behind CCS"])
def test_a_finished_is_no_request(record: Recorder, length: int, before: bytes) -> None:
    talk = tls13(before + data(length))
    talk.wait(3).asks(REQUEST, RESPONSE)
    heard = record(talk)
    assert heard.roles() == [ASIDE] * 4 + TALK
    assert heard.exchange_list()[0].idle_s == -1, "tickets are nothing that was said"


@pytest.mark.parametrize("before", [b"", CCS], ids=["alone", "behind CCS"])
@pytest.mark.parametrize("length", [53, 69])
def test_a_finished_with_a_request_behind_it_is_one(
    record: Recorder, length: int, before: bytes
) -> None:
    talk = tls13(before + data(length) + REQUEST, tickets=b"")
    talk.server.says(TICKETS + RESPONSE)
    assert record(talk).roles() == [ASIDE, ASIDE, *TALK]


def test_only_the_first_record_of_that_length_is_a_finished(record: Recorder) -> None:
    talk = tls13()
    talk.asks(data(53), RESPONSE).asks(data(53), RESPONSE)
    assert record(talk).roles() == [ASIDE] * 4 + TALK * 2


@pytest.mark.parametrize(
    ("words", "pause_s", "roles"),
    [
        ([TICKETS], 0, [ASIDE]),
        ([data(255), data(255)], 0.01, [ASIDE, ASIDE]),
        ([data(255), data(255)], 0.03, ["RESPONSE", "RESPONSE"]),
        ([data(255), data(256)], 0.01, ["RESPONSE", "RESPONSE"]),
        ([data(900), data(900)], 0.01, ["RESPONSE", "RESPONSE"]),
        ([data(60), data(60)], 0.01, ["RESPONSE", "RESPONSE"]),
        ([data(255)], 0, ["RESPONSE"]),
        ([data(255, 900, 255)], 0, ["RESPONSE"]),
        ([data(255, 255, 255)], 0, ["RESPONSE"]),
        ([data(255), data(255, 255)], 0.01, ["RESPONSE", "RESPONSE"]),
    ],
)
def test_tickets_may_come_after_the_first_request(
    record: Recorder, words: list[bytes], pause_s: float, roles: list[str]
) -> None:
    """RFC 8446, section 4.6.1: a server sends them when it has the client's Finished."""
    talk = tls13(tickets=b"").client.says(REQUEST)
    for word in words:
        talk.server.says(word).wait(pause_s)
    assert record(talk).roles()[3:] == ["REQUEST", *roles]
    talk.server.says(RESPONSE).client.says(REQUEST).server.says(data(255)).server.says(data(255))
    assert record(talk).roles()[-4:] == ["RESPONSE", "REQUEST", "RESPONSE", "RESPONSE"]


def test_tickets_before_and_behind_the_first_request(record: Recorder) -> None:
    talk = (
        tls13(tickets=data(255)).client.says(REQUEST).server.says(data(255)).server.says(RESPONSE)
    )
    assert record(talk).roles()[3:] == [ASIDE, "REQUEST", ASIDE, "RESPONSE"]


def test_a_server_flight_over_several_segments(record: Recorder) -> None:
    flight = SERVER_HELLO + CCS + data(40, 3000, 280, 53)
    talk = Conversation(port=443).handshake()
    talk.client.says(CLIENT_HELLO)
    for i in range(0, len(flight), 1000):
        talk.server.says(flight[i : i + 1000])
    talk.client.says(CCS + FINISHED).asks(REQUEST, RESPONSE)
    assert record(talk).roles() == [ASIDE] * 6 + TALK


def test_a_client_hello_over_two_segments(record: Recorder) -> None:
    """A post-quantum key share doesn't fit into one."""
    hello = tls(HANDSHAKE, 1700, first=1, version=1)
    talk = Conversation(port=443).handshake()
    talk.client.says(hello[:1400]).client.says(hello[1400:])
    talk.server.says((SERVER_HELLO + CCS + data(40, 3000))[:1400]).server.says(data(280)[3:])
    talk.client.says(CCS + FINISHED).server.says(TICKETS).wait(1).asks(REQUEST, RESPONSE)
    heard = record(talk)
    assert heard.roles() == [ASIDE] * 6 + TALK
    assert len(heard.exchange_list()) == 1


def test_a_hello_retry(record: Recorder) -> None:
    talk = Conversation(port=443).handshake()
    talk.client.says(CLIENT_HELLO).server.says(SERVER_HELLO + CCS)
    talk.client.says(CCS + CLIENT_HELLO).server.says(SERVER_HELLO + data(40, 900, 53))
    talk.client.says(FINISHED).asks(REQUEST, RESPONSE)
    assert record(talk).roles() == [ASIDE] * 5 + TALK


def test_a_connection_that_never_asks(record: Recorder) -> None:
    """Preconnected, then closed by a timer."""
    talk = tls13().wait(60)
    talk.server.says(CLOSE_NOTIFY).server.fin()
    heard = record(talk)
    assert heard.roles() == [ASIDE] * 4 + ["GOODBYE"]
    assert heard.exchange_list() == []


# --- the talk --------------------------------------------------------------------------------


def test_requests_and_responses_of_many_segments(record: Recorder) -> None:
    upload, page = data(3000), data(4000)
    talk = tls13()
    for piece in (upload[:1400], upload[1400:2800], upload[2800:]):
        talk.client.says(piece)
    for piece in (page[:1400], page[1400:2800], page[2800:]):
        talk.server.says(piece)
    heard = record(talk)
    assert heard.roles()[4:] == ["REQUEST"] * 3 + ["RESPONSE"] * 3
    assert len(heard.exchange_list()) == 1


@pytest.mark.parametrize("length", [26, 30, 34], ids=["SETTINGS ACK", "WINDOW_UPDATE", "PING"])
def test_short_frames_of_http2_ask_nothing(record: Recorder, length: int) -> None:
    talk = tls13().asks(REQUEST, RESPONSE)
    talk.client.says(data(length)).wait(5).asks(REQUEST, RESPONSE)
    heard = record(talk)
    assert heard.roles()[4:] == [*TALK, ASIDE, *TALK]
    assert heard.exchange_list()[1].idle_s == pytest.approx(5, abs=0.01)


def test_where_all_requests_are_short_they_are_requests(record: Recorder) -> None:
    """Another protocol than HTTP: PING and PONG of 21 bytes under TLS."""
    talk = tls13().asks(data(40), data(24)).asks(data(30), data(24))
    assert record(talk).roles()[4:] == TALK * 2


# --- the end ---------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [19, 35], ids=["OpenSSL", "JSSE"])
def test_the_servers_close_notify_is_a_goodbye(record: Recorder, length: int) -> None:
    talk = tls13().asks(REQUEST, RESPONSE).wait(5)
    talk.server.says(data(length), name="alert").server.fin().client.acks()
    heard = record(talk)
    assert heard.roles()[-1] == "GOODBYE"
    ending = heard.ending()
    assert (ending.close, ending.kind) == ("alert", CloseKind.CLOSE_NOTIFY)
    assert ending.idle_s == pytest.approx(5, abs=0.01)


@pytest.mark.parametrize("length", [19, 35])
def test_a_short_record_that_is_not_the_last_is_a_response(record: Recorder, length: int) -> None:
    talk = tls13().asks(REQUEST, data(length)).asks(REQUEST, RESPONSE)
    assert record(talk).roles()[4:] == TALK * 2


def test_the_clients_alert_is_a_farewell(record: Recorder) -> None:
    talk = tls13().asks(REQUEST, RESPONSE).wait(5)
    talk.client.says(CLOSE_NOTIFY).client.fin()
    heard = record(talk)
    assert heard.roles()[-1] == "FAREWELL"
    assert len(heard.exchange_list()) == 1


def test_the_clients_alert_after_the_servers_fin_is_no_stale_request(record: Recorder) -> None:
    """Node.js closes without close_notify; the client's TLS sends its own, and gets an RST."""
    talk = tls13().asks(REQUEST, RESPONSE).wait(6)
    talk.server.fin().client.says(CLOSE_NOTIFY).server.resets()
    heard = record(talk)
    assert heard.ending().after is None
    assert len(heard.exchange_list()) == 1


def test_alerts_in_clear_are_farewells_of_either_side(record: Recorder) -> None:
    talk = tls12().asks(REQUEST, RESPONSE).wait(5)
    talk.server.says(tls(ALERT, 26)).server.fin().client.says(tls(ALERT, 26)).client.fin()
    heard = record(talk)
    assert heard.roles()[4:] == [*TALK, "GOODBYE", "FAREWELL"]
    assert heard.ending().kind == CloseKind.CLOSE_NOTIFY


def test_a_handshake_that_fails(record: Recorder) -> None:
    talk = Conversation(port=443).handshake()
    talk.client.says(CLIENT_HELLO).server.says(tls(ALERT, 2, first=2)).server.fin()
    heard = record(talk)
    assert heard.roles() == [ASIDE, "GOODBYE"]
    assert heard.exchange_list() == []


def test_a_goaway_before_the_close_notify_is_part_of_the_goodbye(record: Recorder) -> None:
    """The idle close of HTTP/2: GOAWAY 34, close_notify 19, FIN."""
    talk = tls13().asks(REQUEST, RESPONSE).wait(60)
    talk.server.says(GOAWAY, name="GOAWAY").server.says(CLOSE_NOTIFY).server.fin()
    heard = record(talk)
    assert heard.roles()[-2:] == ["GOODBYE", "GOODBYE"]
    ending = heard.ending()
    assert (ending.close, ending.last_word) == ("GOAWAY", "server says 905")
    assert ending.idle_s == pytest.approx(60, abs=0.01)


def test_a_goaway_with_words_in_it(record: Recorder) -> None:
    """Apache httpd writes its reason: 41 bytes."""
    talk = tls13().asks(REQUEST, RESPONSE).wait(60)
    talk.server.says(data(41)).server.says(CLOSE_NOTIFY).server.fin()
    assert record(talk).roles()[-2:] == ["GOODBYE", "GOODBYE"]


def test_goaway_and_close_notify_in_one_segment(record: Recorder) -> None:
    talk = tls13().asks(REQUEST, RESPONSE).wait(60)
    talk.server.says(GOAWAY + CLOSE_NOTIFY, name="both").server.fin()
    heard = record(talk)
    assert heard.roles()[-1] == "GOODBYE"
    assert heard.ending().idle_s == pytest.approx(60, abs=0.01)


def test_a_short_response_right_before_the_close_notify_is_a_response(record: Recorder) -> None:
    """Not every short record is a GOAWAY: this one answers."""
    talk = tls13().asks(REQUEST, RESPONSE)
    talk.client.says(REQUEST).server.says(data(45)).server.says(CLOSE_NOTIFY).server.fin()
    assert record(talk).roles()[4:] == [*TALK, *TALK, "GOODBYE"]


def test_a_clients_goaway_and_alert(record: Recorder) -> None:
    talk = tls13().asks(REQUEST, RESPONSE).wait(60)
    talk.client.says(GOAWAY).client.says(CLOSE_NOTIFY).client.fin()
    heard = record(talk)
    assert heard.roles()[6:] == ["FAREWELL", "FAREWELL"]
    assert len(heard.exchange_list()) == 1


def test_a_clients_goaway_and_alert_in_one_segment(record: Recorder) -> None:
    talk = tls13().asks(REQUEST, RESPONSE).wait(3).client.says(data(43, 19)).client.fin()
    assert record(talk).roles()[-3:] == [*TALK, "FAREWELL"]
    answered = tls13().asks(REQUEST, RESPONSE).asks(data(43, 19), RESPONSE)
    assert record(answered).roles()[-4:] == TALK * 2


@pytest.mark.parametrize("last", [data(22) + CLOSE_NOTIFY, data(46, 300, 19)])
def test_the_end_of_an_answer_is_no_goaway(record: Recorder, last: bytes) -> None:
    talk = tls13().asks(REQUEST, RESPONSE).wait(2).server.fin(last)
    assert record(talk).roles()[-1] == "RESPONSE"


def test_a_response_with_the_close_notify_behind_it_is_a_response(record: Recorder) -> None:
    talk = tls13()
    talk.client.says(REQUEST).server.says(RESPONSE + CLOSE_NOTIFY).server.fin()
    heard = record(talk)
    assert heard.roles()[4:] == TALK
    assert heard.ending().kind == CloseKind.FIN


# --- from the middle -------------------------------------------------------------------------


def test_a_stream_captured_from_the_middle(record: Recorder) -> None:
    talk = Conversation(port=443).asks(REQUEST, RESPONSE).wait(5).asks(data(53), RESPONSE)
    talk.wait(5).server.says(CLOSE_NOTIFY).server.fin()
    heard = record(talk)
    assert heard.protocol() == Protocol.TLS
    assert heard.roles() == [*TALK, *TALK, "GOODBYE"]


def test_the_middle_of_a_response_first(record: Recorder) -> None:
    talk = Conversation(port=443)
    talk.server.says(b"\xaa" * 300).server.says(RESPONSE).wait(4).asks(REQUEST, RESPONSE)
    assert record(talk).roles() == [ASIDE, ASIDE, *TALK]


def test_alerts_of_a_stream_captured_from_the_middle(record: Recorder) -> None:
    talk = Conversation(port=443).asks(REQUEST, RESPONSE).wait(5)
    talk.server.fin().client.says(CLOSE_NOTIFY).server.resets()
    heard = record(talk)
    assert heard.roles() == [*TALK, "FAREWELL"]
    assert heard.ending().after is None


# --- cut ------------------------------------------------------------------------------------


@pytest.mark.parametrize("snap_length", [96, 68, 60])
def test_a_snap_length_changes_no_role(record: Recorder, snap_length: int) -> None:
    """5 bytes of payload are enough (with 20 of TCP header, 6 remain of 60)."""
    talk = tls13().asks(REQUEST, RESPONSE).wait(3).asks(REQUEST, RESPONSE).wait(5)
    talk.server.says(CLOSE_NOTIFY).server.fin().client.acks().wait(2)
    talk.client.says(REQUEST).server.resets()
    whole, cut = record(talk), record(talk, snap_length=snap_length)
    assert cut.roles() == whole.roles()
    assert cut.ending() == whole.ending()


# --- databases, which begin in clear -----------------------------------------------------------


def database_in_tls() -> Conversation:
    talk = Conversation(port=5432).handshake()
    talk.client.says(messages.postgresql_startup(80877103, b"")).server.says(b"S")
    talk.client.says(CLIENT_HELLO).server.says(SERVER_HELLO + CCS + data(40, 900, 280, 53))
    talk.client.says(CCS + FINISHED).server.says(TICKETS)
    return talk.asks(data(58), data(427)).asks(data(108), data(108))


def test_a_sentence_of_farewell_before_the_close_notify(record: Recorder) -> None:
    """FATAL 57P05: it comes unasked, and its connection ends."""
    talk = database_in_tls().wait(4)
    talk.server.says(data(133)).server.says(CLOSE_NOTIFY).server.fin().client.acks()
    heard = record(talk)
    assert heard.roles()[-6:] == [*TALK, *TALK, "GOODBYE", "GOODBYE"]
    assert heard.ending().idle_s == pytest.approx(4, abs=0.01)


def test_a_web_server_may_send_as_much_before_its_close(record: Recorder) -> None:
    """The last part of a slow response looks the same; only databases end sessions in prose."""
    talk = tls13().asks(REQUEST, RESPONSE).wait(4)
    talk.server.says(data(133)).server.says(CLOSE_NOTIFY).server.fin()
    assert record(talk).roles()[-3:] == ["RESPONSE", "RESPONSE", "GOODBYE"]


def test_short_commands_of_databases_are_requests(record: Recorder) -> None:
    talk = database_in_tls().wait(3).asks(data(29), data(40))
    talk.client.says(data(22)).client.says(CLOSE_NOTIFY).client.fin()
    assert record(talk).roles()[-4:] == [*TALK, "FAREWELL", "FAREWELL"]
