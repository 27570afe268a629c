"""Scripted TCP conversations: what two ends say to each other, and what a capture shows of it.

    talk = Conversation().handshake()
    talk.client.says(get("/")).server.says(ok()).wait(5).server.fin().client.acks()
    heard = record(talk)

Every packet is captured and arrives at once, unless said otherwise: ``late`` packets arrive with
`Conversation.arrives` (or never), ``unseen`` ones arrive without being captured. Each end numbers
and acknowledges by what has arrived there, so a script can't contradict itself by accident;
where it should, `sequence` and `acknowledgment` say so.

`Recorder` writes a capture with scapy and loads it, so the whole lower half of the line takes
part; `listen` makes the same columns directly, a hundred times faster, for property tests.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from ipaddress import IPv4Address
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from netdiag.capture.records import PADDING_BYTES
from netdiag.connections import Connections, Traffic, build
from netdiag.connections.sequence import MODULUS, distance
from netdiag.decode import load
from netdiag.decode.marks import Payloads
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Flag, Segments
from netdiag.exchanges import (
    CloseKind,
    Endings,
    Exchanges,
    Protocol,
    Role,
    Speech,
    find_endings,
    find_exchanges,
    find_roles,
    mark_payloads,
)
from netdiag.exchanges.introductions import Introductions, introduce
from netdiag.timeouts import Claims, IdleTimeouts, Reason, find_idleness, find_reasons, infer

START_NS = 1_700_000_000_000_000_000
STEP_NS = 100_000
ACK, FIN, PSH, RST, SYN = Flag.ACK, Flag.FIN, Flag.PSH, Flag.RST, Flag.SYN


@dataclass(frozen=True)
class Packet:
    """A segment on the wire, with the name by which a test speaks of it."""

    name: str
    time_ns: int
    source: tuple[str, int]
    destination: tuple[str, int]
    sequence: int
    acknowledgment: int
    flags: int
    payload: bytes = b""
    window: int = 502
    ttl: int = 64
    ip_id: int = 0

    @property
    def span(self) -> int:
        """How many sequence numbers it takes."""
        return len(self.payload) + bool(self.flags & SYN) + bool(self.flags & FIN)


class Side:
    """One end of a conversation. Each method sends one packet and returns the conversation."""

    def __init__(
        self, talk: Conversation, role: str, address: tuple[str, int], first: int, ttl: int
    ) -> None:
        self._talk = talk
        self._role = role
        self.address = address
        self.next = first % MODULUS
        self.expects = 0
        self._ahead: list[tuple[int, int]] = []
        self._sent: list[Packet] = []
        self._ttl = ttl
        self._ip_id = first % 50_000

    def syn(self, **how: object) -> Conversation:
        return self.sends(SYN, **how)

    def syn_ack(self, **how: object) -> Conversation:
        return self.sends(SYN | ACK, **how)

    def says(self, payload: bytes, **how: object) -> Conversation:
        return self.sends(PSH | ACK, payload, **how)

    def acks(self, **how: object) -> Conversation:
        return self.sends(ACK, **how)

    def fin(self, payload: bytes = b"", **how: object) -> Conversation:
        return self.sends(FIN | ACK, payload, **how)

    def aborts(self, **how: object) -> Conversation:
        """RST,ACK as a program that gives up makes it: in sequence."""
        return self.sends(RST | ACK, **how)

    def resets(self, **how: object) -> Conversation:
        """A bare RST as a host without a socket makes it: numbered by what it answers."""
        answered = self._talk.other(self)._sent[-1].acknowledgment
        return self.sends(RST, **{"sequence": answered, "window": 0, "ip_id": 0, **how})

    def probes(self, octets: int = 0, **how: object) -> Conversation:
        """A keep-alive probe (RFC 9293, section 3.8.4) with no octet or one of garbage."""
        below = (self.next - 1) % MODULUS
        return self.sends(ACK, bytes(octets), **{"sequence": below, **how})

    def repeats(self, which: str | None = None, **how: object) -> Conversation:
        """Send the last packet again (or the last of that name): a retransmission."""
        old = next(p for p in reversed(self._sent) if p.span and (which is None or p.name == which))
        how = {"name": f"{old.name} again", **how}
        return self.sends(old.flags, old.payload, sequence=old.sequence, **how)

    def sends(
        self,
        flags: int,
        payload: bytes = b"",
        *,
        name: str | None = None,
        sequence: int | None = None,
        acknowledgment: int | None = None,
        late: bool = False,
        unseen: bool = False,
        **fields: int,
    ) -> Conversation:
        """Send any segment.

        Args:
            flags: bits of `Flag`.
            payload: what it carries.
            name: how the test speaks of it; else its start line or its flags do.
            sequence: if not the next one of this side.
            acknowledgment: if not what this side expects next.
            late: captured now, but it arrives with `Conversation.arrives`.
            unseen: it arrives, but isn't captured.
            fields: window, ttl, ip_id.
        """
        self._ip_id += 1
        if acknowledgment is None:
            acknowledgment = self.expects if flags & ACK else 0
        packet = Packet(
            name=name or self._name(flags, payload),
            time_ns=self._talk.now_ns,
            source=self.address,
            destination=self._talk.other(self).address,
            sequence=(self.next if sequence is None else sequence) % MODULUS,
            acknowledgment=acknowledgment % MODULUS,
            flags=int(flags),
            payload=payload,
            **{"ttl": self._ttl, "ip_id": self._ip_id, **fields},
        )
        end = packet.sequence + packet.span
        if not flags & RST and distance(self.next, end % MODULUS) > 0:
            self.next = end % MODULUS
        self._sent.append(packet)
        self._talk.take(packet, self, late=late, unseen=unseen)
        return self._talk

    def hears(self, packet: Packet) -> None:
        """Take a packet in; what comes out of order waits for what is missing."""
        if packet.flags & SYN:
            self.expects = packet.sequence
        if not packet.flags & RST:
            self._ahead.append((packet.sequence, (packet.sequence + packet.span) % MODULUS))
        while fits := [a for a in self._ahead if distance(a[0], self.expects) >= 0]:
            for piece in fits:
                self._ahead.remove(piece)
                if distance(self.expects, piece[1]) > 0:
                    self.expects = piece[1]

    def _name(self, flags: int, payload: bytes) -> str:
        line = payload.split(b"\r\n", 1)[0].decode("latin-1")
        if line and line.isprintable():
            return line
        if payload:
            return f"{self._role} says {len(payload)}"
        names = {SYN: "SYN", FIN: "FIN", RST: "RST"}
        known = next((text for flag, text in names.items() if flags & flag), "ACK")
        return f"{self._role} {known}"


class Conversation:
    """One TCP connection, from a client to a server."""

    def __init__(
        self,
        *,
        client: str = "10.0.0.1",
        server: str = "10.0.0.2",
        client_port: int = 40000,
        port: int = 80,
        client_first: int = 1_000_000,
        server_first: int = 5_000_000,
        start_s: float = 0.0,
    ) -> None:
        self.now_ns = START_NS + round(start_s * 1e9)
        self.packets: list[Packet] = []
        self.client = Side(self, "client", (client, client_port), client_first, 64)
        self.server = Side(self, "server", (server, port), server_first, 63)
        self.client.expects = self.server.next
        self.server.expects = self.client.next
        self._late: list[tuple[Packet, Side]] = []

    def other(self, side: Side) -> Side:
        return self.server if side is self.client else self.client

    def take(self, packet: Packet, sender: Side, *, late: bool, unseen: bool) -> None:
        """Capture and deliver a packet, each where wanted."""
        if not unseen:
            self.packets.append(packet)
        if late:
            self._late.append((packet, self.other(sender)))
        else:
            self.other(sender).hears(packet)
        self.now_ns += STEP_NS

    def arrives(self) -> Self:
        """What was late arrives now."""
        for packet, receiver in self._late:
            receiver.hears(packet)
        self._late.clear()
        return self

    def wait(self, seconds: float) -> Self:
        self.now_ns += round(seconds * 1e9)
        return self

    def at(self, seconds: float) -> Self:
        """Go on at that second of the test; never backwards."""
        now = START_NS + round(seconds * 1e9)
        assert now >= self.now_ns, f"{(self.now_ns - START_NS) / 1e9} s have gone by already"
        self.now_ns = now
        return self

    def handshake(self) -> Self:
        self.client.syn().server.syn_ack().client.acks()
        return self

    def asks(self, request: bytes, response: bytes) -> Self:
        """One exchange, the response at once."""
        self.client.says(request).server.says(response).client.acks()
        return self


Edit = Callable[[list[Packet]], Sequence[Packet]]


def on_the_wire(talks: Iterable[Conversation]) -> list[Packet]:
    """The packets of all conversations in order of time; each keeps its own order."""
    return sorted((p for talk in talks for p in talk.packets), key=lambda p: p.time_ns)


class Exchange(NamedTuple):
    """One exchange, in packet names."""

    request: str
    response: str | None
    answered: bool
    idle_s: float
    request_end: str
    response_end: str | None


class Ending(NamedTuple):
    """How a connection ended, in packet names; exchanges by their request's."""

    close: str | None
    kind: CloseKind
    client_end: str | None
    before: str | None
    after: str | None
    last_word: str | None
    idle_s: float
    announced: bool
    asked_for: bool


