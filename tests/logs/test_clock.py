"""A log's clock: its zone and its skew."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.logs.clock import Clock, find_clock
from netdiag.logs.zones import Zone, parse_zone
from tests.logs.making import NOON, SECOND, stamp

MOMENTS = [0.0, 3.1, 9.7, 11.2, 30.5, 31.9, 47.3]
EVENTS = [NOON + round(at * SECOND) for at in MOMENTS]


def clock_of(shift_s: float, zoned: bool, zone: Zone | None = None, named: bool = False) -> Clock:
    stamps = [stamp(at + shift_s + 0.004, zoned=zoned) for at in MOMENTS]
    same = np.eye(len(EVENTS), dtype=bool)
    return find_clock(stamps, EVENTS, np.ones_like(same), same & named, zone)


@pytest.mark.parametrize("named", [False, True])
def test_a_zone_that_nobody_named_is_found_with_the_skew(named: bool) -> None:
    clock = clock_of(3600 - 37.2, zoned=False, named=named)
    assert (clock.basis, clock.zone_s) == ("fitted", 3600)
    assert clock.skew is not None
    assert clock.skew.estimate_ns / SECOND == pytest.approx(-37.2, abs=0.01)
    assert clock.capture_ns(stamp(3600 - 37.2, zoned=False)) == pytest.approx(NOON, abs=10**7)


def test_a_named_zone_is_believed() -> None:
    clock = clock_of(3600, zoned=False, zone=parse_zone("Europe/Berlin"))
    assert clock.basis == "given"
    assert clock.skew is not None
    assert abs(clock.skew.estimate_ns) < 10**7


def test_a_written_zone_is_believed_even_if_it_seems_wrong() -> None:
    clock = clock_of(7200, zoned=True, zone=parse_zone("Europe/Berlin"))
    assert clock.basis == "written"
    assert clock.skew is not None
    assert clock.skew.estimate_ns / SECOND == pytest.approx(7200, abs=0.01)


def test_too_few_lines_determine_no_skew_but_a_zone_may_fit() -> None:
    allowed = np.ones((2, 2), bool)
    stamps = [stamp(at + 7200, zoned=False) for at in (0.01, 5.01)]
    clock = find_clock(stamps, [NOON, NOON + 5 * SECOND], allowed, allowed & False, None)
    assert (clock.basis, clock.zone_s, clock.skew) == ("assumed", 7200, None)


def test_without_anything_utc_is_assumed() -> None:
    clock = find_clock(
        [stamp(0, zoned=False)], [], np.ones((1, 0), bool), np.ones((1, 0), bool), None
    )
    assert (clock.basis, clock.zone_s, clock.skew) == ("assumed", 0, None)


def test_lines_that_name_events_at_odds_are_not_believed() -> None:
    stamps = [stamp(at) for at in (100, 250, 470)]
    same = np.eye(3, dtype=bool)
    assert find_clock(stamps, EVENTS[:3], same, same, None).skew is None
