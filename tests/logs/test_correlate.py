"""All logs over one capture."""

from __future__ import annotations

from pathlib import Path

from netdiag.logs.correlate import correlate
from netdiag.logs.event import Request
from netdiag.logs.read import Wanted, read_log
from tests.logs.making import EVERYTHING, NOON, SECOND, SPAN, event, written

TIMES = [1.0, 4.2, 9.9, 17.3, 30.1]
EVENTS = [event(at) for at in TIMES]


def test_each_log_has_a_clock_of_its_own(tmp_path: Path) -> None:
    paths = [
        written(
            tmp_path,
            "".join(f"{(NOON // SECOND) + at + skew:.3f} ERROR Connection reset\n" for at in TIMES),
            f"{skew}.log",
        )
        for skew in (0, 600)
    ]
    one, other = correlate([read_log(p, EVERYTHING) for p in paths], EVENTS, [], SPAN, None)
    assert [match.event for match in one.matches] == [0, 1, 2, 3, 4]
    assert [match.event for match in other.matches] == [0, 1, 2, 3, 4]
    assert one.clock.skew is not None
    assert other.clock.skew is not None
    assert other.clock.skew.estimate_ns - one.clock.skew.estimate_ns == 600 * SECOND


def test_a_servers_access_log_tells_of_no_failures(tmp_path: Path) -> None:
    text = "".join(
        f'h - - [22/Nov/2026:12:00:{at:02d} +0000] "GET /{at} HTTP/1.1" 200 5\n' for at in range(9)
    )
    requests = [
        Request(
            NOON + at * SECOND, NOON + at * SECOND, "10.0.0.5:8080", b"GET", b"/%d" % at, 200, None
        )
        for at in range(9)
    ]
    wanted = Wanted(0, 2**62, 2026, frozenset(request.key for request in requests))
    (laid,) = correlate([read_log(written(tmp_path, text), wanted)], EVENTS, requests, SPAN, None)
    assert not laid.tells_failures
    assert laid.access.found == 9


def test_a_log_without_errors_is_still_one_that_would_have_them(tmp_path: Path) -> None:
    log = read_log(written(tmp_path, "2026-11-22 12:00:00 INFO all is well\n"), EVERYTHING)
    (laid,) = correlate([log], EVENTS, [], SPAN, None)
    assert laid.tells_failures
    assert (laid.matches, laid.unmatched) == ((), ())