@dataclass(eq=False)
class Heard:
    """What the three rooms make of a capture. Packets go by their names."""

    packets: Sequence[Packet]
    segments: Segments
    samples: Samples

    @cached_property
    def _built(self) -> tuple[Traffic, Connections]:
        return build(self.segments)

    @property
    def traffic(self) -> Traffic:
        return self._built[0]

    @property
    def connections(self) -> Connections:
        return self._built[1]

    @cached_property
    def speech(self) -> Speech:
        return find_roles(self.traffic, self.connections)

    @cached_property
    def exchanges(self) -> Exchanges:
        return find_exchanges(self.traffic, self.connections, self.speech)

    @cached_property
    def endings(self) -> Endings:
        return find_endings(
            self.traffic, self.connections, self.speech, self.exchanges, self.samples
        )

    @cached_property
    def introductions(self) -> Introductions:
        return introduce(self.traffic, self.connections, self.samples)

    @cached_property
    def reason(self) -> npt.NDArray[np.uint8]:
        return find_reasons(
            self.traffic, self.connections, self.speech, self.exchanges, self.endings
        )

    @cached_property
    def timeouts(self) -> IdleTimeouts:
        tables = self.traffic, self.connections, self.speech, self.exchanges, self.endings
        return infer(
            *tables,
            find_idleness(*tables, self.reason),
            Claims(self.introductions.keep_alive_s),
        )

    def name(self, row: int) -> str | None:
        """The name of the packet in a row of `Traffic`."""
        return None if row < 0 else self.packets[int(self.traffic.row[row])].name

    def row(self, name: str) -> int:
        """The row of `Traffic` with the first packet of that name."""
        index = next(i for i, packet in enumerate(self.packets) if packet.name == name)
        return int(np.flatnonzero(self.traffic.row == index)[0])

    def connection(self, talk: Conversation) -> int:
        """The row of `Connections` with a conversation's first packet in the capture."""
        mine = {id(packet) for packet in talk.packets}
        index = next(i for i, packet in enumerate(self.packets) if id(packet) in mine)
        row = int(np.flatnonzero(self.traffic.row == index)[0])
        return int(self.traffic.groups.of_row[row])

    def by_packet(self, column: npt.NDArray[np.int64]) -> list[int]:
        """A column of `Traffic` in the order of the capture."""
        ordered = np.empty(len(column), column.dtype)
        ordered[self.traffic.row] = column
        values: list[int] = ordered.tolist()
        return values

    @property
    def new_bytes(self) -> list[int]:
        return self.by_packet(self.traffic.new_bytes)

    @property
    def numbers(self) -> list[int]:
        """The number of each packet's connection, in the order of the capture."""
        return self.by_packet(self.connections.number[self.traffic.groups.of_row])

    @property
    def streams(self) -> list[int]:
        """The stream number of each packet, in the order of the capture."""
        return self.by_packet(self.connections.stream[self.traffic.groups.of_row])

    def roles(self, talk: Conversation | None = None) -> list[str]:
        """The roles of what is said on a connection (the first one's), in order."""
        mine = self.speech.connection == self._which(talk)
        return [Role(role).name for role in self.speech.role[mine]]

    def protocol(self, talk: Conversation | None = None) -> Protocol:
        return Protocol(self.speech.protocol[self._which(talk)])

    def exchange_list(self, talk: Conversation | None = None) -> list[Exchange]:
        """The exchanges of a connection (of the first one)."""
        found = np.flatnonzero(self.exchanges.connection == self._which(talk))
        return [self._exchange(i) for i in found.tolist()]

    def requests(self, talk: Conversation | None = None) -> list[str]:
        """The names of a connection's requests."""
        return [exchange.request for exchange in self.exchange_list(talk)]

    def ending(self, talk: Conversation | None = None) -> Ending:
        """How a connection (the first one) ended."""
        i, endings = self._which(talk), self.endings

        def request(exchange: int) -> str | None:
            return None if exchange < 0 else self._exchange(exchange).request

        return Ending(
            close=self.name(int(endings.close[i])),
            kind=CloseKind(endings.close_kind[i]),
            client_end=self.name(int(endings.client_end[i])),
            before=request(int(endings.before_close[i])),
            after=request(int(endings.after_close[i])),
            last_word=self.name(int(endings.last_word[i])),
            idle_s=_seconds(int(endings.idle_ns[i])),
            announced=bool(endings.announced[i]),
            asked_for=bool(endings.asked_for[i]),
        )

    def reason_of(self, talk: Conversation | None = None) -> Reason:
        return Reason(self.reason[self._which(talk)])

    def _which(self, talk: Conversation | None) -> int:
        if talk is not None:
            return self.connection(talk)
        return int(np.flatnonzero(self.connections.number == 0)[0])

    def _exchange(self, i: int) -> Exchange:
        table = self.exchanges
        request, end = self.name(int(table.request[i])), self.name(int(table.request_end[i]))
        assert request is not None and end is not None
        return Exchange(
            request=request,
            response=self.name(int(table.response[i])),
            answered=bool(table.answered[i]),
            idle_s=_seconds(int(table.idle_ns[i])),
            request_end=end,
            response_end=self.name(int(table.response_end[i])),
        )


