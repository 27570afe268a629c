"""The decoder: frames of every link type on the shelf, several in a block, cut or whole.

An input is a run of frames, each behind four bytes: the link type (an index into `LINK_TYPES`),
how many bytes more were on the wire, and its captured length (16 bits).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from netdiag.decode import Decoder, Samples, Segments
from netdiag.decode.addresses import Addresses
from netdiag.decode.layers import LINK_TYPES
from netdiag.problems import Problem, ProblemLog
from tests.decode.building import decoded, keep_all, records
from tests.fuzz.seeds import frames
from tests.native.twins import same_columns, without_native

MOST_BYTES = 1024
MOST_FRAMES = 12
NUMBERS = sorted(LINK_TYPES)
Frame = tuple[int, int, bytes]
"""Link type, bytes beyond those captured, captured bytes."""
Told = tuple[Segments, Addresses, Samples, tuple[Problem, ...]]


def seeds() -> Iterator[bytes]:
    """Recorded frames one by one and side by side, and tunnels within tunnels."""
    found = list(frames())
    for frame in found[::5]:
        yield written(frame.link_type, frame.data[:400])
    for i in range(0, len(found) - 4, 29):
        yield b"".join(written(frame.link_type, frame.data[:150]) for frame in found[i : i + 4])
    inner = next(frame.data[14:] for frame in found if frame.link_type == 1)
    for number in NUMBERS:
        yield written(number, inner[:200])
    for wrapped in _wrapped(inner[:120]):
        yield written(1, bytes(12) + wrapped)


def _wrapped(packet: bytes) -> Iterator[bytes]:
    """An IPv4 packet behind each thing that can stand between Ethernet and it."""
    yield b"\x81\x00\x00\x05\x88\xa8\x00\x06\x08\x00" + packet
    yield b"\x88\x47\x00\x01\x00\x40\x00\x01\x01\x40" + packet
    yield b"\x88\x64\x11\x00\x00\x01\x00\x80\x00\x21" + packet
    for protocol, head in (
        (4, b""),
        (47, b"\x30\x00\x08\x00" + bytes(8)),
        (17, b"\x30\x00\x12\xb5\x00\x80\x00\x00" + b"\x08" + bytes(7) + bytes(12) + b"\x08\x00"),
        (17, b"\x30\x00\x17\xc1\x00\x80\x00\x00" + b"\x00\x00\x08\x00" + bytes(4)),
    ):
        outer = b"\x45" + bytes(8) + bytes([protocol]) + bytes(10)
        yield b"\x08\x00" + outer + head + packet
    six = b"\x60" + bytes(5) + b"\x00\x40" + bytes(32)
    yield b"\x86\xdd" + six + b"\x06\x00" + bytes(6) + packet[20:]
    yield b"\x86\xdd" + six + b"\x2c\x00" + bytes(6) + b"\x06\x00" + bytes(6) + packet[20:]


def written(link_type: int, data: bytes, more: int = 0) -> bytes:
    """One frame of an input."""
    number = NUMBERS.index(link_type)
    return bytes([number, more]) + len(data).to_bytes(2, "big") + data


def read_frames(data: bytes) -> list[Frame]:
    """The frames of an input; the last one ends with it."""
    found: list[Frame] = []
    while len(data) >= 4 and len(found) < MOST_FRAMES:
        number, more, size = data[0] % len(NUMBERS), data[1], int.from_bytes(data[2:4], "big")
        found.append((NUMBERS[number], more, data[4 : 4 + size]))
        data = data[4 + size :]
    return found


def check(data: bytes) -> None:
    """Compiled or not, all alike; no row says more than its frame holds."""
    found = read_frames(data)
    if not found:
        return
    fast = _decode(found)
    with without_native():
        slow = _decode(found)
    segments, addresses, samples, problems = fast
    same_columns(segments, slow[0])
    assert problems == slow[3]
    endpoints = sorted({*segments.source.tolist(), *segments.destination.tolist()})
    assert [addresses.text(e) for e in endpoints] == [slow[1].text(e) for e in endpoints]
    rows = np.flatnonzero(segments.sample >= 0)
    assert samples.texts(segments.sample[rows]) == slow[2].texts(segments.sample[rows])
    for row in rows.tolist():
        frame = found[int(segments.frame[row]) - 1][2]
        assert samples.text(int(segments.sample[row])) in frame
    assert len(segments) + sum(problem.count for problem in problems) <= len(found)


def _decode(found: Sequence[Frame]) -> Told:
    block = records(
        [data for _, _, data in found],
        [link_type for link_type, _, _ in found],
        [len(data) + more for _, more, data in found],
    )
    addresses, problems = Addresses(), ProblemLog()
    marked = decoded(Decoder(addresses, keep_all), 0, block, problems)
    return marked.segments, addresses, marked.samples, problems.entries()
