"""One four-tuple, several connections; and Wireshark's stream numbers, frame by frame."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from netdiag.connections import build
from netdiag.decode import load
from netdiag.exchanges import mark_payloads
from tests.connections import tshark
from tests.conversations import (
    ACK,
    FIN,
    PSH,
    RST,
    START_NS,
    SYN,
    Conversation,
    Heard,
    Packet,
    Recorder,
    on_the_wire,
    write,
)
from tests.messages import get, ok


def closed(talk: Conversation) -> Conversation:
    """A whole life: handshake, one exchange, close by the client."""
    talk.handshake().asks(get(), ok()).wait(1)
    return talk.client.fin().server.fin().client.acks()


# --- with a SYN ------------------------------------------------------------------------------


def test_a_new_initial_sequence_number_begins_a_new_connection(record: Recorder) -> None:
    first = closed(Conversation())
    second = closed(Conversation(client_first=2_000_000, start_s=60))
    heard = record(first, second)
    assert heard.numbers == [0] * 9 + [1] * 9
    assert heard.streams == heard.numbers
    assert heard.ending(second).before == "GET / HTTP/1.1"


def test_a_retransmitted_syn_does_not(record: Recorder) -> None:
    talk = Conversation()
    talk.client.syn(late=True).wait(1).client.repeats().server.syn_ack().client.acks()
    assert record(talk).numbers == [0, 0, 0, 0]


def test_a_syn_retransmitted_after_the_answer_does_not_either(record: Recorder) -> None:
    talk = Conversation().handshake()
    talk.client.repeats("client SYN").server.acks().client.says(get())
    assert record(talk).numbers == [0] * 6


def test_a_retransmitted_syn_is_compared_with_its_own_four_tuple(record: Recorder) -> None:
    other = closed(Conversation(client_port=39_999))
    talk = Conversation(client_first=3_000_000, start_s=60).handshake()
    talk.client.repeats("client SYN").server.acks().client.says(get())
    assert record(other, talk).streams == [0] * 9 + [1] * 6


@pytest.mark.parametrize("end", ["fin", "aborts"])
def test_a_syn_after_the_end_begins_a_new_connection_whatever_its_number(
    record: Recorder, end: str
) -> None:
    """Its stream goes on, as Wireshark's 4.0 does; what is read from it must not."""
    talk = Conversation().handshake()
    getattr(talk.server, end)()
    talk.wait(1).client.repeats("client SYN")
    heard = record(talk)
    assert heard.numbers == [0, 0, 0, 0, 1]
    assert heard.streams == [0] * 5


def test_a_refused_syn_that_is_sent_again_begins_a_new_connection(record: Recorder) -> None:
    """Windows repeats a refused SYN: each is an attempt of its own."""
    talk = Conversation()
    talk.client.syn().server.aborts().wait(0.5).client.repeats().server.aborts()
    assert record(talk).numbers == [0, 0, 1, 1]


def test_simultaneous_syns_are_one_connection(record: Recorder) -> None:
    talk = Conversation()
    talk.client.syn(late=True).server.syn(late=True).arrives()
    talk.client.syn_ack(sequence=1_000_000).server.syn_ack(sequence=5_000_000)
    talk.client.says(get())
    heard = record(talk)
    assert heard.numbers == [0] * 5
    assert heard.connections.client.tolist() == [0x0A000001 << 16 | 40000]


def test_a_syn_that_the_server_sends_first_belongs_to_nobody_else(record: Recorder) -> None:
    """The ends change roles on one four-tuple: the other one opens the next connection."""
    first = closed(Conversation())
    second = Conversation(
        client="10.0.0.2", client_port=80, server="10.0.0.1", port=40000,
        client_first=9_000_000, server_first=9_500_000, start_s=60,
    )  # fmt: skip
    heard = record(first, closed(second))
    assert heard.numbers == [0] * 9 + [1] * 9
    clients = dict(zip(heard.connections.number, heard.connections.client, strict=True))
    assert clients == {0: 0x0A000001 << 16 | 40000, 1: 0x0A000002 << 16 | 80}


