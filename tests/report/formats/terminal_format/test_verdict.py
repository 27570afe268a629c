"""The report's first lines."""

from __future__ import annotations

from msgspec.structs import replace

from netdiag.report.formats.terminal_format import verdict
from tests.report.example import EXAMPLE, QUIET

from .conftest import Write


def test_a_failure(write: Write) -> None:
    text = write(verdict.write, EXAMPLE)
    assert text.startswith("stale-keep-alive  error, high confidence\n  3 requests from 10.0.0.5")


def test_a_risk(write: Write) -> None:
    risky = replace(EXAMPLE.verdict, cause="none")
    text = write(verdict.write, replace(EXAMPLE, verdict=risky))
    assert text.startswith("close-wait-leak  warning, high confidence\n")


def test_nothing(write: Write) -> None:
    assert write(verdict.write, QUIET).startswith("NOTHING FOUND  high confidence\n  No request")
