"""Logs: lines of every known format, of none, cut, and with times of any year."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

from netdiag.logs import pieces as pieces_module
from netdiag.logs import read as read_module
from netdiag.logs.read import Wanted, read_log
from netdiag.logs.zones import parse_zone
from tests.capture.building import BytesStream
from tests.fuzz.seeds import PCAPS
from tests.logs.making import EVERYTHING

MOST_BYTES = 1024
PIECE_BYTES = 600
"""Not the usual four megabytes, which cost a millisecond to clear."""
ZONES = [zone for zone in map(parse_zone, ("UTC", "-09:30", "Europe/Berlin")) if zone is not None]
NARROW = Wanted(10**18, 10**18 + 10**9, 2001, frozenset({b"GET /"}))


def seeds() -> Iterator[bytes]:
    """The recorded logs of every product, a few lines at a time."""
    for path in sorted(PCAPS.glob("*.log")):
        lines = path.read_bytes().splitlines(keepends=True)
        for at in range(0, min(len(lines), 400), 20):
            yield b"".join(lines[at : at + 3])[:MOST_BYTES]
    yield b"2026-11-22T12:00:00.123+01:00 ERROR reset\n"
    yield b"22/Nov/2026:12:00:01 +0000 502\n"
    yield b"Nov 22 12:00:01 host app[7]: Connection reset by peer\n"
    yield b"1795348800.123 ECONNRESET\n"
    yield b"E1122 12:00:01.123456 7 x.go:1] EOF\n"
    yield b"Sun, 22-Nov-26 12:00:01 CET broken pipe\n"
    yield b"29.02.0001 24:00:60 timed out\n"


def check(data: bytes) -> None:
    """Lines are counted, entries lie in the log, and every time can be told in any zone."""
    with (
        patch.object(pieces_module, "open_stream", lambda path: (BytesStream(data, 300), ())),
        patch.object(read_module, "pieces", lambda path: pieces_module.pieces(path, PIECE_BYTES)),
    ):
        log = read_log("a.log", EVERYTHING)
        narrow = read_log("a.log", NARROW)
    assert log.lines == narrow.lines == len(data.split(b"\n")) - (not data or data[-1:] == b"\n")
    for entry in (*log.entries, *log.access):
        assert 1 <= entry.line <= log.lines
        for zone in ZONES:
            if entry.stamp is not None and not entry.stamp.zoned:
                zone.to_utc(entry.stamp.time_ns)
    for each in log.entries:
        assert each.excerpt
