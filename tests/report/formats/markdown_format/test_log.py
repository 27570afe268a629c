"""The log."""

from __future__ import annotations

from functools import cache

from msgspec.structs import replace

from netdiag.analysis import Options, analyze
from netdiag.report.formats.markdown_format import log
from netdiag.report.model import Report
from tests.recorded import PCAPS, recorded
from tests.report.example import EXAMPLE

from .conftest import Write


@cache
def report(name: str, *logs: str) -> Report:
    return analyze([recorded(name).path], Options(logs=tuple(str(PCAPS / each) for each in logs)))


def test_without_a_log_there_is_no_section(write: Write) -> None:
    assert write(log.write, EXAMPLE) == ""


def test_lines_stand_in_a_table_with_what_they_say(write: Write) -> None:
    text = write(log.write, report("logs-java", "logs-java.log", "logs-java.access.log"))
    assert text.startswith("### The log\n")
    assert "| 11   | 05:11:41.501 | c3  | 57    |" in text
    assert "`org.apache.http.NoHttpResponseException: 127.0.0.1:21000 failed to respond`" in text
    assert text.count("It never reached the server") == 1


def test_what_does_not_fit_is_told_on_both_sides(write: Write) -> None:
    text = write(log.write, report("logs-go", "logs-node.log"))
    assert "5 lines that the capture does not explain:" in text
    assert "6 failures that no line tells of:" in text


def test_a_hostile_line_is_text(write: Write) -> None:
    made = report("logs-java", "logs-java.log")
    assert made.log is not None
    evil = replace(made.log.matches[0], excerpt="`|<script>alert(1)</script>\n# x")
    text = write(log.write, replace(made, log=replace(made.log, matches=(evil,))))
    row = next(line for line in text.splitlines() if "script" in line)
    assert row.startswith("| 7 ")
    assert "\n# x" not in text
