"""The pcap reader: the same packets whatever the blocks are, compiled or not."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.capture.formats.pcap import PCAP
from tests.capture.building import MODIFIED, NANOSECONDS, pcap, some_packets
from tests.fuzz.reading import check_reader
from tests.fuzz.seeds import beginnings

MOST_BYTES = 1024


def seeds() -> Iterator[bytes]:
    """Every byte order and clock, frame check sequences, a cut one; then recorded ones."""
    for order in "<>":
        yield pcap(some_packets(), order)
        yield pcap(some_packets(nanoseconds=1), order, NANOSECONDS)
        yield pcap(some_packets(2), order, MODIFIED)
    yield pcap(some_packets(), link_field=1 | 0x2400_0000)
    yield pcap(some_packets(60))
    yield pcap(some_packets())[:-3]
    yield from beginnings(MOST_BYTES)


def check(data: bytes) -> None:
    """Read a file that may be anything behind its first four bytes."""
    if PCAP.recognises(data[:12]):
        check_reader(data)
