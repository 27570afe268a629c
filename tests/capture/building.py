"""Captures built byte by byte, and read back in memory."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from netdiag.capture.blocks import BLOCK_BYTES, Blocks
from netdiag.capture.formats.interface import Format
from netdiag.capture.records import PADDING_BYTES, Records
from netdiag.capture.skipped import Skipped
from netdiag.capture.sources import recognise
from netdiag.capture.streams import Stream
from netdiag.problems import Problem, ProblemLog

MICROSECONDS, NANOSECONDS, MODIFIED = 0xA1B2C3D4, 0xA1B23C4D, 0xA1B2CD34
START_NS = 1_700_000_000_000_000_000


@dataclass(frozen=True)
class Packet:
    """A packet as it was captured."""

    time_ns: int
    data: bytes
    original: int | None = None
    link_type: int = 1

    @property
    def on_wire(self) -> int:
        return len(self.data) if self.original is None else self.original


@dataclass(frozen=True)
class Read:
    """What was read back: the packets with their frame numbers, and the oddities."""

    frames: tuple[int, ...]
    packets: tuple[Packet, ...]
    problems: tuple[Problem, ...]
    snap_length: int = 0
    nanoseconds: bool = False
    skipped: tuple[Skipped, ...] = ()

    @property
    def codes(self) -> list[str]:
        return [problem.code for problem in self.problems]


class BytesStream(Stream):
    """A stream out of memory that hands out at most `most` bytes at once, as a pipe does."""

    def __init__(self, data: bytes, most: int = 1 << 30) -> None:
        super().__init__()
        self._data = data
        self._most = most
        self._at = 0
        self.closed = False

    def _read(self, view: memoryview) -> int:
        piece = self._data[self._at : self._at + min(self._most, len(view))]
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        self.closed = True

    @property
    def bytes_taken(self) -> int:
        return self._at


def packets_of(blocks: Iterable[Records]) -> tuple[tuple[int, ...], tuple[Packet, ...]]:
    """Copies the packets out of the blocks, and checks what `Records` promises of each."""
    frames: list[int] = []
    packets: list[Packet] = []
    for records in blocks:
        rows = records.rows
        assert not records.data[len(records.data) - PADDING_BYTES :].any()
        for i in range(len(rows)):
            begin, end = int(rows.start[i]), int(rows.start[i] + rows.captured[i])
            assert 0 <= begin <= end <= len(records.data) - PADDING_BYTES
            frames.append(int(rows.frame[i]))
            packets.append(
                Packet(
                    int(rows.time_ns[i]),
                    records.data[begin:end].tobytes(),
                    int(rows.original[i]),
                    int(rows.link_type[i]),
                )
            )
    return tuple(frames), tuple(packets)


def read(data: bytes, block_bytes: int = BLOCK_BYTES, most: int = 1 << 30) -> Read:
    """Reads a capture out of memory; its format must be recognised."""
    form = recognise(data[:12])
    assert isinstance(form, Format)
    problems = ProblemLog()
    reader = form.read(Blocks(BytesStream(data, most), block_bytes), problems)
    frames, packets = packets_of(reader)
    return Read(
        frames,
        packets,
        problems.entries(),
        reader.snap_length,
        reader.nanoseconds,
        tuple(reader.skipped),
    )


def on_wire(packets: Sequence[Packet]) -> tuple[Packet, ...]:
    """The packets as they are read back: with the original length said."""
    return tuple(Packet(p.time_ns, p.data, p.on_wire, p.link_type) for p in packets)


def pcap_header(
    order: str = "<", magic: int = MICROSECONDS, snap_length: int = 65535, link_field: int = 1
) -> bytes:
    return struct.pack(f"{order}IHHiIII", magic, 2, 4, 0, 0, snap_length, link_field)


def pcap_record(packet: Packet, order: str = "<", magic: int = MICROSECONDS) -> bytes:
    seconds, fraction = divmod(packet.time_ns, 1_000_000_000)
    if magic != NANOSECONDS:
        fraction //= 1000
    head = struct.pack(f"{order}IIII", seconds, fraction, len(packet.data), packet.on_wire)
    if magic == MODIFIED:
        head += struct.pack(f"{order}IHBB", 3, 0x0800, 0, 0)
    return head + packet.data


def pcap(
    packets: Sequence[Packet],
    order: str = "<",
    magic: int = MICROSECONDS,
    snap_length: int = 65535,
    link_field: int = 1,
) -> bytes:
    """A whole pcap file."""
    head = pcap_header(order, magic, snap_length, link_field)
    return head + b"".join(pcap_record(p, order, magic) for p in packets)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    """A pcapng block of any type; `body` is padded to 32 bits."""
    body += bytes(-len(body) % 4)
    length = struct.pack(f"{order}I", len(body) + 12)
    return struct.pack(f"{order}I", kind) + length + body + length


def section(order: str = "<") -> bytes:
    return block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def option(code: int, value: bytes, order: str = "<") -> bytes:
    return struct.pack(f"{order}HH", code, len(value)) + value + bytes(-len(value) % 4)


def interface(
    link_type: int = 1, snap_length: int = 0, options: bytes = b"", order: str = "<"
) -> bytes:
    return block(1, struct.pack(f"{order}HHI", link_type, 0, snap_length) + options, order)


def enhanced(
    ticks: int, data: bytes, original: int | None = None, number: int = 0, order: str = "<"
) -> bytes:
    fields = (number, ticks >> 32, ticks & 0xFFFFFFFF, len(data))
    head = struct.pack(f"{order}5I", *fields, len(data) if original is None else original)
    return block(6, head + data, order)


def simple(data: bytes, original: int | None = None, order: str = "<") -> bytes:
    size = len(data) if original is None else original
    return block(3, struct.pack(f"{order}I", size) + data, order)


def obsolete(
    ticks: int, data: bytes, number: int = 0, drops: int = 0xFFFF, order: str = "<"
) -> bytes:
    head = struct.pack(
        f"{order}HHIIII", number, drops, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data)
    )
    return block(2, head + data, order)


def pcapng(packets: Sequence[Packet], order: str = "<") -> bytes:
    """A whole pcapng file of one section and one interface, in microseconds."""
    link_type = packets[0].link_type if packets else 1
    head = section(order) + interface(link_type, order=order)
    blocks = (enhanced(p.time_ns // 1000, p.data, p.original, order=order) for p in packets)
    return head + b"".join(blocks)


def some_packets(count: int = 5, nanoseconds: int = 0) -> list[Packet]:
    """Packets of different lengths and times; contents that tell them apart."""
    return [
        Packet(START_NS + i * 1_500_000_000 + nanoseconds, bytes([i % 256]) * (i * 7 % 90))
        for i in range(count)
    ]
