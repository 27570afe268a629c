"""TCP frames as columns, and captures made of them: what the hostile cases are written with.

Everything is made by numpy, the same for the same arguments. Checksums are left at zero: netdiag
doesn't look at them, since offloading leaves them unfinished in good captures, too.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.traffic.frames import put

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
Numbers = int | Ints

FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
START_US = 1_700_000_000_000_000
CLIENT, SERVER = 0x0A010001, 0x0A020001
HEADER_BYTES = 54
"""Ethernet, IPv4 and TCP without options."""


def segments(
    count: int,
    source: tuple[Numbers, Numbers],
    target: tuple[Numbers, Numbers],
    flags: Numbers,
    sequence: Numbers = 0,
    acknowledgment: Numbers = 0,
    payload: Bytes | None = None,
) -> Bytes:
    """Frames as rows, one payload each of the same length."""
    said = np.zeros((count, 0), np.uint8) if payload is None else payload
    frame = np.zeros((count, HEADER_BYTES + said.shape[1]), np.uint8)
    put(frame, 12, 0x0800, ">u2")
    frame[:, 14], frame[:, 22], frame[:, 23] = 0x45, 64, 6
    put(frame, 16, 40 + said.shape[1], ">u2")
    for at, value in ((26, source[0]), (30, target[0]), (38, sequence), (42, acknowledgment)):
        put(frame, at, np.asarray(value) & 0xFFFFFFFF, ">u4")
    put(frame, 34, source[1], ">u2")
    put(frame, 36, target[1], ">u2")
    frame[:, 46] = 0x50
    put(frame, 47, flags, ">u1")
    put(frame, 48, 502, ">u2")
    frame[:, HEADER_BYTES:] = said
    return frame


def woven(parts: Sequence[Bytes]) -> Bytes:
    """Row 0 of each part, padded with zeros behind its end, then row 1 of each, and so on."""
    width = max(part.shape[1] for part in parts)
    whole = np.zeros((len(parts[0]), len(parts), width), np.uint8)
    for i, part in enumerate(parts):
        whole[:, i, : part.shape[1]] = part
    return whole.reshape(-1, width)


def pcap_start(snap_length: int = 262_144, link_type: int = 1) -> bytes:
    """The header of a pcap file."""
    return struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, snap_length, link_type)


def records(frame: Bytes, time_us: Ints, original: Numbers | None = None) -> Bytes:
    """Pcap records as rows."""
    wide = np.empty((len(frame), 16 + frame.shape[1]), np.uint8)
    captured = frame.shape[1]
    length = captured if original is None else original
    for i, value in enumerate((time_us // 1_000_000, time_us % 1_000_000, captured, length)):
        put(wide, 4 * i, value, "<u4")
    wide[:, 16:] = frame
    return wide


def write_pcap(path: Path, frame: Bytes, time_us: Ints | None = None) -> None:
    """A capture of frames of one length, 10 µs apart unless their times are given."""
    times = ticking(len(frame)) if time_us is None else time_us
    path.write_bytes(pcap_start() + records(frame, times).tobytes())


def ticking(count: int, step_us: int = 10) -> Ints:
    """Times of so many packets."""
    return START_US + step_us * np.arange(count, dtype=np.int64)


def text(lines: str, count: int) -> Bytes:
    """The same text in each row, with the row's number in place of each run of ``#``."""
    row = np.frombuffer(lines.encode(), np.uint8)
    made = np.tile(row, (count, 1))
    places = np.flatnonzero(row == ord("#"))
    for i, at in enumerate(places[::-1].tolist()):
        made[:, at] = ord("0") + np.arange(count) // 10 ** (i % 9) % 10
    return made


def section() -> bytes:
    """A pcapng section header."""
    return struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)


def block(kind: int, body: bytes) -> bytes:
    """A pcapng block."""
    padded = body + bytes(-len(body) % 4)
    size = struct.pack("<I", 12 + len(padded))
    return struct.pack("<I", kind) + size + padded + size


def interface(options: bytes = b"") -> bytes:
    """A pcapng interface description."""
    return block(1, struct.pack("<HHI", 1, 0, 262_144) + options)


def option(code: int, value: bytes) -> bytes:
    """A pcapng option."""
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


def packet_blocks(frame: Bytes, time_us: Ints, number: Numbers = 0) -> Bytes:
    """Enhanced packet blocks as rows."""
    size = frame.shape[1]
    padded = size + -size % 4
    wide = np.zeros((len(frame), 32 + padded), np.uint8)
    times = np.asarray(time_us)
    fields = (6, 32 + padded, number, times >> 32, times & 0xFFFFFFFF, size, size)
    for i, value in enumerate(fields):
        put(wide, 4 * i, value, "<u4")
    wide[:, 28 : 28 + size] = frame
    put(wide, 28 + padded, 32 + padded, "<u4")
    return wide
