"""Every segment and every conversation of every recorded capture, against Wireshark's analysis.

Where the two differ on purpose, a rule says so, and why. What `tcp_analyze_sequence_number`
(packet-tcp.c, 4.0) marks, and what netdiag has for it:

- Retransmission, fast, spurious, out-of-order: a segment that occupies sequence numbers (payload,
  SYN or FIN) and begins below the next one expected. All four hold nothing new to netdiag, or less
  than they carry: which of them it is hangs on times and on ACKs, and no verdict does. Data that
  fills a hole isn't new, either: `new_bytes` lies beyond everything seen.
- A spurious one was acknowledged before. Where it is the first of its kind in the capture, since
  the one before was not captured, its bytes are new to netdiag: nobody has seen them yet.
- Keep-alive: no payload, or one octet, right below the next number expected.
- Previous segment not captured: a segment that begins above it, unless it is a RST.
- Duplicate ACK: nothing but an ACK; to netdiag, a segment without new bytes like others.
- Port numbers reused: a stream begins with a SYN on a four-tuple that has had one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from msgspec import Struct

from netdiag.connections import Connections, Traffic, build
from netdiag.connections.sequence import distance
from netdiag.decode import load
from netdiag.decode.segments import Flag, Segments
from netdiag.exchanges import mark_payloads
from tests.connections import sharkd, tshark
from tests.connections.tshark import Segment, Talk
from tests.conversations import Conversation, Packet, on_the_wire, write

PCAPS = Path(__file__).parents[2] / "fixtures" / "pcaps"
FIXTURES = sorted(PCAPS.glob("*.pcap*"))
Opinion = Callable[[Path], tuple[dict[int, Segment], list[Talk]]]

REPEATED = {
    "retransmission",
    "fast_retransmission",
    "spurious_retransmission",
    "out_of_order",
}

ETHERNET_AND_IPV4 = 34
BELOW = {
    34.0,  # Ethernet and IPv4
    38.0,  # the same with a VLAN
    54.0,  # Ethernet and IPv6
    58.0,  # the same with a VLAN
    36.0,  # Linux "any" and IPv4
    40.0,  # its second version
    84.0,  # VXLAN: Ethernet, IPv4 and UDP below another Ethernet and IPv4
}


class Heard(Struct):
    """One segment as netdiag has it; `expected` is the next sequence number of its direction.

    `acknowledged` says whether the other end's last ACK covers all of it.
    """

    stream: int
    length: int
    new_bytes: int
    flags: int
    position: int
    expected: int | None
    acknowledged: bool
    is_first_life: bool
    reuses: bool

    @property
    def occupies(self) -> int:
        """How many sequence numbers it takes (RFC 9293, section 3.4)."""
        return self.length + bool(self.flags & Flag.SYN) + bool(self.flags & Flag.FIN)

    @property
    def begins(self) -> int:
        """Its first sequence number; a payload's position lies after the SYN."""
        return self.position - bool(self.flags & Flag.SYN)


def hear(traffic: Traffic, connections: Connections) -> dict[int, Heard]:
    """All segments by frame number."""
    frame = traffic.column("frame")
    sequence, acknowledgment = traffic.column("sequence"), traffic.column("acknowledgment")
    first_of_stream = np.unique(connections.stream, return_index=True)[1]
    pairs: set[tuple[int, int]] = set()
    heard: dict[int, Heard] = {}
    for c in np.argsort(connections.number).tolist():
        expected: dict[bool, int] = {}
        acked: dict[bool, int] = {}
        ends = connections.client[c], connections.server[c]
        pair = int(min(ends)), int(max(ends))
        for row in range(connections.start[c], connections.stop[c]):
            side = bool(traffic.from_client[row])
            heard[int(frame[row])] = one = Heard(
                stream=int(connections.stream[c]),
                length=int(traffic.length[row]),
                new_bytes=int(traffic.new_bytes[row]),
                flags=int(traffic.flags[row]),
                position=int(traffic.position[row]),
                expected=expected.get(side),
                acknowledged=(not side) in acked
                and distance(int(sequence[row]) + int(traffic.length[row]), acked[not side]) >= 0,
                is_first_life=c in first_of_stream,
                reuses=row == connections.start[c] and c in first_of_stream and pair in pairs,
            )
            if not one.flags & Flag.RST:
                end = one.begins + one.occupies
                expected[side] = max(expected.get(side, end), end)
            if one.flags & Flag.ACK:
                acked[side] = int(acknowledgment[row])
        pairs.add(pair)
    return heard


