"""`Traffic` and `Connections` of whole conversations."""

from __future__ import annotations

import weakref
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from netdiag.connections import Connections, Fields, build, first_of_streams
from netdiag.decode import load
from netdiag.decode.aside import Streams
from netdiag.decode.segments import Segments
from netdiag.exchanges import mark_payloads
from tests.conversations import (
    START_NS,
    Conversation,
    Heard,
    Recorder,
    endpoint,
    listen,
    moved,
    on_the_wire,
    write,
)
from tests.messages import get, ok


def whole() -> Conversation:
    """Everything a connection's row speaks of, once."""
    talk = Conversation()
    talk.client.syn(name="syn").server.syn_ack(name="syn_ack").wait(0.03)
    talk.client.acks().client.says(get()).server.says(ok())
    talk.server.fin(name="server_fin").client.fin(name="client_fin")
    talk.server.aborts(name="server_rst").client.aborts(name="client_rst")
    return talk


ROWS = ["syn", "syn_ack", "client_fin", "server_fin", "client_rst", "server_rst"]


@pytest.mark.parametrize("column", ROWS)
def test_a_row_names_the_first_segment_of_its_kind(record: Recorder, column: str) -> None:
    heard = record(whole())
    assert heard.name(getattr(heard.connections, column)[0]) == column


@pytest.mark.parametrize("column", ROWS)
def test_of_two_alike_the_first_counts(record: Recorder, column: str) -> None:
    talk = whole()
    heard = record(talk, edit=lambda p: [*p, *[moved(x, 1) for x in p[3:]]])
    assert heard.name(getattr(heard.connections, column)[0]) == column
    assert heard.connections.stop.tolist() == [15]


@pytest.mark.parametrize("column", ROWS)
def test_what_there_is_not_is_minus_one(record: Recorder, column: str) -> None:
    talk = Conversation().asks(get(), ok())
    assert getattr(record(talk).connections, column).tolist() == [-1]


def test_a_row_says_who_and_how_much(record: Recorder) -> None:
    connections = record(whole()).connections
    assert connections.client.tolist() == [endpoint("10.0.0.1", 40000)]
    assert connections.server.tolist() == [endpoint("10.0.0.2", 80)]
    assert connections.client_bytes.tolist() == [len(get())]
    assert connections.server_bytes.tolist() == [len(ok())]
    assert (connections.start.tolist(), connections.stop.tolist()) == ([0], [9])


