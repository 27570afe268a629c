"""Logs, read once."""

from __future__ import annotations

import gzip
from pathlib import Path
from unittest.mock import patch

from netdiag.logs import read as module
from netdiag.logs.read import Wanted, read_log
from netdiag.logs.symptoms import ENDED, SILENT
from tests.logs.making import EVERYTHING, NOON, SECOND, stamp, written

ACCESS = '10.0.0.7 - - [22/Nov/2026:12:00:{:02d} +0000] "GET /{} HTTP/1.1" {} 5 "-" "curl/7"\n'


def test_lines_entries_and_times_are_counted(tmp_path: Path) -> None:
    text = "2026-11-22 12:00:00,000 INFO x\n2026-11-22 12:00:05,000 ERROR Connection reset\n"
    log = read_log(written(tmp_path, text), EVERYTHING)
    assert (log.lines, len(log.entries), log.access_count) == (2, 1, 0)
    assert (log.first, log.last) == (stamp(0, zoned=False), stamp(5, zoned=False))
    assert log.entries[0].line == 2


def test_of_an_access_log_only_known_requests_are_held(tmp_path: Path) -> None:
    text = "".join(ACCESS.format(i, i, 200) for i in range(10))
    wanted = Wanted(0, 2**62, 2026, frozenset({b"GET /3"}))
    log = read_log(written(tmp_path, gzip.compress(text.encode())), wanted)
    assert log.formats == ("access",)
    assert (log.access_count, [line.line for line in log.access]) == (10, [4])
    assert log.access[0].stamp == stamp(3, SECOND)
    assert not log.entries


def test_a_proxys_502_is_a_failure_behind_it(tmp_path: Path) -> None:
    text = ACCESS.format(1, 1, 200) + ACCESS.format(2, 2, 502) + ACCESS.format(3, 3, 504)
    log = read_log(written(tmp_path, text), EVERYTHING)
    assert [(entry.line, entry.kinds) for entry in log.entries] == [(2, ENDED), (3, SILENT)]


def test_what_lies_days_away_is_passed_over(tmp_path: Path) -> None:
    text = "2026-11-20 12:00:05,000 ERROR Connection reset\n"
    wanted = Wanted(NOON, NOON + SECOND, 2026)
    log = read_log(written(tmp_path, text), wanted)
    assert (log.lines, log.entries) == (1, ())
    assert log.first is not None


def test_more_than_can_be_held_is_counted(tmp_path: Path) -> None:
    text = "2026-11-22 12:00:05,000 ERROR Connection reset\n" * 7
    with patch.object(module, "MOST_ENTRIES", 3):
        log = read_log(written(tmp_path, text), EVERYTHING)
    assert (len(log.entries), log.left_out) == (3, 4)


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[int] = []
    read_log(written(tmp_path, "a\n" * 100), EVERYTHING, told.append)
    assert sum(told) == 200


def test_bytes_and_nothing_are_logs_too(tmp_path: Path) -> None:
    assert read_log(written(tmp_path, b""), EVERYTHING).lines == 0
    log = read_log(written(tmp_path, bytes(range(256)) * 50), EVERYTHING)
    assert not log.entries
