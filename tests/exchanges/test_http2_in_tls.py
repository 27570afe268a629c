"""HTTP/2 under TLS: what the lengths of its records say."""

from __future__ import annotations

import pytest

from netdiag.exchanges import CloseKind
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
    data,
    mysql,
    mysql_greeting,
    tls,
)

PREFACE, SETTINGS, ACKNOWLEDGES = data(81), data(50), data(26)
FIRST, SAME_AGAIN, ANSWER = data(62), data(32), data(164)
PING = data(34)
TALK = ["REQUEST", "RESPONSE"]


def http2(port: int = 443) -> Conversation:
    """As Go begins it: two exchanges, of which the first is preface and SETTINGS."""
    talk = Conversation(port=port).handshake()
    talk.client.says(CLIENT_HELLO).server.says(SERVER_HELLO + CCS + data(40, 900, 280, 53))
    talk.client.says(CCS + FINISHED).asks(PREFACE, SETTINGS)
    return talk.client.says(ACKNOWLEDGES).asks(FIRST, ANSWER)


def tls12(overhead: int) -> Conversation:
    """The handshake of TLS 1.2."""
    talk = Conversation(port=443).handshake()
    talk.client.says(CLIENT_HELLO).server.says(SERVER_HELLO + tls(HANDSHAKE, 900, first=11))
    talk.client.says(tls(HANDSHAKE, 37, first=16) + CCS + tls(HANDSHAKE, 16 + overhead))
    return talk.server.says(CCS + tls(HANDSHAKE, 16 + overhead))


def http2_of_tls12(overhead: int) -> Conversation:
    """The same as `http2` with TLS 1.2."""
    talk = tls12(overhead).asks(data(64 + overhead), SETTINGS)
    return talk.client.says(data(9 + overhead)).asks(data(45 + overhead), ANSWER)


def test_a_request_in_15_bytes(record: Recorder) -> None:
    """HPACK leaves so little of a request that was made before."""
    heard = record(http2().wait(3).asks(SAME_AGAIN, ANSWER))
    assert heard.roles()[-2:] == TALK
    assert heard.exchange_list()[-1].idle_s == pytest.approx(3, abs=0.01)


def test_such_a_request_after_the_close(record: Recorder) -> None:
    talk = http2().wait(60).server.says(GOAWAY, name="GOAWAY").server.says(CLOSE_NOTIFY)
    talk.server.fin().client.acks().wait(5).client.says(SAME_AGAIN, name="stale")
    ending = record(talk.server.resets()).ending()
    assert (ending.close, ending.after) == ("GOAWAY", "stale")


@pytest.mark.parametrize("length", [32, 46])
def test_the_alert_behind_it_makes_it_no_goaway(record: Recorder, length: int) -> None:
    """The client reads the server's goodbye once it has sent its request, and says goodbye.

    15 bytes are too few for a GOAWAY, and others of 29 bytes were requests.
    """
    talk = http2().wait(2).asks(data(length), ANSWER).wait(60).server.says(GOAWAY)
    talk.server.says(CLOSE_NOTIFY).server.fin().client.acks().wait(5)
    talk.client.says(data(length), name="stale").client.says(CLOSE_NOTIFY)
    assert record(talk.server.resets()).ending().after == "stale"


@pytest.mark.parametrize("length", [34, 43, 51], ids=["plain", "curl", "JDK"])
def test_a_clients_goaway_after_the_close_is_a_farewell(record: Recorder, length: int) -> None:
    """As long as two WINDOW_UPDATEs, of which curl has sent some before."""
    talk = http2().client.says(data(43)).wait(60).server.says(GOAWAY).server.says(CLOSE_NOTIFY)
    talk.server.fin().client.acks().wait(5).client.says(data(length)).client.says(CLOSE_NOTIFY)
    heard = record(talk.client.fin().server.resets())
    assert heard.roles()[-2:] == ["FAREWELL", "FAREWELL"]
    assert heard.ending().after is None


@pytest.mark.parametrize("overhead", [24, 16], ids=["GCM", "ChaCha20"])
def test_tls12(record: Recorder, overhead: int) -> None:
    ping = data(17 + overhead)
    talk = http2_of_tls12(overhead).wait(1).client.says(ping).server.says(ping).wait(9)
    talk.server.says(data(17 + overhead), name="GOAWAY").server.says(tls(ALERT, 2 + overhead))
    talk.server.fin().client.acks().wait(5).client.says(data(15 + overhead), name="stale")
    heard = record(talk.server.resets())
    assert heard.roles()[-5:] == ["ASIDE", "ASIDE", "GOODBYE", "GOODBYE", "REQUEST"]
    ending = heard.ending()
    assert (ending.close, ending.after) == ("GOAWAY", "stale")
    assert ending.kind == CloseKind.CLOSE_NOTIFY
    assert ending.idle_s == pytest.approx(10, abs=0.01)


