"""What is said of logs."""

from __future__ import annotations

from functools import cache

from msgspec.structs import replace

from netdiag.analysis import Options, analyze
from netdiag.report.log import LogReport
from netdiag.report.phrases import log as phrases
from tests.recorded import PCAPS, recorded


@cache
def log() -> LogReport:
    logs = tuple(str(PCAPS / f"logs-java.{ending}") for ending in ("log", "access.log"))
    report = analyze([recorded("logs-java").path], Options(logs=logs))
    assert report.log is not None
    return report.log


def test_a_file_and_its_clock() -> None:
    first, second = log().files
    assert phrases.contents(first) == "java, 79 lines"
    assert phrases.clocks(first).startswith("Clock: times name no zone; +01:00 is what fits")
    assert phrases.clocks(second).startswith("Clock: the lines name their time zone; the log is")


def test_cells_have_heads() -> None:
    cells = phrases.cells(log().matches[1], 1)
    assert len(cells) == len(phrases.heads())
    assert cells[:4] == ("11", "05:11:41.501", "c3", "57")
    assert phrases.cells(replace(log().matches[1], frame=None), 2)[3] == "-"
    assert phrases.cells(log().matches[1], 2)[3] == "1:57"


def test_of_many_requests_the_first_are_named() -> None:
    (told,) = phrases.access(log(), 1, 1)
    assert told.missed
    assert told.names.startswith("c2 (frame 41), c3 (frame 57), ")
    many = replace(log(), access=log().access * 3)
    (told,) = phrases.access(many, 1, 1)
    assert told.names.endswith(" and 9 more")
    assert phrases.access(log(), 0, 1) == []


def test_numbers_have_their_forms() -> None:
    assert phrases.unexplained(1) == "1 line that the capture does not explain:"
    assert phrases.silent(2) == "2 failures that no line tells of:"
    assert phrases.hidden(1234) == "and 1,234 more, listed in the JSON report"
