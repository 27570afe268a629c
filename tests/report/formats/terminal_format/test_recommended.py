"""TRIED ON THIS CAPTURE."""

from __future__ import annotations

from msgspec.structs import replace

from netdiag.report.formats.terminal_format import recommended
from tests.report.example import EXAMPLE, QUIET, RECOMMENDATION, STALE

from .conftest import Write


def test_its_sentences(write: Write) -> None:
    text = write(recommended.write, EXAMPLE)
    assert text.strip().startswith("TRIED ON THIS CAPTURE\n")
    for sentence in RECOMMENDATION.text:
        assert f"  • {sentence}\n" in text


def test_nothing_without_a_recommendation(write: Write) -> None:
    without = replace(STALE, recommendation=None)
    assert write(recommended.write, replace(EXAMPLE, findings=(without,))) == ""
    assert write(recommended.write, QUIET) == ""