def unexplained(ours: Heard, theirs: Segment) -> Iterator[str]:
    """What the rules don't allow for."""
    if (ours.stream, ours.length) != (theirs.stream, theirs.length):
        yield "stream or length"
    is_syn = ours.flags & (Flag.SYN | Flag.ACK) == Flag.SYN
    if ("reused_ports" in theirs.marks) != (ours.reuses and is_syn):
        yield "reuse of a four-tuple"
    if "duplicate_ack" in theirs.marks and (ours.occupies or ours.new_bytes):
        yield "a duplicate ACK with something in it"
    # Another connection in the same stream: its numbers have nothing to do with those before it,
    # which is why netdiag begins anew there and Wireshark takes them for old ones.
    if not ours.is_first_life:
        return
    if ours.flags & Flag.RST:  # its number is no place in the stream (RFC 9293, section 3.10.7)
        if theirs.marks & (REPEATED | {"lost_segment", "keep_alive"}):
            yield "a RST with a place in the stream"
        return
    yield from misplaced(ours, theirs.marks)


def misplaced(ours: Heard, marks: frozenset[str]) -> Iterator[str]:
    """The same, of the place of a segment that has one."""
    if ours.expected is None:
        ours.expected = ours.begins
    old, probe = ours.begins < ours.expected, ours.begins == ours.expected - 1
    marked = bool(marks & REPEATED)
    if not old and ours.acknowledged and "spurious_retransmission" in marks:
        marked = False
    if ours.occupies > 1 and marked != old:
        yield "old or not"
    if ours.occupies <= 1 and (marked or "keep_alive" in marks) != (
        old if ours.occupies else probe
    ):
        yield "a probe or not"
    if ours.length > 1 and marked != (ours.new_bytes < ours.length):
        yield "new bytes"
    if ("lost_segment" in marks) != (ours.begins > ours.expected):
        yield "a jump"


class Total(Struct):
    """One stream's frames and bytes (TCP's header and payload) each way, and its duration."""

    frames: tuple[int, int]
    octets: tuple[int, int]
    duration_s: float


def totals(
    path: Path, segments: Segments, traffic: Traffic, connections: Connections
) -> dict[object, Total]:
    """By start, in microseconds after the earliest, and port of the end that is named first."""
    source = segments.source[traffic.row]
    size = segments.header_length[traffic.row].astype(np.int64)
    counted = ETHERNET_AND_IPV4 + size <= snap_length(path)
    size += traffic.length
    of_stream = connections.stream[traffic.groups.of_row]
    begin = int(traffic.time_ns[counted].min())
    found: dict[object, Total] = {}
    for stream in np.unique(of_stream).tolist():
        rows = np.flatnonzero((of_stream == stream) & counted)
        first = int(traffic.time_ns[rows].min())
        duration_s = (int(traffic.time_ns[rows].max()) - first) / 1e9
        for end in np.unique(source[rows]).tolist():
            there, back = rows[source[rows] == end], rows[source[rows] != end]
            found[round((first - begin) / 1e3), end & 0xFFFF] = Total(
                frames=(len(there), len(back)),
                octets=(int(size[there].sum()), int(size[back].sum())),
                duration_s=duration_s,
            )
    return found


def snap_length(path: Path) -> int:
    """Of a pcap file.

    A frame whose TCP header was cut is in no conversation of Wireshark's: its dissector stops
    there (`BoundsError`), before it tells the statistics. netdiag counts it.
    """
    head = path.read_bytes()[:24]
    for order in ("little", "big"):
        if int.from_bytes(head[:4], order) in (0xA1B2C3D4, 0xA1B23C4D):
            return int.from_bytes(head[16:20], order)
    return 1 << 18


def different(talks: list[Talk], ours: dict[object, Total]) -> Iterator[str]:
    """Conversations that have other totals."""
    begin_s = min((talk.start_s for talk in talks), default=0.0)
    for talk in talks:
        start = round((talk.start_s - begin_s) * 1e6)
        there, back = ours.get((start, talk.ports[0])), ours.get((start, talk.ports[1]))
        if there is None and back is None:
            yield f"{talk}: no such stream"
            continue
        frames, octets = (
            (there.frames, there.octets) if there else (back.frames[::-1], back.octets[::-1])
        )
        if frames != (talk.frames_there, talk.frames_back):
            yield f"{talk}: {frames} frames"
        if abs((there or back).duration_s - talk.duration_s) > 1e-4:
            yield f"{talk}: {there or back}"
        # It counts frames and netdiag TCP: what lies below is as long in each frame of a talk.
        below = set()
        for count, own, number in zip(
            frames, octets, (talk.bytes_there, talk.bytes_back), strict=True
        ):
            if number is not None and count:
                below.add((number - own) / count)
        if len(below) > 1 or not below <= BELOW:
            yield f"{talk}: {below} octets a frame below TCP"


