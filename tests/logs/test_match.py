"""Which entry is which event."""

from __future__ import annotations

import pytest

from netdiag.logs.clock import Clock
from netdiag.logs.clocks import Shift
from netdiag.logs.match import Match, Matcher, Unmatched, contradicts
from netdiag.logs.symptoms import CLOSED, ENDED, REFUSED, SILENT
from tests.logs.making import SECOND, SPAN, entry, event

SAME = Clock("written", 0, None, Shift(0, -1_000_000, 5_000_000, 9, 0))
UNKNOWN = Clock("written", 0, None, None)


def laid(
    entries: list[object], events: list[object], clock: Clock = SAME
) -> tuple[list[Match], list[Unmatched]]:
    return Matcher(entries, events).match(clock, SPAN)  # type: ignore[arg-type]


def pairs(matches: list[Match]) -> list[tuple[int, int, str]]:
    return [(match.entry, match.event, match.sure) for match in matches]


def test_the_nearest_in_time_is_it() -> None:
    matches, unmatched = laid([entry(1.01), entry(5.01)], [event(1), event(5)])
    assert pairs(matches) == [(0, 0, "high"), (1, 1, "high")]
    assert matches[0].why == ("only-one",)
    assert not unmatched


def test_what_an_entry_names_weighs_more_than_time() -> None:
    entries = [entry(1.0, b"GET /b: reset"), entry(1.02, b"GET /a: reset")]
    events = [event(1, target=b"/a"), event(1.01, target=b"/b")]
    matches, _ = laid(entries, events)
    assert pairs(matches) == [(0, 1, "high"), (1, 0, "high")]
    assert "names-request" in matches[0].why


def test_the_clients_port_names_one_connection() -> None:
    text = b"read tcp 10.0.0.7:40002->10.0.0.5:8080: read: connection reset by peer"
    events = [event(1), event(1, client_port=40002)]
    matches, _ = laid([entry(1.0, text)], events)
    assert pairs(matches) == [(0, 1, "high")]
    assert "names-client" in matches[0].why


def test_of_entries_that_are_alike_the_order_is_kept_and_doubt_is_said() -> None:
    entries = [entry(1 + i / 1000) for i in range(5)]
    matches, _ = laid(entries, [event(1 + i / 1000) for i in range(5)])
    assert [(match.entry, match.event) for match in matches] == [(i, i) for i in range(5)]
    assert {match.sure for match in matches} == {"medium"}


def test_an_entry_about_another_server_is_none_of_them() -> None:
    matches, (unmatched,) = laid([entry(1.0, b"10.9.9.9:5432 Connection reset")], [event(1)])
    assert not matches
    assert unmatched.reason == "elsewhere"


def test_a_word_for_another_failure_is_none_of_them() -> None:
    matches, (unmatched,) = laid([entry(1.0, kinds=REFUSED)], [event(1)])
    assert not matches
    assert (unmatched.reason, unmatched.event) == ("other-kind", 0)


def test_a_less_usual_word_is_doubtful() -> None:
    matches, _ = laid([entry(1.0, kinds=CLOSED)], [event(1)])
    assert pairs(matches) == [(0, 0, "low")]


def test_a_second_line_about_it_needs_to_name_it() -> None:
    named, plain = entry(1.0, b"GET /a: reset"), entry(1.0, b"reset")
    matches, (unmatched,) = laid([named, named, plain], [event(1, target=b"/a")])
    assert [(match.event, match.again) for match in matches] == [(0, False), (0, True)]
    assert unmatched == Unmatched(2, "taken", 0, 500_000)


@pytest.mark.parametrize(("at_s", "away_s"), [(-100, -100), (900, 300)])
def test_outside_the_capture_is_said_with_how_far(at_s: float, away_s: float) -> None:
    _, (unmatched,) = laid([entry(at_s)], [event(1)])
    assert unmatched.reason == "outside"
    assert unmatched.away_ns / SECOND == pytest.approx(away_s, abs=0.001)


def test_no_failure_then_no_time_and_no_failure_at_all() -> None:
    _, found = laid([entry(300), entry(None)], [event(1)])
    assert [(each.reason, each.event) for each in found] == [("no-failure", 0), ("no-time", None)]
    _, (unmatched,) = laid([entry(300)], [])
    assert (unmatched.reason, unmatched.event) == ("no-failure", None)


def test_a_late_failure_may_be_logged_until_then() -> None:
    idle = event(1, late_ns=60 * SECOND)
    matches, _ = laid([entry(40)], [idle])
    assert [match.event for match in matches] == [0]
    assert laid([entry(70)], [idle])[0] == []


def test_without_a_known_skew_nothing_is_sure() -> None:
    matches, _ = laid(
        [entry(1.0), entry(9, b"GET /a: reset")], [event(1), event(9, target=b"/a")], UNKNOWN
    )
    assert [match.sure for match in matches] == ["low", "medium"]
    assert all("clock-unknown" in match.why for match in matches)


def test_contradictions() -> None:
    assert contradicts(ENDED, event(0, kind="refused"))
    assert contradicts(SILENT, event(0, kind="reset"))
    assert not contradicts(ENDED, event(0, kind="timeout"))
    assert not contradicts(REFUSED | SILENT, event(0, kind="refused"))
