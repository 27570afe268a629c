"""Times as logs write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from netdiag.logs.stamps import Stamp, find_stamp

MILLI, MICRO, SECOND = 10**6, 10**3, 10**9


def at(text: str) -> int:
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return int(moment.timestamp()) * SECOND + moment.microsecond * 1000


@pytest.mark.parametrize(
    ("line", "time", "resolution", "zoned"),
    [
        ("2026-11-22 06:11:35,847 [order-1] INFO", "2026-11-22 06:11:35.847", MILLI, False),
        ("2026-11-22T06:11:35.847+01:00 ERROR 1 ---", "2026-11-22 05:11:35.847", MILLI, True),
        ("2026-11-22T05:11:35Z app", "2026-11-22 05:11:35", SECOND, True),
        ("[2026-11-22 05:11:35 -0500] [9] [ERROR]", "2026-11-22 10:11:35", SECOND, True),
        ("2026/11/22 00:08:57.096421 GET", "2026-11-22 00:08:57.096421", MICRO, False),
        ("2026/11/22 05:11:42 [error] 1#1:", "2026-11-22 05:11:42", SECOND, False),
        ('x - - [22/Nov/2026:05:11:35 +0530] "GET', "2026-11-21 23:41:35", SECOND, True),
        ('h - - [22/Nov/2026 05:11:35] "GET', "2026-11-22 05:11:35", SECOND, False),
        ("1.2.3.4:5 [22/Nov/2026:05:11:35.123] f b/s", "2026-11-22 05:11:35.123", MILLI, False),
        ('{"level":30,"time":1795324254325,"pid"', "2026-11-22 05:10:54.325", MILLI, True),
        ('{"ts":1795324254.325,"msg"', "2026-11-22 05:10:54.325", MILLI, True),
        ('{"a":1,"@timestamp":"2026-11-22T05:10:54.3Z"', "2026-11-22 05:10:54.3", 10**8, True),
        ("time=2026-11-22T05:10:54.325Z level=ERROR", "2026-11-22 05:10:54.325", MILLI, True),
        ("1795324254 worker died", "2026-11-22 05:10:54", SECOND, True),
        ("E1122 05:10:54.325123   12 f.go:1] x", "2026-11-22 05:10:54.325123", MICRO, False),
        ("Nov 22 05:10:54 host app[1]: x", "2026-11-22 05:10:54", SECOND, False),
        ("Nov  3 05:10:54 host app[1]: x", "2026-11-03 05:10:54", SECOND, False),
        ("[Sun Nov 22 05:10:54.325123 2026] [proxy", "2026-11-22 05:10:54.325123", MICRO, False),
        ("Nov 22, 2026 5:10:54 PM org.x log", "2026-11-22 17:10:54", SECOND, False),
        ("22-Nov-2026 05:10:54.325 SEVERE [m]", "2026-11-22 05:10:54.325", MILLI, False),
        ("Sun, 22 Nov 2026 05:10:54 GMT x", "2026-11-22 05:10:54", SECOND, True),
    ],
)
def test_a_time_is_read(line: str, time: str, resolution: int, zoned: bool) -> None:
    assert find_stamp(line.encode(), 2026) == Stamp(at(time), resolution, zoned)


def test_nanoseconds_and_an_instant() -> None:
    line = b'{"instant":{"epochSecond":1795324254,"nanoOfSecond":325000001},"level":"ERROR"'
    assert find_stamp(line, 2026) == Stamp(1_795_324_254_325_000_001, 1, True)
    line = b"2026-11-22T05:10:54.123456789Z stdout F x"
    assert find_stamp(line, 2026) == Stamp(at("2026-11-22 05:10:54") + 123_456_789, 1, True)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"java.net.SocketException: Connection reset",
        b"\tat java.base/java.net.Socket.read(Socket.java:318)",
        b"2026-02-31 00:00:00 no such day",
        b"22/Foo/2026:05:11:35 no such month",
        b"x" * 200 + b" 2026-11-22 05:11:35 too far from the beginning",
        b"99999999999999999999999",
        b"Nov 99 99:99:99 2026",
        b"Nov 22 2026 05:10:54 +9999 no such zone",
        b"9999-12-31 23:59:59 no array holds it",
    ],
)
def test_no_time_is_made_up(line: bytes) -> None:
    assert find_stamp(line, 2026) is None


def test_a_year_is_taken_from_the_capture() -> None:
    found = find_stamp(b"Nov 22 05:10:54 host x", 2019)
    assert found is not None
    assert found.time_ns == at("2019-11-22 05:10:54")
