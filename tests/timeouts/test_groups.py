"""Several timers behind one address."""

from __future__ import annotations

import numpy as np

from netdiag.timeouts.explanation import Observations
from netdiag.timeouts.groups import part, separate
from netdiag.timeouts.timers import Noise


def seen(*gaps: float, began: list[float] | None = None) -> Observations:
    times = None if began is None else np.array(began)
    return Observations(np.array(gaps), times, 30.0, Noise.over(0.0, gaps[0]))


def groups(*gaps: float, began: list[float] | None = None) -> list[tuple[float, ...]]:
    observed = seen(*gaps, began=began)
    return [tuple(observed.gaps_s[group].tolist()) for group in separate(observed)]


def test_two_tight_groups_the_larger_first() -> None:
    assert groups(5.0, 5.01, 60.0, 60.001, 60.002) == [(60.0, 60.001, 60.002), (5.0, 5.01)]


def test_of_equal_groups_the_longer_gaps_first() -> None:
    assert groups(3, 3, 20, 20, 75, 75) == [(75, 75), (20, 20), (3, 3)]


def test_a_sweep_makes_no_groups() -> None:
    assert groups(20.3, 22.1, 24.0, 28.7) == []
    assert groups(2.0, 2.0, 2.5, 2.5, 3.0, 3.0) == []


def test_early_closes_at_different_ages_are_no_group() -> None:
    assert groups(6.2, 9.1, 12.4, 20.0, 20.001, 20.002, 20.003) == []


def test_closes_at_one_moment_are_no_group() -> None:
    """A server that makes room: three of one age at once."""
    began = [0.0, 0.001, 0.002, 50, 70, 90]
    assert groups(9.0, 9.0, 9.0, 20.0, 20.001, 20.002, began=began) == []


def test_a_part_leaves_survivals_out() -> None:
    observed = seen(5.0, 5.01, 60.0, 60.001)
    only = part(observed, separate(observed)[1])
    assert only.gaps_s.tolist() == [5.0, 5.01]
    assert only.survived_s is None