def compare(path: Path, opinion: Opinion) -> list[str]:
    """All differences that no rule allows for."""
    theirs, talks = opinion(path)
    segments = load([str(path)], mark_payloads).segments
    traffic, connections = build(segments)
    ours = hear(traffic, connections)
    assert ours.keys() == theirs.keys()
    found = [f"frame {n}: {what}" for n in ours for what in unexplained(ours[n], theirs[n])]
    sums = totals(path, segments, traffic, connections) if talks else {}
    assert len(talks) == len(set(connections.stream.tolist()))
    return found + list(different(talks, sums))


@pytest.fixture(scope="module")
def opinion() -> Iterator[Opinion]:
    """Of whichever program there is, the one that starts once."""
    if not sharkd.is_installed():
        yield tshark.opinion
        return
    with sharkd.Sharkd() as server:
        yield server.opinion


@tshark.needed
@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
def test_recorded_captures(path: Path, opinion: Opinion) -> None:
    # Two interfaces in one file: the second one's SYNs come after the first one's FINs.
    if path.name == "stale.pcapng" and tshark.splits_after_the_end():
        pytest.skip("this Wireshark counts streams in another way")
    assert compare(path, opinion) == []


def test_there_are_captures_to_compare() -> None:
    assert len(FIXTURES) > 50


def battered(seed: int) -> list[Packet]:
    """Transfers of which packets were lost, repeated, repeated in larger pieces and overtaken."""
    rng = Random(seed)
    talks = []
    for number in range(60):
        first = rng.choice([1_000, (1 << 32) - 3_000])
        talk = Conversation(
            client_port=41_000 + number, start_s=number * 0.01, client_first=first
        ).handshake()
        for _ in range(30):
            side = rng.choice([talk.client, talk.server])
            side.says(bytes(rng.randrange(2, 400)))
            if rng.random() < 0.15:
                side.repeats()
            if rng.random() < 0.5:
                rng.choice([talk.client, talk.server]).acks()
            talk.wait(rng.choice([0.0001, 0.03, 0.5]))
        talk.client.fin().server.fin().client.acks()
        for i in range(4, len(talk.packets) - 4):
            if rng.random() < 0.08:
                overtake(talk.packets, i)
        talks.append(talk)
    return [packet for packet in on_the_wire(talks) if rng.random() > 0.04]


def overtake(packets: list[Packet], i: int) -> None:
    """Let a packet come after the next one, at once."""
    first, second = packets[i : i + 2]
    packets[i] = replace(second, time_ns=first.time_ns)
    packets[i + 1] = replace(first, time_ns=first.time_ns + 1000)


@tshark.needed
def test_battered_transfers(tmp_path: Path, opinion: Opinion) -> None:
    """The recorded captures hold few losses: these are a third of all frames."""
    write(tmp_path / "battered.pcap", battered(seed=1))
    theirs, _ = opinion(tmp_path / "battered.pcap")
    marks = [mark for segment in theirs.values() for mark in segment.marks]
    assert {"retransmission", "out_of_order", "lost_segment", "duplicate_ack"} <= set(marks)
    assert len(marks) > 500
    assert compare(tmp_path / "battered.pcap", opinion) == []
    assert compare(tmp_path / "battered.pcap", tshark.opinion) == []


@tshark.needed
@pytest.mark.parametrize("name", ["tomcat-stale-20s.pcap", "stale-vxlan.pcap", "stale.pcapng"])
def test_both_programs_are_of_one_opinion(name: str, opinion: Opinion) -> None:
    path = PCAPS / name
    (segments, talks), (same, others) = opinion(path), tshark.opinion(path)
    assert segments == same
    for talk, other in zip(sorted(talks), sorted(others), strict=True):
        assert talk[:3] == other[:3]
        assert other.bytes_there in (None, talk.bytes_there)
        assert other.bytes_back in (None, talk.bytes_back)
        assert abs(talk.duration_s - other.duration_s) < 1e-4
