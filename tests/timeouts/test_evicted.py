"""Connections that are ended to make room for others."""

from __future__ import annotations

import pytest

from netdiag.timeouts import Reason
from tests.conversations import Conversation, Recorder
from tests.messages import get, ok


def closed(port: int, last_word_s: float, after_s: float) -> Conversation:
    """A connection that the server ends so long after its only exchange."""
    talk = Conversation(client_port=port, start_s=last_word_s - 0.001).handshake()
    return talk.asks(get(), ok()).at(last_word_s + after_s).server.fin().client.acks()


def timed(count: int = 3) -> list[Conversation]:
    """Connections that end at the server's idle timeout of 10 s."""
    return [closed(40000 + i, 3.0 * i, 10) for i in range(count)]


def opened(port: int, at_s: float) -> Conversation:
    return Conversation(client_port=port, start_s=at_s).handshake().asks(get(), ok())


def test_the_one_that_is_ended_as_another_comes_measures_nothing(record: Recorder) -> None:
    early, others = closed(41000, 50, 6.501), timed()
    heard = record(*others, early, opened(42000, 56.5))
    assert heard.reason_of(early) == Reason.EVICTED
    assert {heard.reason_of(talk) for talk in others} == {Reason.IDLE}


@pytest.mark.parametrize("at_s", [55.0, 56.51])
def test_nothing_came_then(record: Recorder, at_s: float) -> None:
    early = closed(41000, 50, 6.501)
    assert record(*timed(), early, opened(42000, at_s)).reason_of(early) == Reason.IDLE


def test_too_few_show_what_its_time_would_have_been(record: Recorder) -> None:
    early = closed(41000, 50, 6.501)
    assert record(*timed(2), early, opened(42000, 56.5)).reason_of(early) == Reason.IDLE


def test_two_timers_are_not_one(record: Recorder) -> None:
    """Two servers behind one address: three closes after 5 s are no accident."""
    short = [closed(41000 + i, 50 + i, 5) for i in range(3)]
    talks = [*timed(4), *short, *(opened(42000 + i, 54.999 + i) for i in range(3))]
    heard = record(*talks)
    assert {heard.reason_of(talk) for talk in short} == {Reason.IDLE}


def test_what_comes_at_its_time_is_left_alone(record: Recorder) -> None:
    talks = timed(4)
    heard = record(*talks, *(opened(42000 + i, 9.999 + 3 * i) for i in range(4)))
    assert {heard.reason_of(talk) for talk in talks} == {Reason.IDLE}
