"""Several timers behind one address, where their closes lie in separate groups.

A timer that ticks spreads its closes over the tick; exact ones with different timeouts leave tight
groups far apart. Connections that a server gives up early to make room differ in age, or end at
one moment: they are no group.
"""

from __future__ import annotations

import numpy as np

from netdiag.timeouts.explanation import MOMENT_S, Observations

FEWEST = 2
"""A single close is no group."""

APART_S = 1.1
"""Groups that lie closer together may be the ticks of one timer."""

STRAY_SHARE = 1 / 3
"""At most so many closes belong to no group."""


def separate(seen: Observations) -> list[slice]:
    """The groups among the sorted gaps, the largest first; none where one timer may explain all."""
    gaps = seen.gaps_s
    if len(gaps) < 2 * FEWEST or gaps[-1] - gaps[0] <= APART_S:
        return []
    starts = np.flatnonzero(np.diff(gaps, prepend=-np.inf) > APART_S)
    runs = [slice(int(a), int(b)) for a, b in zip(starts, [*starts[1:], len(gaps)], strict=True)]
    groups = [run for run in runs if _is_tight(seen, run)]
    grouped = sum(run.stop - run.start for run in groups)
    if len(groups) < 2 or len(gaps) - grouped > STRAY_SHARE * len(gaps):
        return []
    return sorted(groups, key=lambda run: (run.start - run.stop, -run.start))


def part(seen: Observations, group: slice) -> Observations:
    """What was seen of one group; survivals may be any's."""
    began = None if seen.began_s is None else seen.began_s[group]
    return Observations(seen.gaps_s[group], began, None, seen.noise)


def _is_tight(seen: Observations, run: slice) -> bool:
    gaps = seen.gaps_s[run]
    if len(gaps) < FEWEST or gaps[-1] - gaps[0] > 4 * seen.noise.core_s:
        return False
    if seen.began_s is None:
        return True
    ended = np.sort(seen.began_s[run] + gaps)
    return 1 + int((np.diff(ended) > MOMENT_S).sum()) >= FEWEST
