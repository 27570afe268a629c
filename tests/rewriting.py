"""Rewrites recorded captures: other snap lengths, every packet several times.

Its reader and writer are its own, so that a fault in netdiag's cannot hide in both.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

MICROSECONDS, NANOSECONDS = 0xA1B2C3D4, 0xA1B23C4D
PCAPNG = 0x0A0D0D0A
_PCAP_HEADER = struct.Struct("<IHHiIII")
_RECORD = struct.Struct("<IIII")


@dataclass(frozen=True, slots=True)
class Packet:
    """One captured packet."""

    time_ns: int
    original_bytes: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Capture:
    """All packets of a capture of one link type."""

    link_type: int
    packets: tuple[Packet, ...]

    def cut(self, snap_bytes: int) -> Capture:
        """As ``tcpdump -s`` would have written it."""
        kept = (replace(packet, data=packet.data[:snap_bytes]) for packet in self.packets)
        return replace(self, packets=tuple(kept))

    def repeated(self, times: int, apart_ns: int = 20_000) -> Capture:
        """As a mirror port (or ``-i any``) shows it: each packet several times in a row."""
        again = (
            replace(packet, time_ns=packet.time_ns + copy * apart_ns)
            for packet in self.packets
            for copy in range(times)
        )
        return replace(self, packets=tuple(again))

    def write(self, path: Path, snap_bytes: int = 262_144) -> Path:
        """Write a little-endian pcap file with nanoseconds."""
        parts = [_PCAP_HEADER.pack(NANOSECONDS, 2, 4, 0, 0, snap_bytes, self.link_type)]
        for packet in self.packets:
            whole, fraction = divmod(packet.time_ns, 1_000_000_000)
            head = _RECORD.pack(whole, fraction, len(packet.data), packet.original_bytes)
            parts += [head, packet.data]
        path.write_bytes(b"".join(parts))
        return path


def read(path: Path) -> Capture:
    """Read a little-endian pcap or pcapng file."""
    content = path.read_bytes()
    (magic,) = struct.unpack_from("<I", content)
    if magic == PCAPNG:
        return _read_pcapng(content)
    assert magic in (MICROSECONDS, NANOSECONDS), f"{path}: no little-endian pcap"
    unit_ns = 1000 if magic == MICROSECONDS else 1
    link_type = _PCAP_HEADER.unpack_from(content)[6] & 0xFFFF
    return Capture(link_type, tuple(_records(content, unit_ns)))


def _records(content: bytes, unit_ns: int) -> Iterator[Packet]:
    at = _PCAP_HEADER.size
    while at < len(content):
        seconds, fraction, captured, original = _RECORD.unpack_from(content, at)
        at += _RECORD.size
        time_ns = seconds * 1_000_000_000 + fraction * unit_ns
        yield Packet(time_ns, original, content[at : at + captured])
        at += captured


def _read_pcapng(content: bytes) -> Capture:
    link_types, packets = set(), []
    units: list[int] = []
    for kind, body in _blocks(content):
        if kind == 1:  # an interface
            link_types.add(struct.unpack_from("<H", body)[0])
            units.append(1 if _options(body[8:]).get(9, b"\x06")[0] == 9 else 1000)
        if kind == 6:  # an enhanced packet
            interface, high, low, captured, original = struct.unpack_from("<IIIII", body)
            time_ns = ((high << 32) + low) * units[interface]
            packets.append(Packet(time_ns, original, body[20 : 20 + captured]))
    (link_type,) = link_types
    return Capture(link_type, tuple(packets))


def _blocks(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(content):
        kind, length = struct.unpack_from("<II", content, at)
        yield kind, content[at + 8 : at + length - 4]
        at += length


def _options(content: bytes) -> dict[int, bytes]:
    found, at = {}, 0
    while at + 4 <= len(content):
        code, length = struct.unpack_from("<HH", content, at)
        found[code] = content[at + 4 : at + 4 + length]
        at += 4 + (length + 3) // 4 * 4
    return found
