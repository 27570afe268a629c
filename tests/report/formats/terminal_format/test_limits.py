"""WHAT THIS CAPTURE CAN'T SHOW and PROBLEMS WITH THE INPUT."""

from __future__ import annotations

import dataclasses

from netdiag.report.formats.terminal_format import limits
from netdiag.report.model import ProblemReport
from tests.report.example import CAPTURE, EXAMPLE

from .conftest import Write


def test_limits_and_problems(write: Write) -> None:
    text = write(limits.write, EXAMPLE)
    assert text.startswith("\nWHAT THIS CAPTURE CAN'T SHOW\n  • ")
    assert "\nPROBLEMS WITH THE INPUT\n  • truncated-file: " in text


def test_problems_name_their_capture_where_there_are_several(write: Write) -> None:
    clean = dataclasses.replace(CAPTURE, path="other.pcap", problems=())
    text = write(limits.write, dataclasses.replace(EXAMPLE, captures=(clean, CAPTURE)))
    assert "• incident.pcap: truncated-file" in text


def test_counts(write: Write) -> None:
    problem = ProblemReport("snapped", "headers were cut off", frame=7, count=1200)
    capture = dataclasses.replace(CAPTURE, problems=(problem,))
    text = write(limits.write, dataclasses.replace(EXAMPLE, captures=(capture,)))
    assert "snapped: headers were cut off (frame 7), 1,200 times" in text


def test_nothing_to_say(write: Write) -> None:
    capture = dataclasses.replace(CAPTURE, problems=())
    assert write(limits.write, dataclasses.replace(EXAMPLE, captures=(capture,), limits=())) == ""
