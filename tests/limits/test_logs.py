"""Logs made to keep netdiag busy cost work in proportion to their length, and little memory.

What Python does is counted. Patterns run inside of `re`, where nothing can be counted: there it is
the processor's time, of which a bounded pattern needs a hundredth of what is allowed.
"""

from __future__ import annotations

import gzip
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from netdiag.logs import access, entries, match
from netdiag.logs.access import find_in_access
from netdiag.logs.clock import find_clock
from netdiag.logs.entry import AccessLine
from netdiag.logs.event import Request
from netdiag.logs.formats import FORMATS
from netdiag.logs.marks import find_marks
from netdiag.logs.match import Matcher
from netdiag.logs.read import read_log
from netdiag.logs.stamps import find_stamp
from netdiag.logs.symptoms import find_symptom, words_by_stem
from tests.limits import logs
from tests.logs.making import EVERYTHING, NOON, SECOND, SPAN, entry, event, stamp, written

LINE_BYTES = 40_000
MOST_S = 0.5


def _match_all(line: bytes) -> None:
    for each in FORMATS:
        each.begins.search(line)
        each.request(line)
        each.failure(line)
    for _, _, patterns in words_by_stem():
        for pattern in patterns:
            pattern.search(line)
    find_stamp(line, 2026)
    find_symptom(line)
    find_marks(line)


@pytest.mark.parametrize(
    "made", [logs.slashes, logs.heads, logs.colons, logs.letters, logs.capitals]
)
def test_no_pattern_takes_a_long_line_apart_in_many_ways(made: Callable[[int], bytes]) -> None:
    _match_all(b"x")  # compiles what is compiled once
    begin = time.thread_time()
    _match_all(made(LINE_BYTES))
    assert time.thread_time() - begin < MOST_S


def test_a_line_without_end_is_never_held(tmp_path: Path) -> None:
    line = b"2026-11-22T12:00:00Z Connection reset " + b"x" * (1 << 25) + b" Connection reset\n"
    path = written(tmp_path, gzip.compress(line, 1), "app.log.gz")
    tracemalloc.start()
    try:
        found = read_log(path, EVERYTHING)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (found.cut_lines, len(found.entries), found.lines) == (1, 1, 1)
    assert most < 30_000_000


def test_an_impossible_day_does_not_send_every_line_up_the_whole_log(tmp_path: Path) -> None:
    with patch.object(entries, "find_stamp", wraps=entries.find_stamp) as looked_for:
        found = read_log(written(tmp_path, logs.leap_days(300)), EVERYTHING)
    assert len(found.entries) == 300
    assert looked_for.call_count < 10 * 300


def test_in_a_storm_each_line_is_weighed_against_the_nearest_events() -> None:
    events = [event(i / 1000) for i in range(1000)]
    some = [entry(i / 1000) for i in range(200)]
    matcher = Matcher(some, events)
    clock = find_clock([], [], matcher.allowed, matcher.certain, None)
    with patch.object(match, "MOST_PAIRS", 4000):
        pairs = matcher._pairs(clock)
        matches, unmatched = matcher.match(clock, SPAN)
    assert len(pairs.costs) == 4000
    assert all(abs(event - line) <= 20 for line, event in pairs.costs)
    assert len(matches) + len(unmatched) == 200
    assert len(matches) >= 190


REQUESTS = [
    Request(NOON + i * SECOND, NOON + i * SECOND + 10**7, "10.0.0.5:80", b"GET", b"/", 200, None)
    for i in range(300)
]
LINES = [AccessLine(i + 1, stamp(i + 0.005, 10**6), b"GET", b"/", 200) for i in range(300)]


def test_requests_that_are_all_alike_are_taken_in_order() -> None:
    exact = find_in_access(LINES, REQUESTS, None)
    looked_at = []

    def away(request: Request, line: AccessLine, now_ns: int) -> int | None:
        looked_at.append(line.line)
        return real(request, line, now_ns)

    real = access._away
    with patch.object(access, "MOST_ALIKE", 1000), patch.object(access, "_away", away):
        in_order = find_in_access(LINES, REQUESTS, None)
    assert in_order == exact
    assert in_order.found == 300
    assert len(looked_at) <= 600


def test_of_very_many_servers_the_likely_ones_are_tried() -> None:
    others = [
        Request(NOON, NOON, f"10.1.0.{i}:80", b"GET", b"/%d" % i, 200, None) for i in range(200)
    ]
    with patch.object(access, "_lay", wraps=access._lay) as tried:
        found = find_in_access(LINES, [*others, *REQUESTS], None)
    assert (found.server, found.found) == ("10.0.0.5:80", 300)
    assert tried.call_count <= access.MOST_SERVERS
