"""Clocks that run apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from netdiag.logs.correlate import LaidOver, correlate
from netdiag.logs.drift import find_drift
from netdiag.logs.match import Match
from netdiag.logs.read import read_log
from tests.logs.making import EVERYTHING, SECOND, SPAN, event, written

EVENTS = [event(at) for at in range(0, 3600, 300)]


def laid(tmp_path: Path, late_s: list[float]) -> LaidOver:
    (empty,) = correlate([read_log(written(tmp_path, ""), EVERYTHING)], [], [], SPAN, None)
    matches = [Match(i, i, round(by * SECOND), "high", ()) for i, by in enumerate(late_s)]
    return replace(empty, matches=tuple(matches))


def test_a_drift_is_found(tmp_path: Path) -> None:
    found = find_drift(laid(tmp_path, [0.0004 * at for at in range(0, 3600, 300)]), EVENTS)
    assert found == pytest.approx(0.0004 * 3600)


def test_scatter_is_none(tmp_path: Path) -> None:
    late = [0.01, 0.9, 0.2, 0.5, 0.03, 0.7, 0.6, 0.1, 0.4, 0.95, 0.05, 0.3]
    assert find_drift(laid(tmp_path, late), EVENTS) is None


def test_few_lines_tell_nothing(tmp_path: Path) -> None:
    assert find_drift(laid(tmp_path, [0.0, 1.0, 2.0, 3.0]), EVENTS) is None