def _seconds(ns: int) -> float:
    return -1.0 if ns < 0 else ns / 1e9


@dataclass
class Recorder:
    """Writes captures with scapy into a folder, and hears what is in them."""

    folder: Path

    def __call__(self, *talks: Conversation, edit: Edit = list, snap_length: int = 65535) -> Heard:
        """Capture conversations, load the capture, and hear what is in it.

        Args:
            talks: what goes over the wire, together.
            edit: changes the capture: drops, doubles or reorders packets.
            snap_length: bytes kept of each packet.
        """
        packets = list(edit(on_the_wire(talks)))
        path = self.folder / f"talk-{len(list(self.folder.iterdir()))}.pcap"
        write(path, packets, snap_length)
        loaded = load([str(path)], mark_payloads)
        assert loaded.segments.frame.tolist() == list(range(1, len(packets) + 1))
        return Heard(packets, loaded.segments, loaded.samples)


def write(path: Path, packets: Sequence[Packet], snap_length: int = 65535) -> None:
    """Write a nanosecond pcap of Ethernet frames."""
    from scapy.utils import RawPcapWriter  # noqa: PLC0415 - takes a second to import

    with RawPcapWriter(str(path), linktype=1, nano=True, snaplen=snap_length) as writer:
        writer.write_header(None)
        for packet in packets:
            frame = _frame(packet)
            kept = frame[:snap_length]
            seconds, rest = divmod(packet.time_ns, 1_000_000_000)
            writer.write_packet(kept, seconds, rest, len(kept), len(frame))