def test_a_syn_whose_number_the_middle_of_the_connection_tells_is_a_late_copy(
    record: Recorder,
) -> None:
    """The SYN/ACK was captured before the SYN, as with two interfaces."""
    talk = Conversation()
    talk.client.syn().server.syn_ack().client.acks().client.says(get())
    heard = record(talk, edit=lambda p: [p[1], p[0], *p[2:]])
    assert heard.numbers == [0] * 4


@pytest.mark.parametrize("first", [[1, 0, 2, 3], [2, 0, 1, 3]], ids=["acknowledged", "its-own"])
def test_so_it_is_where_the_numbers_begin_anew(record: Recorder, first: list[int]) -> None:
    """The initial sequence number is the last one of all, and the next is 0."""
    talk = Conversation(client_first=(1 << 32) - 1)
    talk.client.syn().server.syn_ack().client.acks().client.says(get())
    heard = record(talk, edit=lambda p: [p[i] for i in first])
    assert heard.numbers == heard.streams == [0] * 4


# --- without a SYN ---------------------------------------------------------------------------


def middle(start_s: float, client_first: int, server_first: int) -> Conversation:
    return Conversation(start_s=start_s, client_first=client_first, server_first=server_first)


def test_a_jump_of_both_sides_after_a_silence_is_another_connection(record: Recorder) -> None:
    first = middle(0, 1_000, 2_000).asks(get("/1"), ok())
    second = middle(3600, 1_500_000_000, 2_500_000_000).asks(get("/2"), ok())
    heard = record(first, second)
    assert heard.numbers == [0, 0, 0, 1, 1, 1]
    assert heard.exchange_list(second)[0].idle_s == -1


def test_a_jump_leaves_the_stream_whole(record: Recorder) -> None:
    """Wireshark sees one stream there, and filters are written in its numbers."""
    first = middle(0, 1_000, 2_000).asks(get("/1"), ok())
    second = middle(3600, 1_500_000_000, 2_500_000_000).asks(get("/2"), ok())
    assert record(first, second).streams == [0] * 6


def test_a_jump_of_one_side_alone_is_none(record: Recorder) -> None:
    """Lost packets of a fast transfer in one direction: the other side goes on."""
    talk = Conversation().asks(get(), ok()).wait(5)
    talk.server.says(b"x", sequence=5_000_000 + (1 << 27)).client.acks()
    assert record(talk).numbers == [0] * 5


def test_a_jump_without_a_silence_is_none(record: Recorder) -> None:
    first = middle(0, 1_000, 2_000).asks(get("/1"), ok())
    second = middle(0.5, 1_500_000_000, 2_500_000_000).asks(get("/2"), ok())
    assert record(first, second).numbers == [0] * 6


def test_a_wrap_is_no_jump(record: Recorder) -> None:
    talk = Conversation(client_first=(1 << 32) - 20, server_first=(1 << 32) - 5)
    talk.asks(get("/1"), ok()).wait(30).asks(get("/2"), ok())
    assert record(talk).numbers == [0] * 6


def test_another_handshake_of_which_only_the_server_was_captured(record: Recorder) -> None:
    """A capture of one direction: no SYN, but each SYN/ACK opens a connection."""
    first, second = (
        closed(Conversation()),
        closed(Conversation(client_first=9, server_first=8, start_s=60)),
    )
    heard = record(first, second, edit=lambda p: [x for x in p if x.source[1] == 80])
    assert heard.numbers == [0] * 3 + [1] * 3


def test_a_syn_ack_repeated_is_no_other_handshake(record: Recorder) -> None:
    talk = Conversation()
    talk.client.syn().server.syn_ack(late=True).wait(1).server.repeats().client.acks()
    heard = record(talk, edit=lambda p: [x for x in p if x.source[1] == 80])
    assert heard.numbers == [0, 0]


# --- against Wireshark -----------------------------------------------------------------------


def our_streams(path: Path) -> dict[int, int]:
    loaded = load([str(path)], mark_payloads)
    traffic, connections = build(loaded.segments)
    stream = connections.stream[traffic.groups.of_row]
    frame = loaded.segments.frame[traffic.row]
    return dict(zip(frame.tolist(), stream.tolist(), strict=True))


