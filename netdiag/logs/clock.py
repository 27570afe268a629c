"""`Clock`: how the times of one log become those of the capture.

From the shift that its lines and the capture's events agree on, the zone that the lines or the user
named, or what fits best where nobody named one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.logs.clocks import LEAST_PAIRS, SPREAD_NS, Shift, estimate_shift, shift_around
from netdiag.logs.stamps import Stamp
from netdiag.logs.zones import OFFSETS_S, Zone

ZoneBasis = Literal["written", "given", "fitted", "assumed"]
SECOND_NS = 1_000_000_000
_CLOSE_NS = 2 * SECOND_NS
FARTHEST_NS = (1 << 63) - 1
"""What an array of times can hold."""
MOST_PAIRS = 3_000_000
"""As many pairs are looked at; where there would be more, every so many-th event."""


class Clock(Struct, frozen=True):
    """One log's clock.

    Attributes:
        basis: who says the zone: the lines, the user, the best fit, or nobody (UTC is assumed).
        zone_s: seconds east of UTC where the zone was fitted or assumed.
        zone: what the user named.
        skew: the log's clock minus the capture's, without the zone; None where not determined.
    """

    basis: ZoneBasis
    zone_s: int
    zone: Zone | None
    skew: Shift | None

    def utc_ns(self, stamp: Stamp) -> int:
        """When the log says that a line was written, in UTC: the middle of its last digit."""
        face = stamp.time_ns + stamp.resolution_ns // 2
        if stamp.zoned:
            return face
        return self.zone.to_utc(face) if self.zone else face - self.zone_s * SECOND_NS

    def capture_ns(self, stamp: Stamp) -> int:
        """The same by the capture's clock."""
        at = self.utc_ns(stamp) - (self.skew.estimate_ns if self.skew else 0)
        return min(max(at, -FARTHEST_NS), FARTHEST_NS)


def find_clock(
    stamps: Sequence[Stamp],
    events_ns: Sequence[int],
    allowed: npt.NDArray[np.bool_],
    certain: npt.NDArray[np.bool_],
    zone: Zone | None,
) -> Clock:
    """Work out a log's clock.

    Args:
        stamps: of its lines.
        events_ns: times of the capture's events.
        allowed: bool, lines by events, which line can be which event.
        certain: bool, the same: those that name it.
        zone: what the user said about times without one.
    """
    naive = sum(not stamp.zoned for stamp in stamps) * 2 > len(stamps)
    basis: ZoneBasis = "given" if zone and naive else "assumed" if naive else "written"
    first = Clock(basis, 0, zone, None)
    if not len(stamps) or not len(events_ns):
        return first
    step = -(-allowed.size // MOST_PAIRS)
    allowed, certain = allowed[:, ::step], certain[:, ::step]
    lines = np.array([first.utc_ns(stamp) for stamp in stamps], np.int64)
    events = np.array(events_ns, np.int64)[::step]
    coarse = int(np.median([stamp.resolution_ns for stamp in stamps]))
    spread = SPREAD_NS + coarse
    named = _agreed(lines, events, certain, spread)
    if named is None:
        shift = estimate_shift(lines, events, allowed, spread, coarse)
    else:
        shift = shift_around(lines, events, allowed, named, spread)
    if basis != "assumed":
        return Clock(basis, 0, zone, shift)
    if shift is not None:
        offset = min(OFFSETS_S, key=lambda s: abs(s * SECOND_NS - shift.estimate_ns))
        return Clock("fitted", offset, None, _moved(shift, -offset * SECOND_NS))
    return Clock("assumed", _fitting(lines, events, allowed, coarse), None, None)


def _agreed(
    lines: npt.NDArray[np.int64],
    events: npt.NDArray[np.int64],
    certain: npt.NDArray[np.bool_],
    spread_ns: int,
) -> int | None:
    """The shift that most lines agree on that name their event; None where they do not agree."""
    line, event = np.nonzero(certain)
    if len(line) < LEAST_PAIRS:
        return None
    difference = lines[line] - events[event]
    middle = int(np.median(difference))
    near = np.abs(difference - middle) <= spread_ns
    several = len(np.unique(event[near])) >= LEAST_PAIRS
    return middle if several and near.sum() * 3 >= len(near) * 2 else None


def _fitting(
    lines: npt.NDArray[np.int64],
    events: npt.NDArray[np.int64],
    allowed: npt.NDArray[np.bool_],
    coarse_ns: int,
) -> int:
    """The zone in which most lines are close to an event; UTC where none is."""
    line, event = np.nonzero(allowed)
    difference = lines[line] - events[event]
    near = {
        offset: len(
            set(line[np.abs(difference - offset * SECOND_NS) <= _CLOSE_NS + coarse_ns].tolist())
        )
        for offset in OFFSETS_S
    }
    best = max(near, key=lambda offset: (near[offset], offset == 0))
    return best if near[best] else 0


def _moved(shift: Shift, by_ns: int) -> Shift:
    return Shift(
        shift.estimate_ns + by_ns,
        shift.low_ns + by_ns,
        shift.high_ns + by_ns,
        shift.pairs,
        shift.rival_pairs,
    )
