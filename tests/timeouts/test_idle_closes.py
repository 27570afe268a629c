"""Idle closes are collected by who closed, those of connections without rows among the others."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from netdiag.decode.bygones import Bygones, How
from netdiag.exchanges import Protocol
from netdiag.timeouts.idle_closes import IdleCloses, idle_closes
from netdiag.timeouts.idleness import Remembered, find_idleness
from tests.connections.gone import gone
from tests.conversations import START_NS, Conversation, Heard, endpoint, listen
from tests.messages import get, ok

S = 1_000_000_000


def used(port: int, start_s: float = 0.0) -> Conversation:
    talk = Conversation(client_port=port, start_s=start_s)
    talk.client.syn().wait(0.001).server.syn_ack().wait(0.002).client.acks()
    return talk.asks(get(), ok())


def found(heard: Heard, bygones: Bygones) -> tuple[IdleCloses, IdleCloses]:
    tables = heard.traffic, heard.connections, heard.speech
    seen = find_idleness(*tables, heard.exchanges, heard.endings, heard.reason, Remembered(bygones))
    return idle_closes(*tables, heard.endings, seen)


def without_rows(how: How, frame: int, idle_s: int, at_s: int) -> Bygones:
    return replace(
        gone(frame),
        how=np.array([how], np.uint8),
        begun_ns=np.array([START_NS]),
        closed_ns=np.array([START_NS + at_s * S]),
        idle_ns=np.array([idle_s * S]),
    )


TALKS = (
    used(40_000).wait(5).server.fin().client.acks(),
    used(41_000).wait(3).client.fin().server.fin().client.acks(),
    used(42_000),
)


def test_by_servers_and_by_clients() -> None:
    by_server, by_client = found(listen(*TALKS), Bygones.empty())
    assert by_server.endpoint.tolist() == [endpoint("10.0.0.2", 80)]
    assert by_client.endpoint.tolist() == [endpoint("10.0.0.1", 0)]
    assert by_client.server.tolist() == by_server.server.tolist() == [endpoint("10.0.0.2", 80)]
    assert (by_server.idle_ns // S, by_client.idle_ns // S) == ([5], [3])
    assert (by_server.time_ns // S, by_client.time_ns // S) == ([5], [3])
    assert by_server.protocol.tolist() == by_client.protocol.tolist() == [Protocol.HTTP1]
    paths_s = (*by_server.path_s.tolist(), *by_client.path_s.tolist())
    assert [round(path_s, 3) for path_s in paths_s] == [0.001, 0.002]


def test_those_of_connections_without_rows() -> None:
    bygones = Bygones.concatenate(
        [
            without_rows(How.BY_SERVER | How.IDLE, 1000, 7, 30),
            without_rows(How.IDLE, 2000, 8, 40),
            without_rows(How.BY_SERVER, 3000, 0, 50),
            without_rows(How(0), 4000, 0, 60),
        ]
    )
    by_server, by_client = found(listen(*TALKS), bygones)
    assert (by_server.idle_ns // S).tolist() == [5, 7]
    assert (by_server.time_ns // S).tolist() == [5, 30]
    assert by_server.number.tolist() == [0, 3]
    assert (by_client.idle_ns // S).tolist() == [3, 8]
    assert (by_client.time_ns // S).tolist() == [3, 40]
    assert by_client.number.tolist() == [1, 4]
    assert (by_server.path_s[1], by_client.path_s[1]) == (1e-6, 0)


def test_each_endpoints_lie_together() -> None:
    elsewhere = replace(
        without_rows(How.BY_SERVER | How.IDLE, 1000, 7, 30),
        server=np.array([endpoint("10.0.0.1", 99)], np.uint64),
    )
    bygones = Bygones.concatenate([elsewhere, without_rows(How.BY_SERVER | How.IDLE, 2000, 9, 40)])
    by_server, _ = found(listen(*TALKS), bygones)
    assert (by_server.idle_ns // S).tolist() == [7, 5, 9]


def test_times_count_from_the_earliest_segment_of_all_to_the_end_by_who_closed() -> None:
    """A client's, if it closed, and not that of the server behind it."""
    left = replace(
        without_rows(How.IDLE, 2000, 8, 40),
        begun_ns=np.array([START_NS - 10 * S]),
        end_before_ns=np.array([S // 2], np.uint32),
    )
    by_server, by_client = found(listen(*TALKS), left)
    assert (by_server.time_ns // S).tolist() == [15]
    assert (by_client.time_ns / S).tolist()[1] == 49.5


def test_those_of_an_endpoint_lie_in_the_order_of_their_connections() -> None:
    count = 40
    number = np.arange(count)[::-1]
    closes = IdleCloses(
        endpoint=np.full(count, 80, np.uint64),
        server=np.full(count, 80, np.uint64),
        number=number,
        idle_ns=number,
        time_ns=number + 5,
        path_s=np.zeros(count),
        protocol=np.zeros(count, np.uint8),
    )
    ordered = closes.in_order(5)
    assert ordered.number.tolist() == ordered.time_ns.tolist() == list(range(count))


def test_where_none_was_idle_there_are_none() -> None:
    assert [len(each) for each in found(listen(TALKS[2]), Bygones.empty())] == [0, 0]
