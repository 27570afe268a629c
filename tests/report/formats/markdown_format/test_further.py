"""Also found."""

from __future__ import annotations

from msgspec.structs import replace

from netdiag.report.formats.markdown_format import further
from tests.report.example import EXAMPLE, LEAK, QUIET, STALE

from .conftest import Write


def test_the_leading_finding_is_not_told_twice(write: Write) -> None:
    text = write(further.write, EXAMPLE)
    assert "**close-wait-leak: warning, medium confidence**" in text
    assert "- On the client: Evict idle connections in the background." in text
    assert "stale-keep-alive" not in text


def test_of_many_the_first_are_listed(write: Write) -> None:
    report = replace(EXAMPLE, findings=(STALE, *[LEAK] * 12))
    text = write(further.write, report)
    assert text.count("**close-wait-leak") == 8
    assert text.endswith("and 4 more findings, listed in the JSON report")


def test_occurrences_are_counted(write: Write) -> None:
    elsewhere = replace(STALE, server="10.0.0.9:80")
    text = write(further.write, replace(EXAMPLE, findings=(STALE, elsewhere)))
    assert "- 3 times; first: `tcp.stream` eq 16" in text


def test_nothing_else(write: Write) -> None:
    assert write(further.write, QUIET) == ""