FLAGS = {
    "SYN": [SYN],
    "SYN/ACK": [SYN | ACK],
    "ACK": [ACK],
    "data": [PSH | ACK],
    "FIN": [FIN | ACK],
    "RST": [RST, RST | ACK],
}


def odd_packets(tuples: int, seed: int) -> list[Packet]:
    """Many four-tuples at once, each with dozens of packets of which most make no sense.

    Two things are left out, on which Wireshark's versions differ: the same initial sequence
    number after a FIN or RST, and a SYN/ACK with a number that is not its side's.
    """
    rng = random.Random(seed)
    packets: list[Packet] = []
    for number in range(tuples):
        ends = ((f"10.0.{number >> 8}.{number & 255}", 40000), ("10.9.0.1", 80))
        first, ended, time_ns = [1000, 5000], False, START_NS + number
        known: set[int] = set()  # sides whose first number is known in the present stream
        for _ in range(48):
            side = rng.randrange(2)
            kind = rng.choice(["SYN", "SYN", "SYN/ACK", "ACK", "data", "data", "FIN", "RST"])
            if kind in ("FIN", "RST") and len(known) < 2:
                kind = "ACK"
            flags = rng.choice(FLAGS[kind])
            if kind == "SYN" and ended:
                first, known = [rng.randrange(1 << 32), rng.randrange(1 << 32)], set()
            elif kind == "SYN" and rng.random() < 0.3:
                first[side] = rng.randrange(1 << 32)
                known -= {0, 1} if side in known else set()
            ended = kind in ("FIN", "RST") or (ended and kind != "SYN")
            known |= {0, 1} if flags & ACK else {side}
            begins = bool(flags & SYN)
            packets.append(
                Packet(
                    name=f"{kind} by {side}",
                    time_ns=time_ns,
                    source=ends[side],
                    destination=ends[1 - side],
                    sequence=(first[side] + (0 if begins else 1)) % (1 << 32),
                    acknowledgment=(first[1 - side] + 1) % (1 << 32) if flags & ACK else 0,
                    flags=int(flags),
                    payload=b"xyz" if kind == "data" else b"",
                )
            )
            time_ns += rng.choice([1_000_000, 500_000_000])
    packets.sort(key=lambda p: p.time_ns)
    return packets


@tshark.needed
def test_streams_of_odd_packets_are_those_of_wireshark(tmp_path: Path) -> None:
    packets = odd_packets(250, seed=3)
    write(tmp_path / "odd.pcap", packets)
    theirs = tshark.stream_numbers(tmp_path / "odd.pcap")
    ours = our_streams(tmp_path / "odd.pcap")
    assert ours == theirs
    assert max(ours.values()) > 1500, "hardly any port was used again"


def lives(port: int, start_s: float) -> list[Conversation]:
    """Four connections one after the other on one port, each 9 s long."""
    talks = []
    for i in range(4):
        talk = Conversation(
            client_port=port, client_first=i * 1000, start_s=start_s + 10 * i
        ).handshake()
        talk.asks(get(), ok()).wait(9)
        talks.append(talk.client.fin().server.fin().client.acks())
    return talks


@tshark.needed
def test_each_of_two_captures_has_wiresharks_numbers_of_its_own(tmp_path: Path) -> None:
    """Rotated files: a connection that goes on in the second has the number of the first."""
    talks = [talk for i in range(30) for talk in lives(40000 + i, start_s=i / 3)]
    packets = on_the_wire(talks)
    half = len(packets) // 2
    paths = tmp_path / "1.pcap", tmp_path / "2.pcap"
    write(paths[0], packets[:half])
    write(paths[1], packets[half:])
    loaded = load([str(path) for path in paths], mark_payloads)
    heard = Heard(packets, loaded.segments, loaded.samples)
    assert set(heard.connections.capture.tolist()) == {0, 1}
    wireshark = [tshark.stream_numbers(path) for path in paths]
    for talk in talks:
        row = heard.connection(talk)
        first = next(i for i, p in enumerate(packets) if p is talk.packets[0])
        in_second = first >= half
        assert heard.connections.capture[row] == in_second
        frame = first + 1 - half * in_second
        assert heard.connections.stream[row] == wireshark[in_second][frame]
