"""Servers' RSTs that are no close, since it had come before, and those that are."""

from __future__ import annotations

import pytest

from netdiag.exchanges import CloseKind, late_resets
from tests.conversations import RST, Conversation, Recorder
from tests.messages import get, ok


def used(client_port: int = 40000) -> Conversation:
    """A connection after one exchange."""
    return Conversation(client_port=client_port).handshake().asks(get("/1"), ok(b"hello"))


def near(seconds: float) -> object:
    return pytest.approx(seconds, abs=0.01)


def test_an_rst_that_answers_a_request_is_no_close(record: Recorder) -> None:
    """No socket there any more: the end was earlier, and not captured."""
    talk = used().wait(30)
    talk.client.says(get("/2")).server.resets()
    ending = record(talk).ending()
    assert (ending.close, ending.kind) == (None, CloseKind.NONE)
    assert (ending.before, ending.after) == ("GET /2 HTTP/1.1", None)


def test_an_rst_that_answers_a_retransmission_is_no_close(record: Recorder) -> None:
    talk = used().wait(30)
    talk.client.says(get("/2"), late=True)
    for seconds in (0.2, 0.4, 0.8):
        talk.wait(seconds).client.repeats("GET /2 HTTP/1.1", late=True)
    talk.server.resets()
    assert record(talk).ending().close is None


@pytest.mark.parametrize("rows", [1, 12, 1 << 18])
def test_those_of_many_connections_are_told_apart(
    monkeypatch: pytest.MonkeyPatch, record: Recorder, rows: int
) -> None:
    """However many are looked at together; only every other RST answers a request."""
    monkeypatch.setattr(late_resets, "AT_ONCE", rows)
    talks = [used(client_port=40000 + number).wait(30) for number in range(5)]
    for number, talk in enumerate(talks):
        if number % 2:
            talk.client.says(get("/2")).server.resets()
        else:
            talk.server.aborts()
    heard = record(*talks)
    closes = [heard.ending(talk).close for talk in talks]
    assert closes == ["server RST", None, "server RST", None, "server RST"]


@pytest.mark.parametrize("octets", [0, 1])
def test_an_rst_that_answers_a_keep_alive_probe_is_no_close(record: Recorder, octets: int) -> None:
    """The probe's timer is the client's: the server's end was earlier."""
    talk = used().wait(75)
    talk.client.probes(octets).server.resets()
    assert record(talk).ending().close is None


def test_a_bare_rst_out_of_the_blue_is_a_close(record: Recorder) -> None:
    """A middlebox ends an idle connection: its RST answers nothing."""
    talk = used().wait(350)
    talk.server.resets()
    ending = record(talk).ending()
    assert (ending.kind, ending.idle_s) == (CloseKind.RST, near(350))


def test_an_rst_with_ack_after_a_request_is_a_close(record: Recorder) -> None:
    """An application that gives up with the request unread."""
    talk = used().wait(1)
    talk.client.says(get("/2")).server.acks().wait(0.1).server.aborts()
    ending = record(talk).ending()
    assert (ending.kind, ending.before) == (CloseKind.RST, "GET /2 HTTP/1.1")


def test_an_rst_that_answers_a_first_request_is_no_close(record: Recorder) -> None:
    talk = Conversation().handshake().wait(30)
    talk.client.says(get("/1")).server.resets()
    assert record(talk).ending().close is None


def test_an_rst_that_has_another_number_answers_nothing(record: Recorder) -> None:
    """It does not take it from the acknowledgement of what was sent before."""
    talk = Conversation().handshake()
    talk.client.says(get("/1")).server.sends(RST, sequence=5_000_100, name="reset")
    ending = record(talk).ending()
    assert (ending.close, ending.kind) == ("reset", CloseKind.RST)


# --- behind a FIN that was lost --------------------------------------------------------------


@pytest.mark.parametrize("whose", ["aborts", "resets"])
def test_an_rst_behind_a_fin_that_was_lost_is_no_close(record: Recorder, whose: str) -> None:
    """Its number counts the FIN; the idle time before that isn't known."""
    talk = used().wait(5)
    talk.server.fin(unseen=True).client.acks(unseen=whose == "aborts").wait(3)
    getattr(talk.server, whose)()
    assert record(talk).ending().close is None
    never = Conversation().handshake().wait(5)
    getattr(never.server.fin(unseen=True).client.acks().wait(3).server, whose)()
    assert record(never).ending().close is None


@pytest.mark.parametrize("lost", [True, False])
def test_a_request_that_had_been_told_comes_behind_the_close(record: Recorder, lost: bool) -> None:
    """Tomcat: it reads what comes behind its FIN, and gives up half a second later."""
    talk = used().wait(5)
    talk.server.fin(unseen=lost).client.acks(unseen=lost).wait(3).client.says(get("/2"))
    talk.server.acks().wait(0.5).server.aborts()
    assert record(talk).ending().close == (None if lost else "server FIN")


def test_a_request_that_had_not_been_told_was_ended_by_either(record: Recorder) -> None:
    """Nothing tells whether the server had it when it sent the FIN."""
    talk = used().wait(5)
    talk.server.fin(unseen=True, late=True).client.says(get("/2")).arrives().wait(2)
    talk.server.aborts()
    ending = record(talk).ending()
    assert (ending.close, ending.kind) == ("server RST", CloseKind.RST)


def test_one_that_comes_with_the_last_word_is_as_good_as_the_fin(record: Recorder) -> None:
    talk = used()
    talk.server.fin(unseen=True).wait(0.5).server.aborts()
    ending = record(talk).ending()
    assert (ending.close, ending.idle_s) == ("server RST", near(0.5))


@pytest.mark.parametrize("octets", [0, 2])
def test_the_number_says_whether_there_was_a_fin(record: Recorder, octets: int) -> None:
    """In sequence there was none; further on payload is missing, and nothing is known."""
    talk = used().wait(5)
    if octets:
        talk.server.says(b"!" * octets, unseen=True).client.acks(unseen=True)
    talk.wait(3).server.aborts()
    assert record(talk).ending().close == "server RST"
