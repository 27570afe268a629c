"""Small inputs made from the recorded captures, when they are needed: none is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PCAPS = Path(__file__).parents[2] / "fixtures" / "pcaps"
EVERY = 6
"""One recorded capture in so many: neighbours by name are alike."""


class Frame(NamedTuple):
    """One recorded frame."""

    link_type: int
    data: bytes


def captures() -> Iterator[bytes]:
    """Every sixth recorded pcap, whole."""
    for path in sorted(PCAPS.glob("*.pcap"))[::EVERY]:
        yield path.read_bytes()


def beginnings(most_bytes: int) -> Iterator[bytes]:
    """The first packets of recorded captures, whole packets, as small captures."""
    for data in captures():
        end = 24
        while end < len(data):
            after = end + 16 + int.from_bytes(data[end + 8 : end + 12], "little")
            if after > most_bytes:
                break
            end = after
        yield data[:end]


def frames(most: int = 12) -> Iterator[Frame]:
    """The first frames of recorded captures."""
    for data in captures():
        link_type = int.from_bytes(data[20:22], "little")
        at = 24
        for _ in range(most):
            size = int.from_bytes(data[at + 8 : at + 12], "little")
            if at + 16 + size > len(data):
                break
            yield Frame(link_type, data[at + 16 : at + 16 + size])
            at += 16 + size


def payloads(most: int = 400) -> Iterator[bytes]:
    """Payloads of recorded captures, no two with the same beginning."""
    known: set[bytes] = set()
    for frame in frames(40):
        head = {1: 14, 113: 16, 276: 20}.get(frame.link_type, 0)
        packet = frame.data[head:]
        if len(packet) < 40 or packet[0] >> 4 != 4 or packet[9] != 6:
            continue
        tcp = packet[(packet[0] & 15) * 4 :]
        payload = tcp[tcp[12] // 16 * 4 :] if len(tcp) >= 20 else b""
        if payload and payload[:6] not in known and len(known) < most:
            known.add(payload[:6])
            yield payload
