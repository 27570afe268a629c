"""`Lives`: how old connections grew, and which of them a timer of their server ended at its limit.

Envoy's max_connection_duration and gRPC's MaxConnectionAge end a connection at an age, whatever
goes on.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Columns, Mask, Rows, among
from netdiag.decode.bygones import Bygones, How

FEWEST = 3
"""Fewer connections than this may have reached the same age by chance."""

SAME_AGE_NS = 1_100_000_000
"""Ages at one timer lie this close together: the coarsest that was seen ticks once a second."""

SAME_AGE_SHARE = 0.05
"""And no further apart than this share of the age."""

SPREAD_SHARE = 0.2

FEWEST_SPREAD = 8
"""From so many on, ages may lie this share apart: gRPC takes or adds a tenth at random."""

YOUNGEST_NS = 1_000_000_000
"""Nobody limits the life of connections to less than a second."""

BY_CHANCE = 1e-4
"""So unlikely must it be that ends at a constant rate bring the greatest ages so close together."""

IDLE_RATIO = 1.35
"""Idle times that differ by less than this and a second may be those of one idle timer that
looks only now and then (30 s on 120 s, waitress)."""


class Further(Struct, frozen=True, eq=False):
    """Connections without rows, to servers of which others have some: none is at its age limit.

    Attributes:
        server: int64, the number of each one's server.
        bygones: the connections.
    """

    server: Rows
    bygones: Bygones

    @classmethod
    def of(cls, bygones: Bygones, servers: npt.NDArray[np.uint64]) -> Further:
        """Those of one of these servers: uint64, ascending."""
        known = among(bygones.server, servers)
        bygones = bygones if known.all() else bygones.take(known)  # all: most of the memory
        return cls(np.searchsorted(servers, bygones.server), bygones)


class Lives(Columns, frozen=True, eq=False):
    """One row a connection.

    Columns:
        server: int64, the number of its server.
        closed: bool, whether the server ended it, which may be because of its age.
        age: int64, how old it was then, in ns.
        life: int64, how old it grew, as far as the server knew, in ns.
        begun_ns: int64.
        idle: int64, how long it had been idle when it ended, in ns.
    """

    server: Rows
    closed: Mask
    age: npt.NDArray[np.int64]
    life: npt.NDArray[np.int64]
    begun_ns: npt.NDArray[np.int64]
    idle: npt.NDArray[np.int64]

    def with_those(self, further: Further) -> Lives:
        """And those without rows behind them."""
        age, begun_ns = further.bygones.age_ns, further.bygones.begun_ns
        closed = further.bygones.are(How.BY_SERVER) & (age >= YOUNGEST_NS)
        others = Lives(further.server, closed, age, age, begun_ns, further.bygones.idle_ns)
        return Lives.concatenate([self, others])


def by_timer(lives: Lives, survived: npt.NDArray[np.int64]) -> Mask:
    """Closes at the greatest age that any connection of the server reached, on several of them.

    An idle timer must not explain them: their idle times are too different, or others survived
    longer ones. And they must have begun at different times: what began together and ends
    together may have met a restart.
    """
    server, closed, age, life = lives.server, lives.closed, lives.age, lives.life
    oldest = greatest(server, np.ones(len(age), bool), life)
    span = (oldest * SPREAD_SHARE).astype(np.int64)
    reached = closed & (age >= (oldest - span)[server])
    few = np.bincount(server[reached], minlength=len(oldest)) < FEWEST_SPREAD
    span[few] = np.minimum(oldest[few] * SAME_AGE_SHARE, SAME_AGE_NS).astype(np.int64)
    reached = closed & (age >= (oldest - span)[server])
    least, most = extremes(server, reached, lives.idle)
    first, last = extremes(server, reached, lives.begun_ns)
    youngest, eldest = extremes(server, reached, age)
    fits = np.bincount(server[reached], minlength=len(oldest)) >= FEWEST
    fits &= np.maximum(most, survived) > IDLE_RATIO * least + SAME_AGE_NS
    fits &= last - first > np.maximum(2 * (eldest - youngest), YOUNGEST_NS)
    if fits.any():
        fits &= _chance(lives, reached, oldest, span) <= BY_CHANCE
    return reached & fits[server]


def _chance(
    lives: Lives,
    reached: Mask,
    oldest: npt.NDArray[np.int64],
    span: npt.NDArray[np.int64],
) -> npt.NDArray[np.float64]:
    """How likely each server's greatest ages lie within `span` without any limit; float64.

    Among many connections that end at any age some are the oldest, and lie near each other. Where
    ends come at a constant rate, the greatest n of all ages lie within a span with a probability
    of (1 - exp(-rate * span)) ** (n - 1) (Rényi, On the theory of order statistics, 1953). The
    rate is that of the second half of the longest life, before the span.
    """
    server, closed, life = lives.server, lives.closed, lives.life
    half, edge = oldest / 2, (oldest - span).astype(np.float64)
    exposed = np.clip(life, half[server], edge[server]) - half[server]
    exposure = np.bincount(server, exposed, minlength=len(oldest))
    earlier = closed & (life >= half[server]) & (life < edge[server])
    ends = np.bincount(server[earlier], minlength=len(oldest))
    rate = ends / np.maximum(exposure, 1)
    others = np.bincount(server[reached], minlength=len(oldest)) - 1
    chance: npt.NDArray[np.float64] = -np.expm1(-rate * span)
    return chance ** np.maximum(others, 1)


def greatest(group: Rows, chosen: Mask, values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The greatest chosen value of each group, -1 without any; int64."""
    most = np.full(int(group.max(initial=-1)) + 1, -1, np.int64)
    np.maximum.at(most, group[chosen], values[chosen])
    return most


def extremes(
    group: Rows, chosen: Mask, values: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The least and the greatest chosen value of each group; -1 and -1 without any; int64."""
    most = greatest(group, chosen, values)
    least = most.copy()
    np.minimum.at(least, group[chosen], values[chosen])
    return least, most
