"""Writes packets to pcap or pcapng files, compressed if their names say so, a chunk at a time."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks.traffic.frames import Link, longest, put, to_frames
from benchmarks.traffic.packets import Bytes, Ints, Packets
from benchmarks.traffic.texts import Texts

ETHERNET = 1
CHUNK_BYTES = 16 << 20
PCAP_RECORD, PCAPNG_BLOCK = 16, 28


def write(
    path: Path, packets: Iterator[Packets], link: Link, texts: Texts, snap_length: int
) -> None:
    """Write a capture: pcapng for ``*.pcapng``, pcap for others, compressed for ``*.gz, *.zst``."""
    pcapng = ".pcapng" in path.suffixes
    width = min(longest(link, texts), snap_length)
    step = max(CHUNK_BYTES // (width + 64), 1)
    number = 0
    with _open(path) as put_bytes:
        put_bytes(_pcapng_start(snap_length) if pcapng else _pcap_start(snap_length))
        for table in packets:
            for begin in range(0, len(table), step):
                some = table.take(slice(begin, begin + step))
                frame, length = to_frames(some, number, link, texts, width)
                captured = np.minimum(length, snap_length)
                records = _pcapng_blocks if pcapng else _pcap_records
                put_bytes(records(some.time_us, frame, captured, length))
                number += len(some)


@contextmanager
def _open(path: Path) -> Iterator[Callable[[bytes], object]]:
    with path.open("wb") as file:
        if path.suffix == ".gz":
            with gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
                yield packed.write
        elif path.suffix == ".zst":
            import zstandard  # noqa: PLC0415 - seldom needed

            with zstandard.ZstdCompressor().stream_writer(file, closefd=False) as stream:
                yield stream.write
        else:
            yield file.write


def _pcap_start(snap_length: int) -> bytes:
    return struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, snap_length, ETHERNET)


def _pcap_records(time_us: Ints, frame: Bytes, captured: Ints, length: Ints) -> bytes:
    wide = np.empty((len(frame), PCAP_RECORD + frame.shape[1]), np.uint8)
    columns = (time_us // 1_000_000, time_us % 1_000_000, captured, length)
    for i, values in enumerate(columns):
        put(wide, 4 * i, values, "<u4")
    wide[:, PCAP_RECORD:] = frame
    return _cut(wide, PCAP_RECORD + captured)


def _pcapng_start(snap_length: int) -> bytes:
    """A section header and an interface, whose times are in microseconds."""
    section = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
    return section + struct.pack("<IIHHII", 1, 20, ETHERNET, 0, snap_length, 20)


def _pcapng_blocks(time_us: Ints, frame: Bytes, captured: Ints, length: Ints) -> bytes:
    """Enhanced Packet Blocks: the packet padded to four bytes, the length at both ends."""
    wide = np.zeros((len(frame), PCAPNG_BLOCK + frame.shape[1] + 8), np.uint8)
    padded = (captured + 3) & ~3
    total = PCAPNG_BLOCK + padded + 4
    columns = (
        6 + 0 * total,
        total,
        0 * total,
        time_us >> 32,
        time_us & 0xFFFFFFFF,
        captured,
        length,
    )
    for i, values in enumerate(columns):
        put(wide, 4 * i, values, "<u4")
    wide[:, PCAPNG_BLOCK : PCAPNG_BLOCK + frame.shape[1]] = frame
    row = np.arange(len(frame))[:, None]
    wide[row, (PCAPNG_BLOCK + captured)[:, None] + np.arange(3)] = 0
    ends = np.ascontiguousarray(total.astype("<u4")).view(np.uint8).reshape(-1, 4)
    wide[row, (total - 4)[:, None] + np.arange(4)] = ends
    return _cut(wide, total)


def _cut(wide: Bytes, size: Ints) -> bytes:
    """Return the first bytes of each row, one row after the other."""
    return wide[np.arange(wide.shape[1]) < size[:, None]].tobytes()
