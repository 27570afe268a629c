"""The range over all timers in question."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.timeouts.explanation import Observations
from netdiag.timeouts.interval import bounds, likeliest
from netdiag.timeouts.timers import TIMERS, Noise, Timer


def seen(*gaps: float) -> Observations:
    return Observations(np.array(gaps), None, None, Noise.over(0.0, gaps[0]))


def test_probabilities_come_in_order_and_leave_out_little() -> None:
    kept = likeliest(seen(20.3, 20.6), TIMERS)
    shares = [share for _, share in kept]
    assert shares == sorted(shares, reverse=True)
    assert 0.99 < sum(shares) <= 1


def test_what_is_excluded_no_longer_widens() -> None:
    kept = likeliest(seen(20.0, 20.001, 20.002, 20.003), TIMERS)
    assert max(each.timer.granularity_s for each, _ in kept) <= 1


def test_the_lower_end_is_that_of_a_uniform_distribution() -> None:
    """Of n gaps of a sweep, one lies within its first x with probability 1 - (1 - x / g)**n."""
    observed = seen(*np.linspace(20, 24, 10).tolist())
    low, high = bounds(observed, likeliest(observed, [Timer(10, 1.0)]))
    assert low == pytest.approx(20 - 10.2 * (1 - 0.001 ** (1 / 10)) - 0.07, abs=0.01)
    assert high == pytest.approx(20.005)


def test_it_ends_where_the_greatest_gap_rules_out_the_rest() -> None:
    observed = seen(*np.linspace(20, 29.9, 5).tolist())
    low, _ = bounds(observed, likeliest(observed, [Timer(10, 1.0)]))
    assert low == pytest.approx(29.9 - 10.2 - 0.07, abs=0.01)
