"""THE LOG."""

from __future__ import annotations

from functools import cache

from netdiag.analysis import Options, analyze
from netdiag.report.formats.terminal_format import log
from netdiag.report.model import Report
from tests.recorded import PCAPS, recorded
from tests.report.example import EXAMPLE

from .conftest import Write


@cache
def report(name: str, *logs: str) -> Report:
    return analyze([recorded(name).path], Options(logs=tuple(str(PCAPS / each) for each in logs)))


def test_without_a_log_there_is_no_section(write: Write) -> None:
    assert write(log.write, EXAMPLE) == ""


def test_lines_stand_beside_their_occurrences(write: Write) -> None:
    text = write(log.write, report("logs-java", "logs-java.log"))
    assert "THE LOG\n  7 of 7 error lines are failures in this capture.\n" in text
    assert "    line  time (UTC)    is  frame  later by  sure\n" in text
    assert "      11  05:11:41.501  c3     57     14 ms  high\n" in text
    assert "+01:00 is what fits the capture" in text


def test_a_request_that_never_arrived_is_told_once(write: Write) -> None:
    text = write(log.write, report("logs-java", "logs-java.access.log"))
    assert text.count("It never reached the server") == 1
    assert "c2 (frame 41), c3 (frame 57)" in text


def test_what_does_not_fit_is_told_on_both_sides(write: Write) -> None:
    text = write(log.write, report("logs-go", "logs-node.log"))
    assert "5 lines that the capture does not explain:" in text
    assert "6 failures that no line tells of:" in text


def test_no_line_is_too_wide(write: Write) -> None:
    for name, other in [("logs-java", "logs-java.log"), ("logs-go", "logs-python.log")]:
        text = write(log.write, report(name, other))
        assert max(map(len, text.splitlines())) <= 80
