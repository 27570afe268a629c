"""`Limits`: what the connections so far show of the limits that their servers may set to them.

A server may end connections after a number of requests or at an age (`netdiag.timeouts.reasons`).
Whether it does shows in the end, when all are compared; but that a connection is none of those that
it ended so shows as soon as another one got further.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Columns, Mask
from netdiag.decode.bygones import Bygones, How

YOUNGEST_NS = 1_000_000_000
"""Nobody limits the life of connections to less."""

SPREAD_SHARE = 0.2
"""Ends at one limit of age lie no further apart than this share of it."""

_LEAST, _MOST = np.iinfo(np.int64).min, np.iinfo(np.int64).max


class _Seen(Columns, frozen=True, eq=False):
    """One row a server endpoint.

    Columns:
        server: uint64, ascending.
        exchanges: int64, the most that a connection carried.
        oldest_ns: int64, the greatest age.
        youngest_ns: int64, the least age at which it ended one right with a response, unasked.
        went_on_ns: int64, the greatest age at which it answered on one that it didn't end by that.
    """

    server: npt.NDArray[np.uint64]
    exchanges: npt.NDArray[np.int64]
    oldest_ns: npt.NDArray[np.int64]
    youngest_ns: npt.NDArray[np.int64]
    went_on_ns: npt.NDArray[np.int64]


class Limits:
    """Grows with the connections that are shown to it."""

    def __init__(self) -> None:
        none = np.empty(0, np.int64)
        self._seen = _Seen(np.empty(0, np.uint64), none, none, none, none)

    def may_have_ended(self, bygones: Bygones, went_on_ns: npt.NDArray[np.int64]) -> Mask:
        """Whether their servers may have ended them because of a limit; bool.

        Args:
            bygones: further connections.
            went_on_ns: int64, when the response of each began that was its last but for one that
                may have ended it; before it began without any.
        """
        by_server, unasked = bygones.are(How.BY_SERVER), bygones.are(How.UNASKED)
        exchanges = bygones.exchanges.astype(np.int64)
        age_ns = bygones.age_ns
        youngest_ns = np.where(unasked, age_ns, _MOST)
        self._add(
            _Seen(bygones.server, exchanges, age_ns, youngest_ns, went_on_ns - bygones.begun_ns)
        )
        its = self._seen.take(np.searchsorted(self._seen.server, bygones.server))
        may = unasked & (exchanges > 1) & (exchanges >= its.exchanges)
        edge_ns = its.oldest_ns - (its.oldest_ns * SPREAD_SHARE).astype(np.int64)
        may |= by_server & (age_ns >= YOUNGEST_NS) & (age_ns >= edge_ns)
        told = (its.youngest_ns < YOUNGEST_NS) | (its.went_on_ns >= its.youngest_ns)
        may |= unasked & ~told
        return may

    def _add(self, further: _Seen) -> None:
        every = _Seen.concatenate([self._seen, further])
        servers, place = np.unique(every.server, return_inverse=True)

        def greatest(column: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
            most = np.full(len(servers), _LEAST)
            np.maximum.at(most, place, column)
            return most

        self._seen = _Seen(
            servers,
            greatest(every.exchanges),
            greatest(every.oldest_ns),
            -greatest(-every.youngest_ns),
            greatest(every.went_on_ns),
        )
