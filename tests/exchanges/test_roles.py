"""What each segment with new payload is in its conversation, protocol by protocol."""

from __future__ import annotations

import pytest

from netdiag.exchanges import Protocol
from tests import messages
from tests.conversations import Conversation, Recorder
from tests.messages import get, head, ok, response


def test_nothing_said_is_no_speech(record: Recorder) -> None:
    heard = record(Conversation().handshake())
    assert heard.roles() == []
    assert heard.protocol() == Protocol.UNKNOWN


def test_http1(record: Recorder) -> None:
    heard = record(Conversation().handshake().asks(get(), ok()))
    assert heard.roles() == ["REQUEST", "RESPONSE"]
    assert heard.protocol() == Protocol.HTTP1
    assert not heard.speech.tunnel[0]


def test_interim_responses_are_asides(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.client.says(get()).server.says(head("HTTP/1.1 100 Continue")).server.says(ok())
    assert record(talk).roles() == ["REQUEST", "ASIDE", "RESPONSE"]


def test_an_upgrade_makes_a_tunnel(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.client.says(get()).server.says(head("HTTP/1.1 101 Switching Protocols"))
    heard = record(talk)
    assert heard.roles() == ["REQUEST", "RESPONSE"]
    assert heard.speech.tunnel.tolist() == [True]


def test_connect_makes_a_tunnel(record: Recorder) -> None:
    talk = Conversation(port=3128).handshake()
    talk.asks(get("example.test:443", "CONNECT"), head("HTTP/1.1 200 Established"))
    assert record(talk).speech.tunnel.tolist() == [True]


def test_a_tunnel_with_tls_is_used_as_any_connection(record: Recorder) -> None:
    talk = Conversation(port=3128).handshake()
    talk.asks(get("example.test:443", "CONNECT"), head("HTTP/1.0 200 Established"))
    talk.client.says(messages.CLIENT_HELLO)
    talk.server.says(messages.SERVER_HELLO + messages.CCS + messages.data(40, 900, 280, 53))
    talk.client.says(messages.CCS + messages.FINISHED)
    talk.asks(messages.data(200), messages.data(300))
    heard = record(talk)
    assert heard.roles() == ["ASIDE"] * 5 + ["REQUEST", "RESPONSE"]
    assert heard.speech.tunnel.tolist() == [False]
    assert not heard.endings.announced.any(), "HTTP/1.0 was the proxy's"


def test_a_tunnel_is_its_own_connections_matter(record: Recorder) -> None:
    tunnel = Conversation(client_port=40001).handshake()
    tunnel.asks(get("example.test:443", "CONNECT"), head("HTTP/1.1 200 Established"))
    plain = Conversation(client_port=40002).handshake().asks(get(), ok())
    heard = record(tunnel, plain)
    assert heard.speech.tunnel[heard.connection(tunnel)]
    assert not heard.speech.tunnel[heard.connection(plain)]


TIMEOUT = response("408 Request Timeout", b"", "Connection: close")


def test_a_408_that_nobody_waits_for_is_a_farewell(record: Recorder) -> None:
    talk = Conversation().handshake().asks(get(), ok()).wait(10)
    talk.server.says(TIMEOUT).server.fin()
    heard = record(talk)
    assert heard.roles() == ["REQUEST", "RESPONSE", "GOODBYE"]
    assert len(heard.exchange_list()) == 1


def test_a_408_on_a_connection_that_never_asked(record: Recorder) -> None:
    talk = Conversation().handshake().wait(10)
    talk.server.says(TIMEOUT).server.fin()
    assert record(talk).roles() == ["GOODBYE"]


def test_a_408_to_a_request_is_its_response(record: Recorder) -> None:
    """The body never came (RFC 9110, section 15.5.9)."""
    talk = Conversation().handshake()
    talk.client.says(get("/", "POST", "Content-Length: 9")).wait(10)
    talk.server.says(TIMEOUT).server.fin()
    assert record(talk).roles() == ["REQUEST", "RESPONSE"]


def test_a_408_after_100_continue_is_a_response_too(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.client.says(get("/", "POST", "Expect: 100-continue"))
    talk.server.says(head("HTTP/1.1 100 Continue")).wait(10).server.says(TIMEOUT)
    assert record(talk).roles() == ["REQUEST", "ASIDE", "RESPONSE"]


def test_http2_in_clear(record: Recorder) -> None:
    goaway = bytes([0, 0, 8, 7, 0, 0, 0, 0, 0]) + bytes(8)
    talk = Conversation().handshake()
    talk.client.says(messages.PREFACE).server.says(b"settings and data").wait(60)
    talk.server.says(goaway).server.fin()
    heard = record(talk)
    assert heard.protocol() == Protocol.HTTP2
    assert heard.roles() == ["REQUEST", "RESPONSE", "GOODBYE"]


def test_http2_frames_that_ask_for_nothing(record: Recorder) -> None:
    """SETTINGS, PING and WINDOW_UPDATE don't end an idle time."""
    ping = bytes([0, 0, 8, 6, 0, 0, 0, 0, 0]) + bytes(8)
    talk = Conversation().handshake().asks(messages.PREFACE, b"settings and data").wait(30)
    talk.client.says(ping).server.says(ping).wait(30).server.fin()
    heard = record(talk)
    assert heard.roles() == ["REQUEST", "RESPONSE", "ASIDE", "ASIDE"]
    assert heard.ending().idle_s == pytest.approx(60, abs=0.01)


def test_a_clients_goaway_is_a_farewell(record: Recorder) -> None:
    goaway = bytes([0, 0, 8, 7, 0, 0, 0, 0, 0]) + bytes(8)
    talk = Conversation().handshake().asks(messages.PREFACE, b"settings and data").wait(60)
    talk.client.says(goaway).client.fin()
    assert record(talk).roles() == ["REQUEST", "RESPONSE", "FAREWELL"]


def test_mysql(record: Recorder) -> None:
    talk = Conversation(port=3306).handshake()
    talk.server.says(messages.mysql_greeting()).client.says(messages.mysql(1, b"login"))
    talk.server.says(messages.mysql(2, b"\x00ok")).asks(messages.mysql_query(), b"\x01rows")
    talk.client.says(messages.COM_QUIT).client.fin()
    heard = record(talk)
    assert heard.protocol() == Protocol.MYSQL
    assert heard.roles() == ["RESPONSE", *["REQUEST", "RESPONSE"] * 2, "FAREWELL"]


def test_mysql_says_why_it_closes(record: Recorder) -> None:
    talk = Conversation(port=3306).handshake()
    talk.server.says(messages.mysql_greeting()).asks(messages.mysql_query(), b"\x01rows")
    talk.wait(8).server.says(messages.mysql_error(4031)).server.fin()
    assert record(talk).roles() == ["RESPONSE", "REQUEST", "RESPONSE", "GOODBYE"]


def test_postgresql(record: Recorder) -> None:
    talk = Conversation(port=5432).handshake()
    talk.asks(messages.postgresql_startup(), messages.postgresql(b"R", bytes(4)))
    talk.asks(messages.postgresql(b"Q", b"SELECT 1\0"), messages.postgresql(b"T", b"rows"))
    heard = record(talk)
    assert heard.protocol() == Protocol.POSTGRESQL
    talk.client.says(messages.TERMINATE).client.fin()
    assert record(talk).roles() == [*["REQUEST", "RESPONSE"] * 2, "FAREWELL"]


def test_postgresql_says_why_it_closes(record: Recorder) -> None:
    talk = Conversation(port=5432).handshake()
    talk.asks(messages.postgresql_startup(), messages.postgresql(b"R", bytes(4))).wait(60)
    talk.server.says(messages.postgresql_fatal()).server.fin()
    assert record(talk).roles() == ["REQUEST", "RESPONSE", "GOODBYE"]


def test_redis(record: Recorder) -> None:
    talk = Conversation(port=6379).handshake()
    talk.asks(messages.redis(b"GET", b"key"), b"$5\r\nvalue\r\n")
    talk.client.says(messages.REDIS_QUIT)
    heard = record(talk)
    assert heard.protocol() == Protocol.REDIS
    assert heard.roles() == ["REQUEST", "RESPONSE", "FAREWELL"]


def test_what_nobody_knows_takes_turns(record: Recorder) -> None:
    heard = record(Conversation(port=9999).handshake().asks(b"question", b"answer"))
    assert heard.protocol() == Protocol.UNKNOWN
    assert heard.roles() == ["REQUEST", "RESPONSE"]


def test_a_farewell_of_the_wrong_side_is_none(record: Recorder) -> None:
    talk = Conversation(port=9999).handshake()
    talk.client.says(b"how to leave?\r\n").server.says(b"QUIT\r\n")
    assert record(talk).roles() == ["REQUEST", "RESPONSE"]


@pytest.mark.parametrize("opening", [b"", b"220 ready\r\n"])
def test_tls_begun_in_the_middle_hides_what_it_carries(record: Recorder, opening: bytes) -> None:
    """STARTTLS, an SSLRequest: after the hello only records are to be seen."""
    talk = Conversation(port=25).handshake()
    if opening:
        talk.server.says(opening)
    talk.asks(b"STARTTLS\r\n", b"220 go on\r\n")
    talk.client.says(messages.CLIENT_HELLO).server.says(messages.SERVER_HELLO)
    assert record(talk).protocol() == Protocol.TLS


def test_http_text_that_looks_like_something_else_stays_http(record: Recorder) -> None:
    """An upload whose next segment begins like a Redis command."""
    talk = Conversation().handshake()
    talk.client.says(messages.post(b"x")).client.says(messages.redis(b"GET", b"k"))
    talk.server.says(ok())
    heard = record(talk)
    assert heard.protocol() == Protocol.HTTP1
    assert len(heard.exchange_list()) == 1


def session() -> Conversation:
    talk = Conversation(port=5432).handshake()
    talk.client.says(messages.postgresql_startup()).server.says(messages.POSTGRESQL_ANSWER)
    return talk


def test_a_fatal_error_that_a_request_waits_for_answers_it(record: Recorder) -> None:
    """A refused login (28P01) is an answer, however final."""
    talk = session()
    talk.client.says(messages.postgresql(b"p", b"wrong\0"))
    talk.server.says(messages.postgresql_fatal(b"28P01")).server.fin()
    assert record(talk).roles() == ["REQUEST", "RESPONSE", "REQUEST", "RESPONSE"]


def test_a_shutdown_answers_nothing(record: Recorder) -> None:
    talk = session()
    talk.client.says(messages.postgresql_query()).wait(3)
    talk.server.says(messages.postgresql_fatal(b"57P01")).server.fin()
    assert record(talk).roles() == ["REQUEST", "RESPONSE", "REQUEST", "GOODBYE"]


def test_notifications_are_asides(record: Recorder) -> None:
    """idle_session_timeout counts from the last response, not from a notification."""
    talk = session().wait(3)
    talk.server.says(messages.NOTIFICATION).wait(1).server.says(messages.NOTIFICATION).wait(1)
    talk.server.says(messages.postgresql_fatal()).server.fin()
    heard = record(talk)
    assert heard.roles() == ["REQUEST", "RESPONSE", "ASIDE", "ASIDE", "GOODBYE"]
    assert heard.ending().idle_s == pytest.approx(5, abs=0.01)


def test_a_notice_inside_a_response_belongs_to_it(record: Recorder) -> None:
    notice = messages.postgresql(b"N", b"SNOTICE\0VNOTICE\0C00000\0Mhello\0\0")
    talk = session()
    talk.client.says(messages.postgresql_query()).server.says(notice)
    talk.server.says(messages.POSTGRESQL_ROWS).server.says(notice)
    talk.server.says(messages.READY_FOR_QUERY)
    assert record(talk).roles()[2:] == ["REQUEST", *["RESPONSE"] * 4]


@pytest.mark.parametrize("command", [b"SUBSCRIBE", b"MONITOR", b"PSYNC"])
def test_a_subscription_makes_a_tunnel(record: Recorder, command: bytes) -> None:
    talk = Conversation(port=6379).handshake().asks(messages.redis(command, b"x"), b"+OK\r\n")
    assert record(talk).speech.tunnel.tolist() == [True]


def test_a_push_beside_commands_is_an_aside(record: Recorder) -> None:
    """Client-side caching with RESP3: invalidations come when they like."""
    push = b">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n"
    talk = Conversation(port=6379).handshake().asks(messages.redis(b"GET", b"k"), b"$1\r\nv\r\n")
    talk.wait(5).server.says(push)
    heard = record(talk)
    assert heard.roles() == ["REQUEST", "RESPONSE", "ASIDE"]
    assert heard.speech.tunnel.tolist() == [False]


def test_a_binary_log_makes_a_tunnel(record: Recorder) -> None:
    talk = Conversation(port=3306).handshake()
    talk.server.says(messages.mysql_greeting())
    talk.asks(messages.mysql(0, b"\x12" + bytes(20)), messages.mysql(1, b"\0event"))
    assert record(talk).speech.tunnel.tolist() == [True]


def test_a_proxy_that_asks_who_it_is_takes_three_connects(record: Recorder) -> None:
    """NTLM: RFC 4559, section 4, has the same turns."""
    talk = Conversation(port=3128).handshake()
    for status in ("407 Who", "407 Prove it", "200 Established"):
        talk.asks(get("example.test:443", "CONNECT"), head(f"HTTP/1.1 {status}"))
    talk.client.says(messages.CLIENT_HELLO).server.says(messages.SERVER_HELLO)
    assert set(record(talk).roles()) == {"ASIDE"}


@pytest.mark.parametrize(("turns", "role"), [(1, "ASIDE"), (2, "ASIDE"), (3, "REQUEST")])
def test_so_little_in_clear_only_leads_up_to_tls(record: Recorder, turns: int, role: str) -> None:
    talk = Conversation(port=25).handshake().server.says(b"220 mail\r\n")
    for _ in range(turns):
        talk.asks(b"EHLO me\r\n", b"250 yes\r\n")
    talk.client.says(messages.CLIENT_HELLO).server.says(messages.SERVER_HELLO)
    heard = record(talk)
    assert heard.protocol() == Protocol.TLS
    assert heard.roles()[1] == role
    assert heard.roles()[-2:] == ["ASIDE", "ASIDE"]
    assert len(heard.exchange_list()) == (0 if role == "ASIDE" else turns)
