"""Idle times by what ended them."""

from __future__ import annotations

import numpy as np

from netdiag.timeouts.idleness import Idleness, find_idleness
from tests.conversations import Conversation, Heard, Recorder
from tests.messages import get, ok


def used(i: int = 0) -> Conversation:
    return Conversation(client_port=40000 + i, start_s=100.0 * i).handshake().asks(get(), ok())


def idleness(heard: Heard) -> Idleness:
    return find_idleness(
        heard.traffic,
        heard.connections,
        heard.speech,
        heard.exchanges,
        heard.endings,
        heard.reason,
    )


def test_each_way_in_which_an_idle_time_ends(record: Recorder) -> None:
    closed = used(0).wait(5).server.fin().client.acks()
    left = used(1).wait(3).client.fin().server.fin().client.acks()
    again = used(2).wait(2).asks(get(), ok())
    lost = used(3).wait(9).client.says(get("/lost"))
    heard = record(closed, left, again, lost)
    seen = idleness(heard)
    assert np.flatnonzero(seen.server_closed).tolist() == [heard.connection(closed)]
    assert np.flatnonzero(seen.client_closed).tolist() == [heard.connection(left)]
    assert seen.client_idle_ns[heard.connection(left)] // 10**8 == 30
    reused = set(heard.exchanges.connection[seen.reuses].tolist())
    assert reused == {heard.connection(again), heard.connection(lost)}
    survived = heard.exchanges.connection[seen.survived].tolist()
    assert survived == [heard.connection(again)]


def test_a_clients_prompt_close_is_no_timer(record: Recorder) -> None:
    seen = idleness(record(used().client.fin().server.fin().client.acks()))
    assert not seen.client_closed.any()
