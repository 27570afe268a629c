"""WHAT HAPPENED and HOW WE KNOW."""

from __future__ import annotations

from msgspec.structs import replace

from netdiag.report.formats.terminal_format import story
from tests.report.example import CAPTURE, EXAMPLE, QUIET, STALE

from .conftest import Write


def test_the_first_occurrence_with_a_timeline_is_told(write: Write) -> None:
    reordered = replace(STALE, occurrences=STALE.occurrences[::-1])
    text = write(story.write, replace(EXAMPLE, findings=(reordered,)))
    assert "Connection c17, one of 3, on 2017-05-12 (UTC). Filter: tcp.stream eq 16" in text
    assert "Sent again 0.40 ms later on connection c18, in frame 61, and answered" in text
    assert "NoHttpResponseException" in text


def test_without_a_timeline_there_is_no_ladder(write: Write) -> None:
    bare = replace(STALE, occurrences=STALE.occurrences[1:])
    text = write(story.write, replace(EXAMPLE, findings=(bare,)))
    assert "WHAT HAPPENED" in text
    assert "Connection" not in text
    assert "HOW WE KNOW" in text


def test_frames_name_their_capture_where_there_are_several(write: Write) -> None:
    text = write(story.write, replace(EXAMPLE, captures=(CAPTURE, CAPTURE)))
    assert "1:28 is frame 28 of incident.pcap." in " ".join(text.split())
    assert " 1:57 " in text


def test_long_endpoints_take_a_line_each(write: Write) -> None:
    told = replace(STALE.occurrences[0], server="[2001:db8:1:2:3:4:5:6]:65535")
    told = replace(told, client="[2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]:51234")
    finding = replace(STALE, occurrences=(told,))
    text = write(story.write, replace(EXAMPLE, findings=(finding,)))
    assert "\n  client [2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]:51234\n  server [2001" in text


def test_nothing_happened(write: Write) -> None:
    assert write(story.write, QUIET) == ""
