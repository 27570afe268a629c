"""ALSO FOUND."""

from __future__ import annotations

from msgspec.structs import replace

from netdiag.report.formats.terminal_format import further
from tests.report.example import EXAMPLE, LEAK, QUIET, STALE

from .conftest import Write


def test_the_leading_finding_is_not_told_twice(write: Write) -> None:
    text = write(further.write, EXAMPLE)
    assert "close-wait-leak  warning, medium confidence" in text
    assert "stale-keep-alive" not in text
    assert "    client  Evict idle connections in the background.\n" in text


def test_occurrences_are_counted(write: Write) -> None:
    elsewhere = replace(STALE, server="10.0.0.9:80")
    report = replace(EXAMPLE, findings=(STALE, elsewhere))
    assert "3 times; first: tcp.stream eq 16" in write(further.write, report)


def test_an_info_is_told_though_nothing_failed(write: Write) -> None:
    restart = replace(LEAK, cause="server-restart", severity="info")
    text = write(further.write, replace(QUIET, findings=(restart,)))
    assert "server-restart  info" in text


def test_of_many_the_first_are_listed(write: Write) -> None:
    text = write(further.write, replace(EXAMPLE, findings=(STALE, *[LEAK] * 12)))
    assert text.count("close-wait-leak") == 8
    assert "and 4 more findings, listed in the JSON report" in text


def test_nothing_else(write: Write) -> None:
    assert write(further.write, QUIET) == ""
