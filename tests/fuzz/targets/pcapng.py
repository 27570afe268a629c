"""The pcapng reader: the same packets whatever the blocks are, compiled or not."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.capture.formats.pcapng import PCAPNG
from tests.capture.building import (
    block,
    enhanced,
    interface,
    obsolete,
    option,
    pcapng,
    section,
    simple,
    some_packets,
)
from tests.fuzz.reading import check_reader
from tests.fuzz.seeds import PCAPS

MOST_BYTES = 1024


def seeds() -> Iterator[bytes]:
    """Sections, interfaces, options and every kind of packet block, in both byte orders."""
    for order in "<>":
        yield pcapng(some_packets(), order)
        options = option(9, b"\x09", order) + option(14, bytes(7) + b"\x01", order)
        names = option(2, b"eth0", order) + option(1, b"a comment", order) + option(0, b"", order)
        head = section(order) + interface(1, 96, options, order) + interface(113, 0, names, order)
        packets = enhanced(1 << 50, b"x" * 30, number=1, order=order) + simple(b"y" * 9, 20, order)
        yield head + packets + obsolete(1 << 49, b"z" * 7, order=order)
        yield head + block(5, bytes(12), order) + packets + head + packets
    yield pcapng(some_packets(2)) + pcapng(some_packets(2), ">")
    yield pcapng(some_packets())[:-3]
    yield (PCAPS / "stale.pcapng").read_bytes()[:MOST_BYTES]


def check(data: bytes) -> None:
    """Read a file that may be anything behind its section header's first twelve bytes."""
    if PCAPNG.recognises(data[:12]):
        check_reader(data)
