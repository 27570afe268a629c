"""Files whose containers lie: compression, records, blocks, interfaces, names and options."""

from __future__ import annotations

import gzip
import struct
import zlib
from pathlib import Path

import numpy as np

from benchmarks.traffic.frames import put
from tests.limits.frames import (
    ACK,
    CLIENT,
    SERVER,
    Bytes,
    block,
    interface,
    option,
    packet_blocks,
    pcap_start,
    records,
    section,
    segments,
    ticking,
)

WINDOW_LOG = 31


def gzip_bomb(path: Path, size: int) -> None:
    """A capture that unfolds to `size` bytes of zeros, a thousandth of that on disk."""
    path.write_bytes(_zeros_in_gzip(pcap_start(), size))


def _zeros_in_gzip(start: bytes, size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(start)]
    step = bytes(1 << 20)
    parts += [packer.compress(step) for _ in range(max(size >> 20, 1))]
    return b"".join([*parts, packer.flush()])


def _zeros_in_zstd(start: bytes, size: int, window_log: int) -> bytes:
    """A zstd frame by hand: a raw block, then runs of zeros, 4 bytes for 128 KiB each."""
    frame = [b"\x28\xb5\x2f\xfd\x00", bytes([(window_log - 10) << 3])]
    frame.append(struct.pack("<I", len(start) << 3)[:3] + start)
    runs = max(size >> 17, 1)
    run = struct.pack("<I", (1 << 17) << 3 | 1 << 1)[:3] + b"\0"
    frame += [run * (runs - 1), struct.pack("<I", (1 << 17) << 3 | 3)[:3] + b"\0"]
    return b"".join(frame)


def zstd_bomb(path: Path, size: int) -> None:
    """As `gzip_bomb`, a thirty-thousandth on disk."""
    path.write_bytes(_zeros_in_zstd(pcap_start(), size, 20))


def zstd_window(path: Path, size: int) -> None:
    """A zstd frame that asks its reader to hold the last 2 GiB."""
    path.write_bytes(_zeros_in_zstd(pcap_start(), size, WINDOW_LOG))


def nested_bomb(path: Path, size: int) -> None:
    """A zstd bomb in gzip."""
    path.write_bytes(gzip.compress(_zeros_in_zstd(pcap_start(), size, 20), 9, mtime=0))


def records_of_4gb(path: Path, size: int) -> None:
    """`size` records; every second claims 4 GB."""
    made = records(_acks(size), ticking(size))
    put(made[1::2], 8, 0xFFFFFFF0, "<u4")
    lie = made[1::2].copy()
    put(lie, 8, 0xFFFFFFF0, "<u4")
    made[1::2] = lie
    path.write_bytes(pcap_start() + made.tobytes())


def lying_blocks(path: Path, size: int) -> None:
    """`size` packet blocks; one in four claims 4 GB, 16 MB, less than it has, or a long packet."""
    made = packet_blocks(_acks(size), ticking(size))
    for rows, at, value in (
        (slice(3, None, 16), 4, 0xFFFFFFF0),
        (slice(7, None, 16), 4, 1 << 24),
        (slice(11, None, 16), 4, 12),
        (slice(15, None, 16), 20, 0xFFFFFFF0),
    ):
        lie = made[rows].copy()
        put(lie, at, value, "<u4")
        made[rows] = lie
    path.write_bytes(section() + interface() + made.tobytes())


def beyond_snap_length(path: Path, size: int) -> None:
    """`size` records of 256 KiB in a capture that says it kept 64 bytes of each packet."""
    frame = np.zeros((size, 1 << 18), np.uint8)
    frame[:, :54] = _acks(size)
    path.write_bytes(pcap_start(64) + records(frame, ticking(size)).tobytes())


def interfaces(path: Path, size: int) -> None:
    """`size` interfaces with a name, and a packet on the last."""
    named = interface(option(2, b"eth0") + option(0, b""))
    last = packet_blocks(_acks(1), ticking(1), size - 1).tobytes()
    path.write_bytes(section() + named * size + last)


def interfaces_in_use(path: Path, size: int) -> None:
    """`size` interfaces, each with a packet on it: first a half of both, then by turns."""
    half = size // 2
    frames, times = _acks(size), ticking(size)
    first = packet_blocks(frames[:half], times[:half], np.arange(half)).tobytes()
    each = packet_blocks(frames[half:], times[half:], np.arange(half, size))
    described = np.tile(np.frombuffer(interface(), np.uint8), (size - half, 1))
    mixed = np.hstack([described, each]).tobytes()
    path.write_bytes(section() + interface() * half + first + mixed)


def sections(path: Path, size: int) -> None:
    """`size` sections, each with an interface and a packet."""
    frames = packet_blocks(_acks(size), ticking(size))
    begin = np.tile(np.frombuffer(section() + interface(), np.uint8), (size, 1))
    path.write_bytes(np.hstack([begin, frames]).tobytes())


def byte_orders(path: Path, size: int) -> None:
    """`size` sections, each with an interface and a packet, in both byte orders by turns."""
    frames = packet_blocks(_acks(size), ticking(size))
    begin = np.tile(np.frombuffer(section() + interface(), np.uint8), (size, 1))
    rows = np.hstack([begin, frames])
    numbers = [4, 8, 16, 20, 24, 28, 32, 40, 44, *range(48, 76, 4), rows.shape[1] - 4]
    for at, size_of in (*((at, 4) for at in numbers), (12, 2), (14, 2), (36, 2)):
        rows[1::2, at : at + size_of] = rows[1::2, at : at + size_of][:, ::-1]
    path.write_bytes(rows.tobytes())


def members(path: Path, size: int) -> None:
    """`size` parts, each compressed by itself, of nothing; and a packet."""
    last = records(_acks(1), ticking(1)).tobytes()
    parts = gzip.compress(pcap_start(), mtime=0), gzip.compress(b"", mtime=0) * size
    path.write_bytes(b"".join(parts) + gzip.compress(last, mtime=0))


def names(path: Path, size: int) -> None:
    """Name resolution blocks with `size` names in all, and a packet."""
    record = struct.pack("<HH4s", 1, 12, bytes(4)) + b"a.test.\0"
    one = block(4, record * 1000 + struct.pack("<HH", 0, 0))
    last = packet_blocks(_acks(1), ticking(1)).tobytes()
    path.write_bytes(section() + interface() + one * max(size // 1000, 1) + last)


def options(path: Path, size: int) -> None:
    """Interfaces with `size` options in all, names and comments of no length."""
    few = min(size, 100_000)
    one = interface(option(2, b"") * few)
    last = packet_blocks(_acks(1), ticking(1)).tobytes()
    path.write_bytes(section() + one * (size // few) + last)


def _acks(size: int) -> Bytes:
    number = np.arange(size)
    return segments(size, (CLIENT, 40_000), (SERVER, 8080), ACK, 1 + number, 1)
