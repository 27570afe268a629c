"""Logs laid over a recorded capture, as a report tells it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from netdiag.analysis import Options, analyze
from netdiag.report.formats.json_format import render
from netdiag.report.log import LogReport
from netdiag.report.page import PLAIN
from netdiag.report.schema import schema_text
from tests.recorded import PCAPS, recorded


def log_of(name: str, *logs: str | Path, zone: str | None = None) -> LogReport:
    paths = tuple(str(PCAPS / log) for log in logs)
    report = analyze([recorded(name).path], Options(logs=paths, log_timezone=zone))
    jsonschema.validate(json.loads(render(report, PLAIN)), json.loads(schema_text()))
    assert report.log is not None
    return report.log


def test_without_a_log_there_is_none() -> None:
    assert analyze([recorded("logs-java").path]).log is None


def test_the_summary_counts() -> None:
    log = log_of("logs-java", "logs-java.log", "logs-java.access.log")
    assert log.summary == (
        "7 of 7 error lines are failures in this capture."
        " 7 failed requests never reached the server."
    )
    assert (log.expected, log.unreadable) == (7, 0)


def test_a_match_can_be_found_in_both() -> None:
    log = log_of("logs-java", "logs-java.log", zone="Europe/Berlin")
    match = log.matches[1]
    line = (PCAPS / "logs-java.log").read_text().splitlines()[match.line - 1]
    assert line.startswith("2026-11-22 06:11:41,501")
    assert match.time == "2026-11-22T05:11:41.501000Z"
    assert match.excerpt.startswith("org.apache.http.NoHttpResponseException: 127.0.0.1:21000")
    occurrence = analyze([recorded("logs-java").path]).findings[0].occurrences[match.occurrence]
    assert occurrence.request is not None
    assert (match.connection, match.frame) == (occurrence.connection, occurrence.request.frame)


@pytest.mark.parametrize(
    ("zone", "basis", "name"),
    [
        (None, "fitted", "+01:00"),
        ("Europe/Berlin", "given", "Europe/Berlin"),
        ("+01:00", "given", "+01:00"),
    ],
)
def test_the_zone_and_who_says_so(zone: str | None, basis: str, name: str) -> None:
    (file,) = log_of("logs-java", "logs-java.log", zone=zone).files
    assert (file.zone_basis, file.zone) == (basis, name)
    assert file.first_time == "2026-11-22T05:11:35.847000Z"


def test_a_wrong_zone_shows_as_a_skew_of_that_size() -> None:
    (file,) = log_of("logs-java", "logs-java.log", zone="UTC").files
    assert file.skew.estimate_s == pytest.approx(3600, abs=0.05)
    assert "is the log's zone right?" in file.skew.told


def test_what_no_line_tells_of(tmp_path: Path) -> None:
    lines = (PCAPS / "logs-java.log").read_text().splitlines(keepends=True)
    path = tmp_path / "app.log"
    path.write_text("".join(line for line in lines if "RetryExec" not in line))
    log = log_of("logs-java", path)
    assert len(log.matches) == 3
    assert {silent.reason for silent in log.silent} == {"absorbed"}
    assert len(log.silent) == 4
    path.write_text("".join(line for line in lines if "06:11:35" in line))
    assert {s.reason for s in log_of("logs-java", path).silent} == {"absorbed", "not-covered"}


def test_an_access_log_alone_misses_nothing() -> None:
    log = log_of("logs-java", "logs-java.access.log")
    assert not log.silent
    assert len(log.access) == 7


def test_hidden_requests_are_counted() -> None:
    log = log_of("nginx-tls13-stale", "logs-java.access.log")
    assert log.unreadable == log.expected > 0
    assert "can't be looked for in an access log" in log.summary
    assert not log.access


def test_a_hostile_line_is_made_visible(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(b"2026-11-22 05:11:41 \x1b[31m\xff\xe2\x80\xae Connection reset\n")
    (unexplained,) = log_of("logs-go", path).unexplained
    assert "\\x1b[31m\\xff\\u202e Connection reset" in unexplained.excerpt


def test_damage_is_said(tmp_path: Path) -> None:
    import gzip  # noqa: PLC0415

    path = tmp_path / "app.log.gz"
    path.write_bytes(gzip.compress((PCAPS / "logs-java.log").read_bytes())[:-30])
    (file,) = log_of("logs-java", path).files
    assert "ends before its time" in file.problems[0]