@pytest.mark.parametrize("first", ["client", "server"])
def test_a_ping_and_its_answer_do_not_start_the_clock(record: Recorder, first: str) -> None:
    talk = http2().wait(4)
    one, other = (talk.client, talk.server) if first == "client" else (talk.server, talk.client)
    one.says(PING)
    other.says(PING)
    talk.wait(6).server.says(CLOSE_NOTIFY).server.fin()
    heard = record(talk)
    assert heard.roles()[-3:] == ["ASIDE", "ASIDE", "GOODBYE"]
    assert heard.ending().idle_s == pytest.approx(10, abs=0.01)


@pytest.mark.parametrize("lengths", [(30,), (43,), (30, 30), (39,)])
def test_window_updates_after_a_response_ask_nothing(
    record: Recorder, lengths: tuple[int, ...]
) -> None:
    """One for the stream and one for the connection, in one record or in two."""
    talk = http2().client.says(data(*lengths)).wait(5).server.fin()
    heard = record(talk)
    assert heard.roles()[-1] == "ASIDE"
    assert heard.exchange_list()[-1].answered


def test_go_waits_a_second_between_goaway_and_close(record: Recorder) -> None:
    talk = http2().wait(3).server.says(GOAWAY, name="GOAWAY").client.acks().wait(1)
    talk.server.says(CLOSE_NOTIFY).server.fin()
    ending = record(talk).ending()
    assert ending.close == "GOAWAY"
    assert ending.idle_s == pytest.approx(3, abs=0.01)


def test_a_request_in_that_second_gets_no_answer(record: Recorder) -> None:
    talk = http2().wait(3).server.says(GOAWAY, name="GOAWAY").client.acks().wait(0.5)
    talk.client.says(SAME_AGAIN, name="stale").client.fin().server.says(CLOSE_NOTIFY)
    ending = record(talk.client.resets()).ending()
    assert (ending.close, ending.after) == ("GOAWAY", "stale")


def test_a_warning_and_a_goaway(record: Recorder) -> None:
    """A graceful shutdown says twice that no stream should be opened any more."""
    talk = http2().wait(3).server.says(GOAWAY, name="warning").wait(0.1).server.says(GOAWAY)
    assert record(talk.server.says(CLOSE_NOTIFY).server.fin()).ending().close == "warning"


def test_a_response_after_a_goaway_makes_it_none(record: Recorder) -> None:
    talk = http2().wait(3).server.says(GOAWAY).wait(0.5).asks(SAME_AGAIN, ANSWER).wait(4)
    heard = record(talk.server.says(CLOSE_NOTIFY, name="alert").server.fin())
    assert heard.ending().close == "alert"


@pytest.mark.parametrize("length", [34, 35], ids=["PING", "JSSE's alert"])
def test_a_request_as_long_as_something_else(record: Recorder, length: int) -> None:
    """It was asked before on this connection, and answered."""
    talk = http2().wait(1).asks(data(length), ANSWER).wait(60).server.fin().client.acks().wait(1)
    heard = record(talk.client.says(data(length), name="stale").server.resets())
    assert heard.ending().after == "stale"


@pytest.mark.parametrize("length", [34, 35, 19])
def test_a_ping_or_an_alert_after_the_close(record: Recorder, length: int) -> None:
    talk = http2().wait(1).client.says(PING).server.says(PING).wait(60).server.fin()
    talk.client.acks().wait(1).client.says(data(length)).server.resets()
    assert record(talk).ending().after is None


def test_a_short_record_of_something_else(record: Recorder) -> None:
    """No SETTINGS were acknowledged: it may be a farewell of any protocol."""
    talk = Conversation(port=993).handshake()
    talk.client.says(CLIENT_HELLO).server.says(SERVER_HELLO + CCS + data(40, 900, 280, 53))
    talk.client.says(CCS + FINISHED).asks(FIRST, ANSWER).wait(60).server.fin().client.acks()
    assert record(talk.client.says(data(28)).server.resets()).ending().after is None


@pytest.mark.parametrize("snap_length", [96, 68, 60])
def test_a_snap_length_changes_no_role(record: Recorder, snap_length: int) -> None:
    for overhead in (17, 24, 16):
        talk = http2() if overhead == 17 else http2_of_tls12(overhead)
        talk.wait(5).server.says(data(17 + overhead)).wait(1).client.says(data(15 + overhead))
        whole, cut = record(talk), record(talk, snap_length=snap_length)
        assert cut.roles() == whole.roles()


# --- Java, which pads ------------------------------------------------------------------------


