"""Kinds of timers, and what lies between them and what a capture shows."""

from __future__ import annotations

import math

import numpy as np
import pytest

from netdiag.timeouts.timers import FAR_S, JITTER_S, LATE_S, TIMERS, Noise

NEAR = Noise.over(0.0, 20.0)
FAR = Noise.over(0.08, 20.0)


def test_the_shares_make_up_a_prior() -> None:
    assert sum(timer.share for timer in TIMERS) == pytest.approx(1)


def test_only_timers_that_are_on_time_point_at_the_timeout() -> None:
    assert {t.granularity_s for t in TIMERS if t.is_on_time} == {0, 1, 2}
    assert {t.granularity_s for t in TIMERS if not t.is_on_time} >= {1, 5, 10, 30}


def test_a_path_adds_as_much_as_it_takes() -> None:
    assert not Noise.over(FAR_S, 20).is_far
    assert FAR.is_far
    assert FAR.early_s == pytest.approx(0.02)
    assert FAR.late_s == pytest.approx(NEAR.late_s + 0.02)


def test_long_timeouts_may_be_later() -> None:
    assert Noise.over(0, 3600).late_s > NEAR.late_s >= LATE_S


@pytest.mark.parametrize("noise", [NEAR, FAR])
def test_the_density_of_a_close_has_its_mass_where_closes_may_be(noise: Noise) -> None:
    late = np.arange(-0.5, 0.5, 1e-4)
    density = [math.exp(noise.log_place(20 + d, 20)) for d in late]
    assert 0.9 < sum(density) * 1e-4 < 1.6
    outside = (late < -noise.early_s - 1e-6) | (late > noise.late_s + 1e-6)
    assert not np.array(density)[outside].any()


def test_where_gaps_lie() -> None:
    gaps = np.array([5.0, 5.01, 5.06])
    assert NEAR.where(gaps) == 5.0
    assert FAR.where(gaps) == 5.01


def test_gaps_that_lie_together_are_likelier() -> None:
    assert NEAR.log_spread(np.array([5.0])) == 0
    together = NEAR.log_spread(np.array([5.0, 5.001, 5.004]))
    assert together == pytest.approx(2 * math.log(NEAR.peak_per_s))
    assert NEAR.log_spread(np.array([5.0, 5.001, 5.0 + 4 * JITTER_S])) < together
