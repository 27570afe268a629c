"""``analyze`` over small captures of any bytes: an error of one line, or a valid report."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.capture.sources import recognise
from tests.fuzz.seeds import beginnings
from tests.fuzz.targets import pcap, pcapng
from tests.fuzz.whole import check_capture

MOST_BYTES = 4096


def seeds() -> Iterator[bytes]:
    """The first packets of recorded captures, and what the readers begin from."""
    yield from beginnings(MOST_BYTES)
    yield from list(pcap.seeds())[:4]
    yield from pcapng.seeds()


def check(data: bytes) -> None:
    """See `check_capture`."""
    if recognise(data[:12]) is not None:
        check_capture(data)
