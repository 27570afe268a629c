"""Link types that scapy takes apart: whatever it raises, the frame is only one that can't be read.

An input is a link type (an index into those that scapy knows and netdiag doesn't) and a frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from netdiag.decode.layers import LINK_TYPES
from tests.decode.building import decode
from tests.fuzz.seeds import frames

MOST_BYTES = 512


@cache
def numbers() -> list[int]:
    """The link types."""
    from scapy.config import conf  # noqa: PLC0415  # as netdiag does: a second to import
    from scapy.layers import all as _layers  # noqa: F401, PLC0415

    return sorted(n for n in conf.l2types.num2layer if 0 <= n < 1 << 16 and n not in LINK_TYPES)


def seeds() -> Iterator[bytes]:
    """A recorded packet behind every link type, with a few bytes for a header, or none."""
    packet = next(frame.data[14:] for frame in frames() if frame.link_type == 1)[:200]
    for number in range(len(numbers())):
        yield bytes([number]) + packet
        yield bytes([number]) + bytes(8) + packet


def check(data: bytes) -> None:
    """A segment, a problem, or nothing that is TCP."""
    if data:
        known = numbers()
        decoded = decode([data[1:]], known[data[0] % len(known)])
        assert len(decoded.segments) <= 1
        assert all(row["payload"] in data for row in decoded.rows())
