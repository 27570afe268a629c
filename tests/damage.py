"""Captures with a hole: some of their packets overwritten where they stand.

overwritten(PCAPS / "nginx-stale.pcap", (30, 34), (40, 40))
"""

from __future__ import annotations

import struct
from pathlib import Path

JUNK = 0xEE
"""Lengths made of it are not believed, and it begins no packet."""


def overwritten(path: Path, *frames: tuple[int, int]) -> bytes:
    """The bytes of a (little-endian) pcap, with those of the packets in each range destroyed."""
    data = bytearray(path.read_bytes())
    offsets = record_offsets(bytes(data))
    for first, last in frames:
        begin, end = offsets[first - 1], offsets[last]
        data[begin:end] = bytes([JUNK]) * (end - begin)
    return bytes(data)


def record_offsets(data: bytes) -> list[int]:
    """Where the records of a pcap begin, and where the last one ends."""
    offsets = [24]
    while offsets[-1] < len(data):
        (captured,) = struct.unpack_from("<I", data, offsets[-1] + 8)
        offsets.append(offsets[-1] + 16 + captured)
    return offsets