def http2_of_java(hash_bytes: int, flight: bytes = data(600), pads: int = 0) -> Conversation:
    """A client that pads by 16, at a server whose flight ends as given and that pads so much."""
    talk = Conversation(port=443).handshake()
    talk.client.says(CLIENT_HELLO).server.says(SERVER_HELLO + CCS + flight)
    talk.client.says(CCS).client.says(data(21 + hash_bytes + 16))
    talk.server.says(data(250 + pads), name="tickets")
    talk.asks(data(97), data(50 + pads)).client.says(data(42))
    return talk.asks(data(78), data(164 + pads))


JAVAS = pytest.mark.parametrize(
    ("hash_bytes", "flight"),
    [(48, data(631)), (32, data(40, 900, 280, 53))],
    ids=["SHA-384", "SHA-256 and a server that doesn't pad"],
)


@JAVAS
def test_a_padded_finished_asks_nothing(record: Recorder, hash_bytes: int, flight: bytes) -> None:
    heard = record(http2_of_java(hash_bytes, flight))
    assert heard.roles()[:5] == ["ASIDE"] * 5
    assert heard.exchange_list()[0].idle_s == -1, "tickets are nothing that was said"


@JAVAS
@pytest.mark.parametrize("length", [26, 30, 34], ids=["SETTINGS ACK", "WINDOW_UPDATE", "PING"])
def test_padded_frames_that_ask_for_nothing(
    record: Recorder, hash_bytes: int, flight: bytes, length: int
) -> None:
    talk = http2_of_java(hash_bytes, flight).wait(5)
    assert record(talk.client.says(data(length + 16))).roles()[-1] == "ASIDE"


@JAVAS
def test_a_padded_request_in_15_bytes(record: Recorder, hash_bytes: int, flight: bytes) -> None:
    talk = http2_of_java(hash_bytes, flight).wait(5).server.fin().client.acks().wait(2)
    talk.client.says(data(32 + 16), name="stale")
    assert record(talk.server.resets()).ending().after == "stale"


@pytest.mark.parametrize("words", [0, 12], ids=["Tomcat", "Jetty says idle_timeout"])
def test_a_padded_goaway(record: Recorder, words: int) -> None:
    talk = http2_of_java(48, pads=16).wait(5).server.says(data(34 + words + 16), name="GOAWAY")
    heard = record(talk.server.says(data(35)).server.fin())
    assert heard.roles()[-2:] == ["GOODBYE", "GOODBYE"]
    assert heard.ending().close == "GOAWAY"
    assert heard.ending().idle_s == pytest.approx(5, abs=0.01)


@pytest.mark.parametrize("overhead", [24, 16], ids=["GCM", "ChaCha20"])
def test_tls12_that_goes_on_with_a_session(record: Recorder, overhead: int) -> None:
    """Nobody sends a key: the Finished alone tells the version."""
    talk = Conversation(port=443).handshake().client.says(CLIENT_HELLO)
    finished = tls(HANDSHAKE, 16 + overhead)
    talk.server.says(SERVER_HELLO + CCS + finished).client.says(CCS + finished)
    talk.asks(data(64 + overhead), SETTINGS).client.says(data(9 + overhead))
    talk.asks(data(45 + overhead), ANSWER).wait(3).asks(data(15 + overhead), ANSWER)
    heard = record(talk.client.says(data(13 + overhead)))
    assert heard.roles()[-5:] == [*TALK, *TALK, "ASIDE"]
    assert heard.exchange_list()[-1].idle_s == pytest.approx(3, abs=0.01)


def test_what_ends_a_part_of_a_body_is_no_record(record: Recorder) -> None:
    """Its last four bytes look like type and length of a WINDOW_UPDATE."""
    talk = http2().wait(1).client.says(data(1000)[:500])
    talk.client.says(bytes(200) + b"\x00\x17\x00\x1e")
    assert record(talk).roles()[-2:] == ["REQUEST", "REQUEST"]


def test_one_byte_more_of_an_upload_does_not_change_the_cipher(record: Recorder) -> None:
    """A client's Finished tells it: 25 bytes with AES-GCM are a byte of a body."""
    talk = http2_of_tls12(24).wait(1).client.says(data(200)).asks(data(25), ANSWER)
    heard = record(talk.client.says(data(13 + 24)))
    assert heard.roles()[-3:] == [*TALK, "ASIDE"]


def test_a_database_speaks_no_http2(record: Recorder) -> None:
    """9 bytes are MySQL's COM_STMT_CLOSE, 13 its "SELECT 1"."""
    talk = Conversation(port=3306).handshake().server.says(mysql_greeting())
    talk.client.says(mysql(1, bytes(32))).client.says(CLIENT_HELLO)
    talk.server.says(SERVER_HELLO + CCS + data(40, 900, 280, 53)).client.says(CCS + FINISHED)
    talk.asks(data(120), data(28)).client.says(data(26)).wait(1).asks(data(30), data(80))
    assert record(talk).roles()[-2:] == TALK
