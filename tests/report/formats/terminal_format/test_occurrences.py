"""The occurrences."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from netdiag.report.finding import Occurrence
from netdiag.report.formats.terminal_format import occurrences
from netdiag.report.model import Report
from tests.report.example import CAPTURE, EXAMPLE, QUIET, STALE

from .conftest import Write

FIRST = STALE.occurrences[0]


def having(*entries: Occurrence) -> Report:
    finding = replace(STALE, occurrences=entries)
    return replace(EXAMPLE, findings=(finding,))


def changed(**changes: Any) -> Report:
    return having(replace(FIRST, **changes))


def test_numbers_stand_below_each_other(write: Write) -> None:
    lines = write(occurrences.write, EXAMPLE).splitlines()
    assert [line.find("tcp.stream") for line in lines[4::2]] == [64, 64, 64]
    assert {line.find(" s  ", 7) for line in lines[3::2]} == {13}


def test_one_occurrence(write: Write) -> None:
    text = write(occurrences.write, having(FIRST))
    assert text.startswith("\nTHE OCCURRENCE  on 2017-05-12")
    assert "  c17  20.024 s  41 FIN      5.107 s  57       reset in 58, retried\n" in text


def test_columns_of_which_nothing_is_known_are_left_out(write: Write) -> None:
    report = changed(close=None, reset=None, retry=None, after_close_s=None, outcome="unanswered")
    text = write(occurrences.write, report)
    assert "           idle  request  outcome\n  c17  25.131 s  57       unanswered\n" in text


def test_what_is_not_known_of_one_of_them_is_said(write: Write) -> None:
    unknown = replace(
        FIRST,
        close=None,
        request=None,
        reset=None,
        retry=None,
        idle_before_close_s=None,
        idle_before_reuse_s=None,
        after_close_s=None,
        outcome="closed",
    )
    lines = write(occurrences.write, having(FIRST, unknown)).splitlines()
    assert lines[3] == "  c17  20.024 s  41 FIN        5.107 s  57       reset in 58, retried"
    assert lines[5] == "  c17   unknown  not seen               none     closed"


def test_several_days_are_not_one(write: Write) -> None:
    assert FIRST.request is not None
    later = replace(FIRST, request=replace(FIRST.request, time="2017-05-13T00:00:01.5Z"))
    text = write(occurrences.write, having(FIRST, later))
    assert "THE 2 OCCURRENCES  times in UTC" in text
    assert "00:00:01.5  10.0.0.5" in text


def test_of_many_the_first_ten_are_listed(write: Write) -> None:
    text = write(occurrences.write, having(*[FIRST] * 1234))
    assert "THE 1,234 OCCURRENCES" in text
    assert text.count("tcp.stream eq 16") == 10
    assert "and 1,224 more, listed in the JSON report" in text


def test_a_long_filter_is_never_cropped(write: Write) -> None:
    long = "tcp.stream eq 123456 and frame.number >= 1234567 and frame.number <= 1234599"
    text = write(occurrences.write, changed(wireshark_filter=long))
    assert long in " ".join(text.split())


def test_frames_of_several_captures(write: Write) -> None:
    report = replace(having(FIRST), captures=(CAPTURE, CAPTURE))
    assert "1:41 FIN" in write(occurrences.write, report)


def test_nothing_found(write: Write) -> None:
    assert write(occurrences.write, QUIET) == ""
    assert write(occurrences.write, having()) == ""
