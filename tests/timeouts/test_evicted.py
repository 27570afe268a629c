"""Connections that are ended to make room for others."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from netdiag.decode.bygones import Bygones, How
from netdiag.timeouts import Reason
from netdiag.timeouts.evicted import find_evicted
from tests.connections.gone import gone
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


def test_nothing_is_known_of_others_where_no_handshake_was_captured(record: Recorder) -> None:
    talks = [
        Conversation(client_port=40_000 + number).asks(get(), ok()).wait(idle_s).server.fin()
        for number, idle_s in enumerate((2, 5, 5, 5))
    ]
    heard = record(*talks)
    assert [heard.reason_of(talk) for talk in talks] == [Reason.IDLE] * 4


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


def gone_idle(*gaps_s: float) -> Bygones:
    """Connections without rows that the server ended after so much idle time."""
    each = Bygones.concatenate([gone(1000 + n) for n in range(len(gaps_s))])
    how = np.full(len(gaps_s), How.BY_SERVER | How.IDLE, np.uint8)
    return replace(each, how=how, idle_ns=(np.array(gaps_s) * 1e9).astype(np.int64))


@pytest.mark.parametrize(
    ("gaps_s", "found"),
    [((10, 10.01, 10.02), True), ((10, 10.01), False), ((6, 6, 6), False), ((5, 5, 5), False)],
)
def test_those_without_rows_show_the_timer_as_well(
    record: Recorder, gaps_s: tuple[float, ...], found: bool
) -> None:
    """They are none of those that made room."""
    heard = record(closed(41000, 50, 6.501), opened(42000, 56.5))
    tables = heard.traffic, heard.connections, heard.endings
    evicted = find_evicted(*tables, heard.reason == Reason.IDLE, gone_idle(*gaps_s))
    assert evicted.tolist() == [found, False]
    by_client = replace(gone_idle(*gaps_s), how=np.full(len(gaps_s), How.IDLE, np.uint8))
    assert not find_evicted(*tables, heard.reason == Reason.IDLE, by_client).any()
