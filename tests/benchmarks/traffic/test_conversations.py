"""Connections that go on where they stood, and what begins when."""

from __future__ import annotations

import itertools

import numpy as np

from benchmarks.traffic.conversations import START_US, Open, batches, expand
from benchmarks.traffic.packets import ACK, FIN, PSH, SYN
from benchmarks.traffic.steps import HANDSHAKE, SERVER_CLOSES, Part, Script, Talk, client, server
from benchmarks.traffic.texts import Texts

TEXTS = Texts.of({"ask": [b"ask"], "tell": [b"tell!"]})
EXCHANGE: Part = (client(PSH | ACK, "ask", 1000, 0), server(PSH | ACK, "tell", 500, 0))


def test_numbers_follow_from_what_was_sent_and_wrap() -> None:
    script = Script.of([HANDSHAKE, EXCHANGE], TEXTS)
    now = Open(np.array([7]), np.array([START_US]), np.array([[2**32 - 2], [10]]))
    rng = np.random.default_rng(1)
    packets, then = expand(rng, script, TEXTS, now, np.array([0, 1]), np.array([2]))
    assert packets.sequence.tolist() == [2**32 - 2, 10, 2**32 - 1, 2**32 - 1, 11]
    assert packets.acknowledgment.tolist() == [0, 2**32 - 1, 11, 11, 2]
    assert packets.flags.tolist() == [SYN, SYN | ACK, ACK, PSH | ACK, PSH | ACK]
    assert then.sent.tolist() == [[2], [16]]
    more, _ = expand(rng, script, TEXTS, then, np.array([1]), np.array([1]))
    assert more.sequence.tolist() == [2, 16]
    assert more.time_us.tolist() == [then.time_us[0] + 1000, then.time_us[0] + 1500]


def test_each_packet_knows_when_its_sender_last_heard_the_other_end() -> None:
    script = Script.of([EXCHANGE], TEXTS)
    now = Open(np.array([0, 1]), np.array([0, 50_000]), np.zeros((2, 2), np.int64))
    parts, turns = np.zeros(3, np.int64), np.array([2, 1])
    packets, _ = expand(np.random.default_rng(1), script, TEXTS, now, parts, turns)
    assert packets.time_us.tolist() == [1000, 1500, 2500, 3000, 51_000, 51_500]
    assert packets.heard_us.tolist() == [1000, 1000, 1500, 2500, 51_000, 51_000]


def test_a_talk_is_had_as_it_says() -> None:
    talk = Talk(
        opening=HANDSHAKE,
        exchanges={EXCHANGE: 1},
        closings={SERVER_CLOSES: 0.25, (): 0.75},
        mean_exchanges=5,
        between_us=1_000,
        at_once=3,
    )
    some = list(itertools.islice(batches(np.random.default_rng(1), talk, TEXTS), 2))
    first = some[0]
    connections = int(first.connection[-1]) + 1
    assert 0.2 < (first.flags & FIN > 0).sum() / 2 / connections < 0.3
    assert 4.8 < ((first.text >= 0).sum() / 2) / connections < 5.2
    begins_us = first.time_us[first.flags == SYN]
    assert begins_us[2] - START_US < 2_000
    assert 900 < np.diff(begins_us[3:]).mean() < 1_100
    assert some[1].connection[0] == connections
    assert some[1].time_us.min() > begins_us[-1]
