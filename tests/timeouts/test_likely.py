"""The likely setting, and what it rests on."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.timeouts.explanation import Observations
from netdiag.timeouts.interval import likeliest
from netdiag.timeouts.likely import likely_setting
from netdiag.timeouts.setting import Known
from netdiag.timeouts.timers import TIMERS, Noise, Timer


def likely(
    *gaps: float, declared: float | None = None, known: Known | None = None
) -> tuple[float | None, str | None]:
    observed = Observations(np.array(gaps), None, None, Noise.over(0.0, gaps[0]))
    return likely_setting(observed, likeliest(observed, TIMERS), declared, known)


@pytest.mark.parametrize(
    ("gaps", "setting"),
    [
        ((20.02,), 20),
        ((20.4,), 20),
        ((300.6, 300.9), 300),
        ((65.001,), 65),
        ((75.066,), 75),
        ((3600.2,), 3600),
        ((0.5, 0.501), 0.5),
    ],
)
def test_a_round_value_in_the_range(gaps: tuple[float, ...], setting: float) -> None:
    assert likely(*gaps) == (setting, "round value in range")


def test_nothing_round_is_near() -> None:
    assert likely(17.337, 17.338, 17.339) == (None, None)
    assert likely(0.3, 0.54, 1.2, 1.4) == (None, None)


def test_what_is_declared_is_believed_within_its_buffer() -> None:
    assert likely(6.0, 6.001, declared=5) == (5, "declared")
    assert likely(6.0, 6.001, declared=4) == (6, "round value in range")
    assert likely(6.0, 6.001, declared=60) == (6, "round value in range")


def test_a_default_is_preferred_where_it_is_in_the_range() -> None:
    product = Known("a product", (67.0,))
    assert likely(67.6, known=product) == (67, "default of a product")
    assert likely(67.6) == (60, "round value in range")
    assert likely(20.001, known=product) == (20, "round value in range")


def test_a_product_that_takes_whole_seconds_has_no_half_ones() -> None:
    gaps = (3.502, 3.503, 3.51, 3.504, 3.501)
    assert likely(*gaps)[0] == 3.5
    assert likely(*gaps, known=Known("a product", whole_seconds=True))[0] != 3.5


def test_a_default_never_lies_outside_the_range() -> None:
    assert likely(5.001, 5.002, 5.003, known=Known("a product", (75.0,)))[0] == 5


def test_a_timer_that_is_documented_to_act_early() -> None:
    """Its setting lies above what the gaps allow, by that much."""
    early = Timer(3, 20.0, shift_s=-1.0)
    gaps = np.array([2.6, 3.5, 4.0, 4.5])
    observed = Observations(gaps, None, None, Noise.over(0.0, 3.0))
    kept = likeliest(observed, [*TIMERS, early])
    assert likely_setting(observed, kept, None, None)[0] == 3


@pytest.mark.parametrize("granularity_s", [None, 0.0, 1.0])
def test_a_default_is_not_explained_by_a_timer_that_the_product_has_not(
    granularity_s: float | None,
) -> None:
    observed = Observations(np.array([13.0588]), None, None, Noise.over(0.91, 13.0588))
    kept = likeliest(observed, TIMERS)
    setting, basis = likely_setting(observed, kept, None, Known("Apache", (5.0,), granularity_s))
    assert (setting, basis) == (10, "round value in range")
    sweeps = Known("Apache", (5.0,), 10.0)
    assert likely_setting(observed, kept, None, sweeps) == (5, "default of Apache")
