"""Connections and streams are counted with those of which no segment is there."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.connections import Connections, Traffic, build, first_of_streams
from netdiag.connections.numbering import Ranks, by_capture, rank
from netdiag.decode.aside import Streams
from netdiag.decode.bygones import Bygones
from tests.connections.gone import gone
from tests.conversations import listen
from tests.scripted import pooled

TALKS = pooled(1, client_port=40_001), pooled(1, client_port=40_002, start_s=5)


def ranks_of(traffic: Traffic, connections: Connections, gone: Bygones) -> list[int]:
    ranks = Ranks.of(traffic, connections.number, gone).ranks(gone.capture, gone.frame)
    return ranks.tolist()


@pytest.mark.parametrize(
    ("frames", "numbers"),
    [
        ([], [0, 1]),
        ([1], [1, 2]),
        ([3], [0, 2]),
        ([1, 2, 3, 4], [2, 5]),
        ([100], [0, 1]),
    ],
)
def test_one_counts_before_those_that_begin_after_it(frames: list[int], numbers: list[int]) -> None:
    segments = listen(*TALKS).segments
    segments.frame[:] = segments.frame + 2  # the first begins in 3, the second in 9
    segments.frame[segments.frame > 8] += 10
    others = Bygones.concatenate([Bygones.empty(), *(gone(f, 41_000 + f) for f in frames)])
    traffic, connections = build(segments, gone=others)
    assert connections.number.tolist() == numbers
    assert connections.stream.tolist() == numbers
    theirs = ranks_of(traffic, connections, others)
    assert theirs == sorted(set(range(2 + len(frames))) - set(numbers))


def test_streams_are_counted_in_each_capture_and_connections_in_all() -> None:
    segments = listen(*TALKS).segments
    half = len(segments) // 2
    segments.capture[half:] = 1
    segments.frame[half:] = np.arange(len(segments) - half) + 10
    others = Bygones.concatenate([gone(100), gone(3, 41_000, 1), gone(4, 41_001, 1)])
    _, connections = build(segments, gone=others)
    assert connections.stream.tolist() == [0, 2]
    assert connections.number.tolist() == [0, 4]


def test_captures_count_in_the_order_in_which_they_were_taken() -> None:
    segments = listen(*TALKS).segments
    half = len(segments) // 2
    segments.capture[:half] = 1
    segments.frame[half:] = np.arange(len(segments) - half) + 1
    others = Bygones.concatenate([gone(100), gone(100, 41_000, 1)])
    traffic, connections = build(segments, gone=others)
    assert connections.number.tolist() == [0, 2]
    assert ranks_of(traffic, connections, others) == [3, 1]
    assert connections.stream.tolist() == [0, 0]


def test_a_second_connection_in_a_stream_has_its_number() -> None:
    """Whatever began in between: Wireshark's number is that of the stream's first segment."""
    talk = pooled(1, client_port=40_001).server.fin().client.fin().server.acks().wait(20)
    talk.client.syn(sequence=talk.packets[0].sequence).server.syn_ack(sequence=77)
    segments = listen(talk).segments
    segments.frame[8:] += 50
    _, connections = build(segments, gone=gone(20))
    assert connections.stream.tolist() == [0, 0]
    assert connections.number.tolist() == [0, 2]


def test_streams_of_connections_without_segments() -> None:
    others = Bygones.concatenate([gone(9), gone(3, 41_000), gone(4, 41_001, 2)])
    found = list(by_capture(others.capture, others.frame))
    assert [each.capture for each in found] == [0, 2]
    assert [each.frame.tolist() for each in found] == [[3, 9], [4]]
    assert all(isinstance(each, Streams) for each in found)


def test_the_first_of_streams() -> None:
    segments = listen(*TALKS).segments
    assert first_of_streams(segments).tolist() == [0, len(segments) // 2]


def test_ranks() -> None:
    assert rank(np.array([5, 7, 9])).tolist() == [0, 1, 2]
    assert rank(np.array([7, 5, 9])).tolist() == [1, 0, 2]
