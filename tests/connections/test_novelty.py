"""What is new payload, and what was sent or captured before."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conversations import (
    ACK,
    PSH,
    START_NS,
    Conversation,
    Heard,
    Packet,
    Recorder,
    columns,
)
from tests.messages import get, ok


def test_everything_said_once_is_new(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.client.says(b"abc").server.says(b"defgh").client.fin(b"ij").server.fin()
    assert record(talk).new_bytes == [0, 0, 0, 3, 5, 2, 0]


def test_a_retransmission_is_not_new(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.client.says(b"abc", late=True).wait(0.2).client.repeats().arrives().server.says(b"de")
    assert record(talk).new_bytes == [0, 0, 0, 3, 0, 2]


def test_a_retransmission_whose_original_was_lost_before_the_capture_is_new(
    record: Recorder,
) -> None:
    talk = Conversation().handshake()
    talk.client.says(b"abc", unseen=True, late=True).client.repeats(name="seen")
    assert record(talk).new_bytes == [0, 0, 0, 3]


def test_what_overlaps_is_new_beyond_the_overlap(record: Recorder) -> None:
    """Retransmissions are cut anew: two lost segments come back as one, with more behind."""
    talk = Conversation().handshake()
    talk.client.says(b"abc", late=True).client.says(b"de", late=True)
    talk.client.says(b"abcdefgh", sequence=1_000_001)
    assert record(talk).new_bytes == [0, 0, 0, 3, 2, 3]


def test_what_comes_out_of_order_fills_a_gap_that_has_been_counted_over(
    record: Recorder,
) -> None:
    """New is what lies beyond the highest number seen: late packets belong to what was said."""
    talk = Conversation().handshake()
    talk.client.says(b"abc").client.says(b"de").client.says(b"fghi")
    heard = record(talk, edit=lambda p: [*p[:3], p[3], p[5], p[4]])
    assert heard.new_bytes == [0, 0, 0, 3, 4, 0]


@pytest.mark.parametrize("octets", [0, 1])
def test_a_keep_alive_probe_is_not_new(record: Recorder, octets: int) -> None:
    talk = Conversation().handshake().asks(b"question", b"answer").wait(45)
    talk.client.probes(octets).server.acks().wait(45)
    talk.server.probes(octets).client.acks().client.says(b"again")
    assert record(talk).new_bytes == [0, 0, 0, 8, 6, 0, 0, 0, 0, 0, 5]


@pytest.mark.parametrize("octets", [0, 1])
def test_a_probe_as_the_first_packet_is_not_new_and_hides_nothing(
    record: Recorder, octets: int
) -> None:
    talk = Conversation()
    talk.client.probes(octets).server.acks().wait(1).client.says(get()).server.says(ok())
    heard = record(talk)
    assert heard.new_bytes == [0, 0, len(get()), len(ok())]
    assert heard.requests() == ["GET / HTTP/1.1"]


def test_a_probe_from_the_server_as_the_first_packet(record: Recorder) -> None:
    talk = Conversation()
    talk.server.probes(1).client.acks().wait(1).asks(get(), ok())
    assert record(talk).new_bytes == [0, 0, len(get()), len(ok()), 0]


def test_a_zero_window_probe_is_not_new_until_it_is_let_in(record: Recorder) -> None:
    """Linux probes below the window; others send the next octet again and again."""
    talk = Conversation().handshake()
    talk.client.says(b"ab").server.acks(window=0).client.probes(0).server.acks(window=0)
    talk.client.says(b"c", late=True).server.acks(window=0).client.repeats().server.acks()
    assert record(talk).new_bytes == [0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0]


def test_data_on_the_syn_is_new_once(record: Recorder) -> None:
    """TCP Fast Open (RFC 7413), refused: the data comes again behind the handshake."""
    talk = Conversation()
    talk.client.sends(2, b"abc", late=True).server.syn_ack(acknowledgment=1_000_001)
    talk.client.says(b"abcde", sequence=1_000_001)
    assert record(talk).new_bytes == [3, 0, 2]


def test_a_reset_says_nothing_and_its_number_means_nothing(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.client.says(b"abc").server.sends(4, b"reset by policy", sequence=77)
    talk.client.sends(4, sequence=4_000_000_000).client.says(b"de")
    assert record(talk).new_bytes == [0, 0, 0, 3, 0, 0, 2]


def test_the_wrap_inside_a_connection(record: Recorder) -> None:
    talk = Conversation(client_first=(1 << 32) - 4, server_first=(1 << 32) - 2).handshake()
    talk.client.says(b"abcdef").client.repeats().client.says(b"gh")
    talk.server.says(b"i").server.says(b"jk").server.probes()
    heard = record(talk)
    assert heard.new_bytes == [0, 0, 0, 6, 0, 2, 1, 2, 0]
    assert heard.by_packet(heard.traffic.position)[3:6] == [1, 1, 7]


@pytest.mark.parametrize("snap_length", [54, 60, 96])
def test_lengths_are_those_on_the_wire_however_little_was_captured(
    record: Recorder, snap_length: int
) -> None:
    talk = Conversation().handshake().asks(get("/" + "x" * 500), ok(bytes(900)))
    whole, cut = record(talk), record(talk, snap_length=snap_length)
    assert cut.new_bytes == whole.new_bytes
    assert sum(cut.new_bytes) > 1400


def test_each_direction_and_each_connection_counts_for_itself(record: Recorder) -> None:
    talks = [Conversation(client_port=port) for port in (40000, 40001)]
    for talk in talks:
        talk.client.says(b"abc").server.says(b"de").client.repeats()
    assert record(*talks).new_bytes == [3, 3, 2, 2, 0, 0]


def chatter(seed: int) -> Conversation:
    rng = random.Random(seed)
    first = rng.choice([7, (1 << 32) - 500, (1 << 31) - 200])
    talk = Conversation(client_first=first, server_first=first + 90).handshake()
    for _ in range(12):
        side = rng.choice([talk.client, talk.server])
        side.says(bytes(rng.randrange(1, 300)))
        if rng.random() < 0.3:
            talk.other(side).acks()
    return talk


@given(seed=st.integers(0, 1 << 30), copies=st.integers(2, 4), data=st.data())
def test_every_packet_several_times_and_a_little_out_of_order(
    seed: int, copies: int, data: st.DataObject
) -> None:
    """A mirror port, an ``any`` capture: what was said is counted once all the same."""
    talk = chatter(seed)
    rng = random.Random(seed + 1)
    places = [
        (i + (0 if copy == 0 else rng.uniform(0, 3)), i)
        for i in range(len(talk.packets))
        for copy in range(copies)
    ]
    packets = [talk.packets[i] for _, i in sorted(places)]
    heard = Heard(packets, *columns(packets))
    plain = Heard(talk.packets, *columns(talk.packets))
    assert len(heard.connections) == 1
    assert heard.connections.client_bytes.tolist() == plain.connections.client_bytes.tolist()
    assert heard.connections.server_bytes.tolist() == plain.connections.server_bytes.tolist()
    assert sum(1 for n in heard.new_bytes if n) == sum(1 for n in plain.new_bytes if n)


pieces = st.lists(st.tuples(st.integers(-40, 60), st.integers(0, 30)), min_size=1, max_size=25)


@given(base=st.sampled_from([5, (1 << 31) - 30, (1 << 32) - 30]), pieces=pieces)
def test_new_bytes_against_a_set_of_octets(base: int, pieces: list[tuple[int, int]]) -> None:
    """Segments anywhere: new are the octets beyond the highest one so far."""
    packets, expected = [], []
    highest: int | None = None
    for i, (step, size) in enumerate(pieces):
        start = step if i else 0
        packets.append(
            Packet("", START_NS + i, ("10.0.0.1", 40000), ("10.0.0.2", 80),
                   (base + start) % (1 << 32), 1, PSH | ACK, b"x" * (size + 2 * (i == 0)))
        )  # fmt: skip
        end = start + len(packets[-1].payload)
        begin = start if highest is None else max(start, highest)
        expected.append(max(end - begin, 0) if packets[-1].payload else 0)
        highest = end if highest is None else max(highest, end)
    assert Heard(packets, *columns(packets)).new_bytes == expected