def _frame(packet: Packet) -> bytes:
    headers = bytearray(_headers(packet.source, packet.destination))
    tcp = len(headers) - 20
    size = 20 + len(packet.payload)
    if tcp == 54:  # behind IPv6
        struct.pack_into(">HBB", headers, 18, size, 6, packet.ttl)
    else:
        struct.pack_into(">HHHB", headers, 16, 20 + size, packet.ip_id % 65536, 0, packet.ttl)
    numbers = (packet.sequence, packet.acknowledgment, 0x50, packet.flags, packet.window)
    struct.pack_into(">IIBBH", headers, tcp + 4, *numbers)
    return bytes(headers) + packet.payload


@cache
def _headers(source: tuple[str, int], destination: tuple[str, int]) -> bytes:
    """Ethernet, IP and TCP headers by scapy.

    It takes two milliseconds, so the numbers are filled in afterwards; the checksums don't
    match, as in a capture on a host whose network card computes them.
    """
    from scapy.layers.inet import IP, TCP  # noqa: PLC0415
    from scapy.layers.inet6 import IPv6  # noqa: PLC0415
    from scapy.layers.l2 import Ether  # noqa: PLC0415

    network = (IPv6 if ":" in source[0] else IP)(src=source[0], dst=destination[0])
    transport = TCP(sport=source[1], dport=destination[1])
    link = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
    return bytes(link / network / transport)


