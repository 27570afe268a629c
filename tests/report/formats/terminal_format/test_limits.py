"""WHAT THIS CAPTURE CAN'T SHOW and PROBLEMS WITH THE INPUT."""

from __future__ import annotations

import shlex

from msgspec.structs import replace

from netdiag.report.formats.terminal_format import limits
from netdiag.report.model import ProblemReport
from tests.report.example import CAPTURE, EXAMPLE, NEXT, QUIET, STALE

from .conftest import Write


def test_limits_and_problems(write: Write) -> None:
    text = write(limits.write, EXAMPLE)
    assert text.startswith("\nWHAT THIS CAPTURE CAN'T SHOW\n  • ")
    assert "\nPROBLEMS WITH THE INPUT\n  • truncated-file: " in text


def test_problems_name_their_capture_where_there_are_several(write: Write) -> None:
    clean = replace(CAPTURE, path="other.pcap", problems=())
    text = write(limits.write, replace(EXAMPLE, captures=(clean, CAPTURE)))
    assert "• incident.pcap: truncated-file" in text


def test_counts(write: Write) -> None:
    problem = ProblemReport("snapped", "headers were cut off", frame=7, count=1200)
    capture = replace(CAPTURE, problems=(problem,))
    text = write(limits.write, replace(EXAMPLE, captures=(capture,)))
    assert "snapped: headers were cut off (frame 7), 1,200 times" in text


def test_nothing_to_say(write: Write) -> None:
    capture = replace(CAPTURE, problems=())
    assert write(limits.write, replace(QUIET, captures=(capture,), limits=())) == ""


def test_what_is_open_of_the_leading_finding_comes_first(write: Write) -> None:
    text = write(limits.write, EXAMPLE)
    assert text.index(STALE.doubts[0]) < text.index("The capture was taken beside")


def test_what_is_said_twice_is_written_once(write: Write) -> None:
    report = replace(EXAMPLE, limits=STALE.doubts)
    assert write(limits.write, report).count(STALE.doubts[0]) == 1


def test_the_command_can_be_pasted(write: Write) -> None:
    text = write(limits.write, EXAMPLE)
    assert "Capture next on the server 10.77.145.107, to see what arrives there" in text
    pasted = text[text.index("    tcpdump") : text.index("\n\nPROBLEMS")]
    assert shlex.split(pasted.replace("\\\n", "")) == shlex.split(NEXT.command)
    assert max(map(len, pasted.splitlines())) <= 80
