"""What can't be known, what to record next, what was looked at."""

from __future__ import annotations

import shlex

from msgspec.structs import replace

from netdiag.report.formats.markdown_format import captures
from tests.report.example import CAPTURE, EXAMPLE, NEXT, QUIET

from .conftest import Write
from .rendered import fences


def test_limits_and_problems(write: Write) -> None:
    text = write(captures.write, EXAMPLE)
    assert text.startswith("### What this capture can't show\n\n- 2 of these 3 connections")
    assert "### Problems with the input\n\n- truncated-file: the file ends" in text
    assert "- `incident.pcap`: 48,210 packets, 47,988 of them TCP; 14 min 3 s from" in text
    assert text.endswith("212 TCP connections in all; report by netdiag 0.1.0")


def test_the_command_can_be_pasted(write: Write) -> None:
    ((language, command),) = fences(write(captures.write, EXAMPLE))
    assert language == "sh"
    assert shlex.split(command.replace("\\\n", "")) == shlex.split(NEXT.command)


def test_several_captures_are_numbered(write: Write) -> None:
    text = write(captures.write, replace(EXAMPLE, captures=(CAPTURE, CAPTURE)))
    assert "- `1: incident.pcap`: " in text
    assert "\n- `2: incident.pcap`: " in text


def test_nothing_open(write: Write) -> None:
    clean = replace(CAPTURE, problems=())
    text = write(captures.write, replace(QUIET, captures=(clean,), limits=()))
    assert text.startswith("### Looked at\n\n")
