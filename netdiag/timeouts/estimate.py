"""`IdleTimeout`: what a set of idle times says about the timer behind them.

All kinds of timers are laid over the observations (`explanation`); those that make them likely
enough give the range (`interval`), and what people configure the likely setting (`setting`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from netdiag.timeouts.explanation import Explanation, Observations
from netdiag.timeouts.groups import part, separate
from netdiag.timeouts.interval import bounds, likeliest
from netdiag.timeouts.likely import likely_setting
from netdiag.timeouts.setting import Known
from netdiag.timeouts.timers import TIMERS, Noise, Timer

NARROW_SHARE, NARROW_S = 0.1, 0.1
"""A range is narrow if no wider than this share of the timeout, or than this."""

WIDE_SHARE = 0.5
"""A range is wide if wider than this share of the timeout."""


class IdleTimeout(Struct, frozen=True):
    """The idle time after which one side ends a connection. All times in seconds.

    Attributes:
        estimate_s: the best single value; None where only a lower bound is known.
        low_s: the timeout is greater than this; None where nothing bounds it.
        high_s: the timeout is at most this; None where no close measured it.
        closes: how many closes measured it.
        longest_survived_s: longest idle after which the connection still worked.
        likely_setting_s: the configured value that the evidence points to.
        likely_setting_basis: what that rests on: ``declared``, ``default of PRODUCT`` or ``round
            value in range``; None without one.
        granularity_s: how far above the setting the closes came.
        declared_s: what the server's ``Keep-Alive: timeout=`` said.
        confidence: ``high``, ``medium`` or ``low``.
        consistent: whether one fixed timeout explains all observations.
        groups: the timeouts of several servers behind one address, where these can be told
            apart; the first is the one that the rest is about.
    """

    estimate_s: float | None
    low_s: float | None
    high_s: float | None
    closes: int
    longest_survived_s: float | None
    likely_setting_s: float | None
    likely_setting_basis: str | None
    granularity_s: float | None
    declared_s: float | None
    confidence: str
    consistent: bool
    groups: tuple[IdleTimeout, ...] = ()


def estimate(
    gaps_s: npt.NDArray[np.float64],
    survived_s: float | None,
    declared_s: float | None = None,
    path_s: float = 0.0,
    *,
    began_s: npt.NDArray[np.float64] | None = None,
    known: Known | None = None,
) -> IdleTimeout | None:
    """Bound a timeout from both sides; None without any observation.

    Args:
        gaps_s: float64, idle times that ended in a close by this side, in any order.
        survived_s: longest idle time after which the connection was used again with success.
        declared_s: what the server said of itself.
        path_s: round trip between the capture point and the side that closes.
        began_s: float64, when each gap began, on any clock; None: at random.
        known: what is documented of the product that the server says it is.
    """
    if len(gaps_s) == 0:
        if survived_s is None:
            return None
        return IdleTimeout(
            None, survived_s, None, 0, survived_s, None, None, None, declared_s, "low", True
        )
    order = np.argsort(gaps_s, kind="stable")
    gaps = gaps_s[order]
    noise = Noise.over(path_s, float(gaps[len(gaps) // 2]))
    seen = Observations(gaps, None if began_s is None else began_s[order], survived_s, noise)
    groups = [_of(part(seen, group), declared_s, known) for group in separate(seen)]
    if not groups:
        return _of(seen, declared_s, known)
    return replace(
        groups[0],
        closes=len(gaps),
        longest_survived_s=survived_s,
        confidence="low",
        consistent=False,
        groups=tuple(groups),
    )


def _of(seen: Observations, declared_s: float | None, known: Known | None) -> IdleTimeout:
    """The timeout of one timer, as far as one explains what was seen."""
    gaps, survived_s, noise = seen.gaps_s, seen.survived_s, seen.noise
    kept = likeliest(seen, _timers(known))
    low, high = bounds(seen, kept)
    best = kept[0][0]
    setting, basis = likely_setting(seen, kept, declared_s, known)
    middle = _middle(best, gaps, noise)
    is_possible = setting is not None and low <= setting <= high
    value = setting if setting is not None and is_possible else min(max(middle, low), high)
    count = best.chosen.stop - best.chosen.start
    last = float(gaps[best.chosen.stop - 1])
    consistent = 3 * count >= 2 * len(gaps) and not best.contradicted
    return IdleTimeout(
        estimate_s=value,
        low_s=low,
        high_s=high,
        closes=len(gaps),
        longest_survived_s=survived_s,
        likely_setting_s=setting,
        likely_setting_basis=basis,
        granularity_s=max(last - (value if setting is None else setting), 0.0),
        declared_s=declared_s,
        confidence=_confidence(count, consistent, low, high),
        consistent=consistent,
    )


def _timers(known: Known | None) -> Sequence[Timer]:
    """The known kinds of timers, and that of the product, which then gets half of the prior."""
    if known is None or known.granularity_s is None:
        return TIMERS
    documented = Timer(known.granularity_s, 1.0, shift_s=known.shift_s)
    return (*TIMERS, documented)


def _middle(best: Explanation, gaps: npt.NDArray[np.float64], noise: Noise) -> float:
    """The timeout itself, whatever was set: the middle of where it must lie."""
    if best.timer.is_on_time:
        return noise.where(gaps[best.chosen])
    return (best.least_s + best.most_s) / 2


def _confidence(count: int, consistent: bool, low: float, high: float) -> str:
    if not consistent:
        return "low"
    width = high - low
    if width <= max(NARROW_SHARE * high, NARROW_S):
        return "high" if count >= 3 else "medium"
    return "medium" if count >= 2 and width <= WIDE_SHARE * high else "low"
