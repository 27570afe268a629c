"""What comes late behind a connection that is gone is none of its own."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.connections import build
from netdiag.decode.bygones import Bygones
from tests.connections.gone import gone
from tests.conversations import Conversation, listen
from tests.messages import get
from tests.scripted import pooled

BEFORE = pooled(2, client_port=39_999)
"""Begins right away."""


def late() -> Conversation:
    """Long after the connection from port 40000, which ended before the tenth second."""
    return Conversation(start_s=60)


@pytest.mark.parametrize(
    "talk",
    [
        late().client.acks(),
        late().server.fin().client.acks(),
        late().server.aborts(),
        late().client.fin().client.repeats(),
    ],
)
def test_what_says_nothing_is_left_over(talk: Conversation) -> None:
    heard = listen(BEFORE, talk)
    traffic, connections = build(heard.segments, gone=gone())
    assert len(connections) == 1
    assert len(traffic) == len(BEFORE.packets)


@pytest.mark.parametrize(
    "talk",
    [
        late().client.says(get()),
        late().client.acks().client.says(get()),
        late().client.syn(),
        late().server.syn_ack(),
        Conversation(client_port=40_001, start_s=60).client.acks(),
        Conversation(server="10.0.0.3", start_s=60).client.acks(),
        Conversation(start_s=1).client.acks(),  # before it ended
    ],
)
def test_what_says_something_is_a_connection(talk: Conversation) -> None:
    heard = listen(BEFORE, talk)
    traffic, connections = build(heard.segments, gone=gone())
    assert len(connections) == 2
    assert len(traffic) == len(heard.segments)


def test_a_connection_behind_it_is_one_all_the_same() -> None:
    again = late().client.acks().wait(5).client.syn(sequence=77).server.syn_ack()
    traffic, connections = build(listen(BEFORE, again).segments, gone=gone())
    assert len(connections) == 2
    assert len(traffic) == len(BEFORE.packets) + 2


def test_where_none_is_gone_nothing_is_left_over() -> None:
    heard = listen(BEFORE, late().client.acks())
    assert len(build(heard.segments, gone=Bygones.empty())[1]) == 2


def test_in_another_capture_it_is_a_stream() -> None:
    """Wireshark is given one file at a time."""
    after = pooled(1, client_port=50_000, start_s=70)
    segments = listen(BEFORE, late().client.acks(), after).segments
    segments.capture[len(BEFORE.packets) :] = 1
    _, connections = build(segments, gone=gone())
    assert connections.stream.tolist() == [0, 1]
    assert connections.number.tolist() == [0, 2]
    segments.capture[:] = 0
    segments.frame[:] = np.arange(len(segments)) + 1
    _, connections = build(segments, gone=gone())
    assert connections.stream.tolist() == [0, 1]
