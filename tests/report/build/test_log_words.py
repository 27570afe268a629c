"""The sentences about logs."""

from __future__ import annotations

import pytest

from netdiag.logs.access import Sighting
from netdiag.logs.clock import Clock
from netdiag.logs.clocks import Shift
from netdiag.logs.match import Match, Reason, Unmatched
from netdiag.report.build.log_words import (
    is_zone_sized,
    silence_of,
    told_access,
    told_skew,
    why_matched,
    why_unmatched,
)
from tests.logs.making import SECOND, event


def clock(skew_s: float) -> Clock:
    ns = round(skew_s * SECOND)
    return Clock("written", 0, None, Shift(ns, ns - 10**6, ns + 10**6, 7, 2))


def test_skews() -> None:
    assert told_skew(clock(12.5)) == (
        "the log is 12.5 s ahead of the capture (+12.5 s to +12.5 s, from 7 lines)"
    )
    assert told_skew(clock(-37.2)).startswith("the log is 37.2 s behind the capture (-37.2 s to")
    assert "two time zones" in told_skew(clock(3600.4))
    assert told_skew(Clock("written", 0, None, None)).startswith("not determined: ")


@pytest.mark.parametrize(
    ("skew_s", "zone"), [(3600, True), (-19800, True), (0, False), (900, False)]
)
def test_a_skew_as_large_as_a_zone(skew_s: float, zone: bool) -> None:
    assert is_zone_sized(clock(skew_s)) is zone


def test_why_a_line_is_it() -> None:
    match = Match(0, 0, 0, "high", ("names-request", "only-one"), again=True)
    assert why_matched(match) == (
        "it names the request; nothing else happened that it could be;"
        " another line tells of it, too"
    )


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("no-time", "says when it was written"),
        ("elsewhere", "no connection to the server that it names"),
        ("other-kind", "of another kind: c7, 2 s earlier"),
        ("taken", "told by other lines: c7, 2 s earlier"),
        ("healthy", "connections to the server that it names show no failure"),
        ("no-failure", "the nearest is c7, 2 s earlier"),
        ("outside", "2 s after the capture ends"),
    ],
)
def test_why_a_line_is_none(reason: Reason, words: str) -> None:
    assert words in why_unmatched(Unmatched(0, reason, 0, 2 * SECOND), "c7")


def test_earlier_and_no_failure_at_all() -> None:
    assert "2 s before the capture begins" in why_unmatched(
        Unmatched(0, "outside", None, -2 * SECOND), None
    )
    assert "c7, 2 s later" in why_unmatched(Unmatched(0, "no-failure", 0, -2 * SECOND), "c7")
    assert "no failure" in why_unmatched(Unmatched(0, "no-failure"), None)


def test_silence() -> None:
    assert silence_of(event(0, absorbed=True), covered=False)[0] == "absorbed"
    assert silence_of(event(0), covered=True)[0] == "not-logged"
    assert silence_of(event(0), covered=False)[0] == "not-covered"


def test_access() -> None:
    assert "reached the server: line 9 of its access log, status 200" in told_access(
        Sighting(0, 4, 5, 5), 9, 200
    )
    assert told_access(Sighting(0, None, 5, 5), None, None).startswith(
        "It never reached the server"
    )
    missing = told_access(Sighting(0, None, 5, 5), None, None, taken=True)
    assert missing.startswith("The access log has no line for it, but for 5 of the 5 requests")
    assert "says little" in told_access(Sighting(0, None, 1, 5), None, None)
    assert "nor is there any other" in told_access(Sighting(0, None, 0, 0), None, None)
