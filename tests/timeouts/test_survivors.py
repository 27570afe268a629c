"""A server that still uses connections after it ended many others has not restarted."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from netdiag.columns import Mask
from netdiag.decode.bygones import Bygones, How
from netdiag.timeouts import Reason
from netdiag.timeouts.together import closed_together
from tests.conversations import Conversation, Recorder
from tests.messages import (
    CLOSE_NOTIFY,
    get,
    ok,
)
from tests.scripted import speaks_tls
from tests.timeouts.test_together import killed, reasons, talk_at, timed_out


def restarted(record: Recorder, bygones: Bygones) -> Mask:
    """Which of some closes at the hundredth second are told as one end, beside such others."""
    heard = record(*killed([3, 10, 40]))
    closed = np.ones(len(heard.connections), bool)
    tables = heard.traffic, heard.connections, heard.exchanges, heard.endings, closed
    return closed_together(*tables, bygones)


def test_a_server_that_goes_on_with_another_connection_has_not_restarted(
    record: Recorder,
) -> None:
    talks = killed([1, 4, 9, 20])
    survivor = talk_at(41000, 99).at(105).asks(get("/still"), ok())
    heard = record(*talks, survivor)
    assert reasons(heard, talks) == {Reason.IDLE}


def test_a_reload_finishes_what_it_has_begun(record: Recorder) -> None:
    """Idle connections end, as nginx does it, and those with an answer under way after that."""
    talks = killed([1, 4, 9, 20])
    busy = talk_at(41000, 95)
    busy.client.says(get("/slow")).at(99).server.says(ok(bytes(500))).at(101)
    busy.server.says(bytes(500)).server.fin().client.acks()
    heard = record(*talks, busy)
    assert reasons(heard, talks) == {Reason.TOGETHER}


def test_a_server_that_takes_another_request_there_has_not_reloaded(record: Recorder) -> None:
    talks = killed([1, 4, 9, 20])
    busy = talk_at(41000, 95)
    busy.client.says(get("/slow")).at(101).server.says(ok()).wait(1).asks(get("/next"), ok())
    assert reasons(record(*talks, busy), talks) == {Reason.IDLE}


def test_a_server_that_answers_a_probe_there_has_not_reloaded(record: Recorder) -> None:
    talks = killed([1, 4, 9, 20])
    idle = talk_at(41000, 95).at(110).client.probes().server.acks()
    assert reasons(record(*talks, idle), talks) == {Reason.IDLE}


def test_what_ended_before_is_no_end_of_another(record: Recorder) -> None:
    talks = killed([1, 4, 9, 20])
    idle = talk_at(41000, 95).at(110).client.probes().server.acks()
    last = talk_at(42000, 99.1).client.fin().server.fin().client.acks()
    assert reasons(record(*talks, idle, last), talks) == {Reason.IDLE}


def test_a_survivor_whose_server_says_no_more_than_rst_is_none(record: Recorder) -> None:
    """The FIN to one of them was lost: what it sends afterwards is reset."""
    talks = killed([1, 4, 9, 20])
    cut_off = talk_at(41000, 99).at(105)
    cut_off.client.says(get("/gone")).server.resets()
    assert reasons(record(*talks, cut_off), talks) == {Reason.TOGETHER}


@pytest.mark.parametrize("end_s", [95, 100.3])
def test_what_had_ended_by_then_is_no_survivor_whoever_sends_its_fin_again(
    record: Recorder, end_s: float
) -> None:
    """The system does, of which the server was one program."""
    talks = killed([1, 4, 9, 20], apart_s=0.2)
    over = talk_at(41000, 80).at(end_s).client.fin().server.fin().client.acks()
    over.at(103).server.repeats("server FIN").client.acks()
    assert reasons(record(*talks, over), talks) == {Reason.TOGETHER}
    kept = talk_at(41000, 80).at(end_s).client.fin().server.acks().at(103).server.fin()
    assert reasons(record(*talks, kept.client.acks()), talks) == {Reason.IDLE}


def test_a_reset_that_ended_nothing_makes_no_restart(record: Recorder) -> None:
    """It came from elsewhere, or was out of the window: the server goes on answering."""
    talks = killed([1, 4, 9, 20])
    used = talk_at(41000, 80).at(90).server.aborts().at(105).asks(get("/still"), ok())
    assert reasons(record(*talks, used), talks) == {Reason.IDLE}


@pytest.mark.parametrize(
    ("word_s", "fin_s", "reason"),
    [
        (90, 90.01, Reason.TOGETHER),
        (90, 105, Reason.IDLE),
        (99.99, 100.02, Reason.TOGETHER),
        (99.99, 100.06, Reason.IDLE),
    ],
)
def test_who_has_said_goodbye_before_and_ends_the_connection_later_goes_on(
    record: Recorder, word_s: float, fin_s: float, reason: Reason
) -> None:
    talks = killed([1, 4, 9, 20])
    slow = speaks_tls(Conversation(client_port=41000, start_s=79).handshake())
    if word_s > 99:  # else it would be one of those that the server ended
        slow.at(99.9).client.says(CLOSE_NOTIFY).client.fin()
    slow.at(word_s).server.says(CLOSE_NOTIFY).client.acks().at(fin_s)
    slow.server.fin().client.acks().at(106).server.repeats("server FIN").client.acks()
    assert reasons(record(*talks, slow), talks) == {reason}


def test_a_new_connection_after_the_restart_is_no_survivor(record: Recorder) -> None:
    talks = killed([1, 4, 9, 20])
    fresh = talk_at(41000, 103)
    heard = record(*talks, fresh)
    assert reasons(heard, talks) == {Reason.TOGETHER}
    assert heard.reason_of(fresh) == Reason.NOT_CLOSED


@pytest.mark.parametrize(
    ("asked_s", "word_s", "goes_on"),
    [(50, 51, True), (99.5, 99.9, True), (99.9, 100.9, False), (100.8, 100.9, True)],
)
def test_what_a_server_still_used_behind_the_moment_tells_that_it_went_on(
    record: Recorder, asked_s: float, word_s: float, goes_on: bool
) -> None:
    """Not what it was about to answer."""
    assert restarted(record, Bygones.empty()).all()
    used = replace(
        timed_out(120, 120 - word_s),
        answering_ns=np.zeros(1, np.uint32),
        waiting_ns=np.array([int((word_s - asked_s) * 1e9)], np.uint32),
    )
    assert restarted(record, used).any() == (not goes_on)


@pytest.mark.parametrize(("closed_s", "goes_on"), [(99.9, False), (100, False), (100.1, True)])
def test_nor_do_connections_without_rows_that_had_ended_by_then(
    record: Recorder, closed_s: float, goes_on: bool
) -> None:
    over = replace(
        timed_out(closed_s, 2, How.IDLE),
        waiting_ns=np.zeros(1, np.uint32),
        ended_after_ns=np.array([2_000_000_000], np.uint32),
    )
    assert restarted(record, over).any() == (not goes_on)
