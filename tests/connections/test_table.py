"""The two tables keep what their docstrings promise."""

from __future__ import annotations

import numpy as np

from netdiag.connections import Connections, KnownBy, Traffic
from tests.conversations import Conversation, Recorder
from tests.messages import get, ok

DTYPES = {
    "client": np.uint64,
    "server": np.uint64,
    "known_by": np.uint8,
    "capture": np.int32,
}
TRAFFIC_DTYPES = {"from_client": np.bool_, "flags": np.uint8, "mark": np.uint8}


def test_every_column_has_the_dtype_that_is_documented(record: Recorder) -> None:
    heard = record(Conversation().handshake().asks(get(), ok()))
    for column in Connections.__struct_fields__:
        expected = DTYPES.get(column, np.int64)
        assert getattr(heard.connections, column).dtype == expected, column
    for column in Traffic.__struct_fields__:
        if column not in ("segments", "groups"):
            expected = TRAFFIC_DTYPES.get(column, np.int64)
            assert getattr(heard.traffic, column).dtype == expected, column


def test_every_column_is_described() -> None:
    for table in (Connections, Traffic):
        for column in table.__struct_fields__:
            assert f"\n        {column}: " in (table.__doc__ or ""), column


def test_a_table_of_some_connections_keeps_their_rows(record: Recorder) -> None:
    talks = [Conversation(client_port=40000 + i).handshake() for i in range(3)]
    connections = record(*talks).connections
    some = connections.take(connections.number != 1)
    assert len(some) == 2
    assert set(some.number.tolist()) == {0, 2}
    assert set(some.known_by.tolist()) == {KnownBy.SYN}


def test_a_column_of_segments_in_the_order_of_traffic(record: Recorder) -> None:
    talks = [Conversation(client_port=port).handshake() for port in (40001, 40000)]
    traffic = record(*talks).traffic
    column = traffic.column("ttl")
    assert column.dtype == np.uint8
    assert column.tolist() == np.where(traffic.from_client, 64, 63).tolist()


def test_spans_are_of_the_earliest_and_the_latest_segment_whatever_their_order(
    record: Recorder,
) -> None:
    talks = [Conversation(client_port=40000 + i, start_s=i).handshake() for i in range(2)]
    heard = record(*talks, edit=lambda packets: packets[::-1])
    first_ns, last_ns = heard.connections.spans(heard.traffic)
    for talk in talks:
        times_ns = [packet.time_ns for packet in talk.packets]
        row = heard.connection(talk)
        assert (first_ns[row], last_ns[row]) == (min(times_ns), max(times_ns))


def test_no_connections_have_no_spans(record: Recorder) -> None:
    heard = record(Conversation().handshake())
    none = heard.connections.take(heard.connections.number < 0)
    assert [len(times_ns) for times_ns in none.spans(heard.traffic)] == [0, 0]


def test_a_connection_that_was_asked_for_and_reset_was_refused(record: Recorder) -> None:
    refused = Conversation().client.syn().server.aborts()
    aborted = Conversation(client_port=40001).handshake().server.aborts()
    table = record(refused, aborted).connections
    assert table.was_refused.tolist() == [True, False]
    assert table.has_ended.tolist() == [True, True]


def test_a_connection_ends_with_both_fins_or_one_rst(record: Recorder) -> None:
    talks = [Conversation(client_port=40000 + i).handshake() for i in range(3)]
    talks[0].client.fin()
    talks[1].client.fin().server.fin().client.acks()
    assert record(*talks).connections.has_ended.tolist() == [False, True, False]