def listen(*talks: Conversation, edit: Edit = list) -> Heard:
    """Hear conversations (IPv4 only) without a file."""
    packets = list(edit(on_the_wire(talks)))
    return Heard(packets, *columns(packets))


def columns(packets: Sequence[Packet]) -> tuple[Segments, Samples]:
    """The columns that a capture of these packets would be decoded to."""
    samples = Samples()
    count = len(packets)
    length = np.array([len(p.payload) for p in packets], np.int64)
    data = np.frombuffer(b"".join(p.payload for p in packets) + bytes(PADDING_BYTES), np.uint8)
    start = np.cumsum(length) - length
    mark, detail = np.zeros(count, np.uint8), np.zeros(count, np.uint32)
    tail, sample = np.zeros(count, np.uint32), np.full(count, -1, np.int32)
    rows = np.flatnonzero(length)
    if len(rows):
        marks = mark_payloads(Payloads(data, start[rows], length[rows], length[rows]))
        mark[rows], detail[rows], tail[rows] = marks.mark, marks.detail, marks.tail
        kept = np.flatnonzero(marks.keep > 0)
        sample[rows[kept]] = samples.add(data, start[rows[kept]], marks.keep[kept])
    segments = Segments(
        capture=np.zeros(count, np.uint16),
        frame=np.arange(1, count + 1, dtype=np.uint32),
        time_ns=np.array([p.time_ns for p in packets], np.int64),
        source=np.array([endpoint(*p.source) for p in packets], np.uint64),
        destination=np.array([endpoint(*p.destination) for p in packets], np.uint64),
        sequence=np.array([p.sequence for p in packets], np.uint32),
        acknowledgment=np.array([p.acknowledgment for p in packets], np.uint32),
        flags=np.array([p.flags for p in packets], np.uint8),
        window=np.array([p.window for p in packets], np.uint16),
        length=length.astype(np.uint32),
        header_length=np.full(count, 20, np.uint8),
        ttl=np.array([p.ttl for p in packets], np.uint8),
        ip_id=np.array([p.ip_id % 65536 for p in packets], np.uint16),
        way=np.zeros(count, np.uint8),
        mark=mark,
        detail=detail,
        tail=tail,
        sample=sample,
    )
    return segments, samples


def endpoint(address: str, port: int) -> int:
    """The number of an IPv4 endpoint."""
    return int(IPv4Address(address)) << 16 | port


def moved(packet: Packet, seconds: float) -> Packet:
    """The same packet at another time, for edits."""
    return replace(packet, time_ns=packet.time_ns + round(seconds * 1e9))
