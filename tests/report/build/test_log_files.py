"""What a log looks like, and how its clock goes."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from netdiag.logs.clock import Clock
from netdiag.logs.correlate import LaidOver, correlate
from netdiag.logs.read import read_log
from netdiag.report.build.log_files import log_file, written_at
from tests.logs.making import EVERYTHING, SECOND, SPAN, event, stamp, written

EVENTS = [event(1)]


def laid(folder: Path, text: str) -> LaidOver:
    (found,) = correlate([read_log(written(folder, text), EVERYTHING)], EVENTS, [], SPAN, None)
    return found


def test_a_log_without_times_is_none(tmp_path: Path) -> None:
    file = log_file(laid(tmp_path, "a\nb\n"), EVENTS)
    assert file.problems == ("no line of it has a time that can be read: is it a log?",)
    assert (file.first_time, file.skew.estimate_s) == (None, None)


def test_what_was_left_out_is_said(tmp_path: Path) -> None:
    found = laid(tmp_path, "2026-11-22 12:00:01 ERROR Connection reset\n")
    log = replace(found.log, left_out=2, cut_lines=1, damage="the end\x1b is missing")
    problems = log_file(replace(found, log=log), EVENTS).problems
    assert problems[0] == "the end\\x1b is missing"
    assert problems[1].startswith("1 line is longer than a megabyte")
    assert problems[2].startswith("2 more error lines were counted")


def test_a_time_is_written_with_the_digits_that_it_has() -> None:
    clock = Clock("written", 0, None, None)
    assert written_at(clock, stamp(1.5)) == "2026-11-22T12:00:01.500000Z"
    assert written_at(clock, stamp(1.5, 1)) == "2026-11-22T12:00:01.500000000Z"
    assert written_at(clock, stamp(1, SECOND)) == "2026-11-22T12:00:01.000000Z"
