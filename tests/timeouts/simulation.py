"""Draws timers, settings and traffic whose truth is known, and asks for an estimate of each.

`table` is the one that the README shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from netdiag.timeouts import IdleTimeout, estimate

Floats = npt.NDArray[np.float64]

SETTINGS = (2, 3, 5, 10, 15, 20, 30, 60, 65, 75, 90, 120, 180, 240, 300, 600, 1800, 3600)
"""What people configure, and what products come with, in seconds."""

COUNTS = (1, 2, 3, 5, 10, 30, 100)
"""How many closes a capture holds."""

FAR_S = 0.08
"""The round trip of the far path."""

LOST = 0.01
"""How many responses and closes are lost on it and sent again."""


ENOUGH = 0.95
"""An estimate is good enough if so many are within a hundredth of the truth."""


@dataclass(frozen=True)
class Kind:
    """A timer: how often it looks, how late it acts, and over which path it is watched."""

    tick_s: float = 0.0
    late_s: float = 0.004
    path_s: float = 0.0


KINDS = {
    "exact": Kind(),
    "up to 60 ms late": Kind(late_s=0.06),
    "1 s tick": Kind(1.0),
    "5 s sweep": Kind(5.0),
    "10 s sweep": Kind(10.0),
    "30 s sweep": Kind(30.0),
    "exact, from afar": Kind(path_s=FAR_S),
    "1 s tick, from afar": Kind(1.0, path_s=FAR_S),
}

TRAFFIC = ("single requests", "a pool in bursts")
"""Requests of a Poisson process; or several connections that fall idle at the same moment."""


@dataclass(frozen=True)
class Drawn:
    """One capture: what is in it, and what is true of it."""

    setting_s: float
    gaps_s: Floats
    began_s: Floats
    survived_s: float | None
    path_s: float

    def estimate(self) -> IdleTimeout:
        found = estimate(self.gaps_s, self.survived_s, path_s=self.path_s, began_s=self.began_s)
        assert found is not None
        return found


def draw(rng: np.random.Generator, kind: Kind, traffic: str, closes: int) -> Drawn:
    """Let connections fall idle until so many of them have been closed."""
    setting = float(rng.choice(SETTINGS))
    pause = setting * rng.uniform(0.5, 3)
    together = 4 if traffic == TRAFFIC[1] else 1
    phase = rng.uniform(0, kind.tick_s)
    began: Floats = np.empty(0)
    gaps: Floats = np.empty(0)
    survived = 0.0
    start = 0.0
    while len(gaps) < closes:
        size = 4 * closes + 8
        starts = start + np.cumsum(rng.exponential(pause, size))
        start = starts[-1]
        starts = np.repeat(starts, together)[:size] + rng.uniform(0, 0.02, size)
        due = starts + setting
        if kind.tick_s:
            due = phase + np.ceil((due - phase) / kind.tick_s) * kind.tick_s
        due += rng.uniform(0, kind.late_s, size)
        idle = rng.exponential(pause, size)
        closed = starts + idle > due
        survived = max(survived, idle[~closed].max(initial=0.0))
        began = np.append(began, starts[closed])
        gaps = np.append(gaps, (due - starts)[closed])
    began, gaps = began[:closes], gaps[:closes]
    if kind.path_s:
        gaps = gaps + _delay(rng, closes) - _delay(rng, closes)
    return Drawn(setting, gaps, began, survived if survived >= 0.25 else None, kind.path_s)


def _delay(rng: np.random.Generator, size: int) -> Floats:
    """How late packets arrive: jitter, and now and then a retransmission."""
    again = rng.random(size) < LOST
    return rng.uniform(0, 0.2, size) * FAR_S + again * (0.2 + FAR_S)


def runs(name: str, closes: int, count: int, seed: int) -> Iterator[tuple[float, IdleTimeout]]:
    """True settings and what was estimated."""
    rng = np.random.default_rng([seed, closes, *name.encode()])
    for i in range(count):
        drawn = draw(rng, KINDS[name], TRAFFIC[i % 2], closes)
        yield drawn.setting_s, drawn.estimate()


def is_inside(setting_s: float, found: IdleTimeout) -> bool:
    return (
        found.low_s is not None
        and found.high_s is not None
        and found.low_s <= setting_s <= found.high_s
    )


def is_close(setting_s: float, found: IdleTimeout) -> bool:
    """Within a hundredth."""
    return found.estimate_s is not None and abs(found.estimate_s - setting_s) <= 0.01 * setting_s


def table(count: int = 60, seed: int = 20261122) -> str:
    """Of how many captures the range holds the truth, and how many closes an estimate needs."""
    lines = [
        "| timer | truth in the range | closes for an estimate within 1 % |\n| --- | --- | --- |\n"
    ]
    for name in KINDS:
        found = {closes: list(runs(name, closes, count, seed)) for closes in COUNTS}
        inside = sum(is_inside(*run) for each in found.values() for run in each)
        near = {n: sum(is_close(*run) for run in each) / count for n, each in found.items()}
        enough = next((n for n in COUNTS if all(near[m] >= ENOUGH for m in COUNTS if m >= n)), None)
        needed = f"more than {COUNTS[-1]}" if enough is None else str(enough)
        lines.append(f"| {name} | {inside / count / len(COUNTS):.1%} | {needed} |\n")
    return "".join(lines)
