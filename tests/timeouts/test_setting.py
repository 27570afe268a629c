"""The prior of settings."""

from __future__ import annotations

import pytest

from netdiag.timeouts.setting import any_per_s, mass, round_values, weight


def test_all_timeouts_together_are_certain() -> None:
    """Nearly: there is no multiple of a minute within the first one."""
    assert mass(0, 28_800) == pytest.approx(1, abs=0.3)


def test_rounder_is_likelier() -> None:
    assert weight(20) > 10 * weight(19)
    assert weight(60) > weight(61) > weight(61.5) > weight(61.7)
    assert weight(61.53) == 0
    assert weight(1e9) == weight(0) == 0


def test_the_mass_of_a_range_is_that_of_what_lies_in_it() -> None:
    only = mass(19.95, 20.05)
    assert only == pytest.approx(weight(20) + 0.1 * any_per_s(20))
    assert mass(19.95, 21.05) > only + weight(21)
    assert mass(20, 20) == 0
    assert mass(1e6, 2e6) > 0


def test_the_roundest_values_of_a_range() -> None:
    assert round_values(109, 128.1) == [120, 125, 128, 128.1]
    assert round_values(4.93, 5.006) == [5]
    assert round_values(17.31, 17.34) == []
    assert round_values(0, 0.05) == []