def test_the_round_trip_is_the_whole_handshake_at_either_end(record: Recorder) -> None:
    """At the client the SYN/ACK takes the time, at the server the last ACK does."""
    at_client, at_server = Conversation(), Conversation(client_port=40001)
    at_client.client.syn().wait(0.03).server.syn_ack().client.acks()
    at_server.client.syn().server.syn_ack().wait(0.03).client.acks()
    heard = record(at_client, at_server)
    assert (heard.connections.round_trip_ns // 1_000_000).tolist() == [30, 30]


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_without_a_whole_handshake_there_is_no_round_trip(record: Recorder, missing: int) -> None:
    talk = Conversation().handshake()
    heard = record(talk, edit=lambda p: [x for i, x in enumerate(p) if i != missing])
    assert heard.connections.round_trip_ns.tolist() == [-1]


def test_a_request_may_end_the_handshake(record: Recorder) -> None:
    talk = Conversation()
    talk.client.syn().wait(0.02).server.syn_ack().client.says(get())
    assert record(talk).connections.round_trip_ns.tolist() == [20_200_000]


def test_a_clock_that_goes_back_gives_no_negative_round_trip(record: Recorder) -> None:
    talk = Conversation().handshake()
    heard = record(talk, edit=lambda p: [p[0], p[1], moved(p[2], -1)])
    assert heard.connections.round_trip_ns.tolist() == [0]


def test_connections_are_numbered_by_their_first_packet(record: Recorder) -> None:
    talks = [
        Conversation(client_port=port, start_s=start).handshake()
        for port, start in ((40007, 2.0), (40001, 0.0), (40004, 1.0))
    ]
    heard = record(*talks)
    numbers = [int(heard.connections.number[heard.connection(talk)]) for talk in talks]
    assert numbers == [2, 0, 1]
    assert heard.streams == heard.numbers == [0] * 3 + [1] * 3 + [2] * 3


def test_traffic_is_sorted_by_connection_and_keeps_the_captures_order(record: Recorder) -> None:
    talks = [Conversation(client_port=port).handshake() for port in (40000, 40001)]
    heard = record(*talks)
    traffic = heard.traffic
    assert sorted(traffic.row.tolist()) == list(range(6))
    for start, stop in zip(traffic.groups.start, traffic.groups.stop, strict=True):
        part = traffic.row[start:stop]
        assert part.tolist() == sorted(part.tolist())
    assert len(traffic) == 6
    assert traffic.column("frame").tolist() == (traffic.row + 1).tolist()


def test_a_clock_that_goes_back_does_not_change_the_order(record: Recorder) -> None:
    talk = Conversation().handshake().asks(get(), ok())
    heard = record(talk, edit=lambda p: [*p[:3], *[moved(x, -3600) for x in p[3:]]])
    assert heard.numbers == [0] * 6
    assert heard.exchange_list()[0].answered


def test_columns_are_the_same_with_and_without_a_file(record: Recorder) -> None:
    """What property tests hear directly is what a capture would say."""
    talks = [whole(), Conversation(client_port=40001).handshake().asks(get("/x"), ok())]
    one, other = record(*talks), listen(*talks)
    for column in Segments.__struct_fields__:
        if column == "sample":  # rows are stored by width, and in another order
            continue
        left, right = getattr(one.segments, column), getattr(other.segments, column)
        assert np.array_equal(left, right), column
        assert left.dtype == right.dtype, column


def test_no_segments_make_no_connections() -> None:
    traffic, connections = build(Segments.empty())
    assert len(traffic) == 0
    for column in Connections.__struct_fields__:
        assert len(getattr(connections, column)) == 0, column


def test_no_segments_make_nothing_at_all() -> None:
    nothing = listen()
    assert len(nothing.speech.row) == len(nothing.exchanges) == len(nothing.endings) == 0
    assert len(nothing.reason) == 0
    assert nothing.timeouts.servers == nothing.timeouts.clients == {}


def test_one_connection_in_two_captures(tmp_path: Path) -> None:
    """Rotated files: one connection, and the capture and stream of its first packet."""
    before = Conversation(client_port=40009).handshake()
    talk = (
        Conversation(start_s=1).handshake().asks(get("/1"), ok()).wait(3600).asks(get("/2"), ok())
    )
    packets = on_the_wire([before, talk])
    write(tmp_path / "1.pcap", packets[:8])
    write(tmp_path / "2.pcap", packets[8:])
    loaded = load([str(tmp_path / "1.pcap"), str(tmp_path / "2.pcap")], mark_payloads)
    heard = Heard(packets, loaded.segments, loaded.samples)
    assert heard.numbers == [0] * 3 + [1] * 9
    row = heard.connection(talk)
    assert (heard.connections.capture[row], heard.connections.stream[row]) == (0, 1)
    assert [e.request for e in heard.exchange_list(talk)] == ["GET /1 HTTP/1.1", "GET /2 HTTP/1.1"]
    assert heard.exchange_list(talk)[1].idle_s == pytest.approx(3600, abs=0.01)


def test_streams_are_counted_anew_in_each_capture(tmp_path: Path) -> None:
    talks = [Conversation(client_port=40000 + i, start_s=i).handshake() for i in range(4)]
    write(tmp_path / "1.pcap", on_the_wire(talks[:3]))
    write(tmp_path / "2.pcap", on_the_wire(talks[3:]))
    loaded = load([str(tmp_path / "2.pcap"), str(tmp_path / "1.pcap")], mark_payloads)
    heard = Heard(on_the_wire(talks), loaded.segments, loaded.samples)
    rows = [heard.connection(talk) for talk in talks]
    assert heard.connections.capture[rows].tolist() == [1, 1, 1, 0]
    assert heard.connections.stream[rows].tolist() == [0, 1, 2, 0]
    assert heard.connections.number[rows].tolist() == [0, 1, 2, 3]
    assert heard.segments.time_ns[0] == START_NS


def test_streams_that_are_not_there_count_as_well() -> None:
    talks = [Conversation(client_port=40000 + i, start_s=i).handshake() for i in range(4)]
    heard = listen(*talks)
    of_second = replace(heard.segments, capture=np.ones(len(heard.segments), np.uint16))
    begins = first_of_streams(of_second)
    assert of_second.frame[begins].tolist() == [1, 4, 7, 10]
    left = of_second.take(slice(6, None))
    whole = Streams(1, of_second.frame[begins])
    assert build(left)[1].stream.tolist() == [0, 1]
    assert build(left, [whole])[1].stream.tolist() == [2, 3]
    both = Segments.concatenate([heard.segments.take(slice(0, 3)), left])
    assert build(both, [whole])[1].stream.tolist() == [0, 2, 3]


def test_what_traffic_has_itself_is_not_held_twice() -> None:
    segments = listen(Conversation().handshake()).segments
    held = [segments.take(np.arange(len(segments)))]
    columns = set(Segments.__struct_fields__) - set(Fields.__struct_fields__)
    assert {"time_ns", "flags", "mark", "length", "source", "destination"} <= columns
    gone = [weakref.ref(getattr(held[0], name)) for name in sorted(columns)]
    traffic, _ = build(held.pop())
    assert len(traffic) == 3
    assert [ref() for ref in gone] == [None] * len(columns)
