"""`find_drift`: whether the clocks of a log and a capture run apart while the capture lasts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from netdiag.logs.correlate import LaidOver
from netdiag.logs.event import Event

LEAST = 9
"""Matches without which nothing is said."""
HOUR_NS = 3600 * 1_000_000_000


def find_drift(laid: LaidOver, events: Sequence[Event]) -> float | None:
    """By how many seconds an hour the skew grows; None where it does not, or too few lines tell.

    The line through the medians of the first and the last third of the matches (a Tukey line). It
    counts where the two lie farther apart than either third is wide.
    """
    pairs = sorted((events[m.event].time_ns, m.late_ns) for m in laid.matches if not m.again)
    if len(pairs) < LEAST:
        return None
    times, late = np.array(pairs, np.float64).T
    third = len(pairs) // 3
    first, last = late[:third], late[-third:]
    rise = float(np.median(last) - np.median(first))
    run = float(np.median(times[-third:]) - np.median(times[:third]))
    if run <= 0 or abs(rise) <= max(np.ptp(first), np.ptp(last)):
        return None
    return rise / run * HOUR_NS / 1e9
