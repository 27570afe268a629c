"""How far two clocks are apart, where that can be known."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.logs.clocks import estimate_shift, shift_around
from tests.logs.making import SECOND

RANDOM = np.random.default_rng(7)


def everything(lines: int, events: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.ones((lines, events), bool)


def scattered(count: int, span_s: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.sort(RANDOM.integers(0, span_s * SECOND, count))


@pytest.mark.parametrize("skew_s", [-7200, -37.2, -0.3, 0, 12.5, 3600, 7200])
@pytest.mark.parametrize("noise", [0, 20])
def test_a_shift_is_found(skew_s: float, noise: int) -> None:
    events = scattered(12, 300)
    skew = round(skew_s * SECOND)
    late = RANDOM.integers(0, 20_000_000, len(events))
    lines = np.concatenate([events + skew + late, scattered(noise, 300) + skew])
    found = estimate_shift(lines, events, everything(len(lines), len(events)))
    assert found is not None
    assert skew <= found.estimate_ns <= skew + 30_000_000
    assert 12 <= found.pairs <= 16


def test_lines_that_have_nothing_to_do_with_it_have_no_shift() -> None:
    found = 0
    for _ in range(100):
        lines, events = scattered(20, 600), scattered(15, 600)
        found += estimate_shift(lines, events, everything(20, 15)) is not None
    assert found <= 1


def test_a_burst_proves_nothing() -> None:
    burst = np.arange(30, dtype=np.int64) * 1_000_000
    assert estimate_shift(burst + 9 * SECOND, burst, everything(30, 30)) is None


def test_two_lines_prove_nothing() -> None:
    events = np.array([0, 7 * SECOND])
    assert estimate_shift(events + SECOND, events, everything(2, 2)) is None


def test_a_beat_fits_in_several_ways() -> None:
    beat = np.arange(30, dtype=np.int64) * 10 * SECOND
    assert estimate_shift(beat[:20], beat, everything(20, 30)) is None


def test_pairs_that_can_not_be_are_left_out() -> None:
    events = scattered(8, 100)
    lines = events + 5 * SECOND
    assert estimate_shift(lines, events, ~np.eye(8, dtype=bool) & ~everything(8, 8)) is None


def test_around_a_known_shift_each_counts_once() -> None:
    events = np.array([0, 100, 20 * SECOND])
    lines = np.array([SECOND, SECOND + 50, SECOND + 90, 21 * SECOND])
    found = shift_around(lines, events, everything(4, 3), SECOND)
    assert found.pairs == 3
