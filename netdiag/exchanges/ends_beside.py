"""`EndsBeside`: connections near whose end, or last exchange, others ended that tell of it.

Those may be ends of the same server, which goes away; or of a connection of a proxy, which has to
do with the request that it passes on.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, among, any_between, distinct
from netdiag.decode.bygones import Bygones
from netdiag.decode.segments import Flag, Segments
from netdiag.exchanges.beside import Ends, Numbers, find_ends
from netdiag.exchanges.bystanders import QUIET_NS
from netdiag.exchanges.good_ends import MOST_IDLE_NS
from netdiag.exchanges.idle_ends import MOMENT_NS
from netdiag.exchanges.observed import Observed

BEFORE_REFUSED_NS = 12_000_000_000
"""A server that refuses a SYN so soon after an end may have gone away with it."""

AFTER_REFUSED_NS = 3_000_000_000
"""What a client opens so soon after its SYN was refused may stand for it."""

LATE_NS = QUIET_NS + 5 * MOMENT_NS
"""What was captured so shortly before the rows end may lie beside what is over the next time."""


class EndsBeside:
    """Knows the ends in the rows held, and the last ones in those that were held before."""

    def __init__(self) -> None:
        self._ends = self._of_proxies = Ends.none()
        self._servers: Numbers = np.empty(0, np.uint64)

    def has(self, found: Bygones, segments: Segments, own: Mask, over: Mask, end_ns: int) -> Mask:
        """Which connections have such an end beside them; bool.

        Args:
            found: connections that ended well.
            segments: the rows held.
            own: bool, which of them are of connections whose ends tell nothing.
            over: bool, which of them won't be held the next time.
            end_ns: when the last of them was captured.
        """
        opened = (segments.flags & (Flag.SYN | Flag.ACK)) == Flag.SYN
        self._servers = distinct(np.concatenate([self._servers, segments.destination[opened]]))
        rows = find_ends(segments)
        rows = rows[~own[rows]]
        held = Ends.of(segments, rows)
        left = Ends.concatenate([held.take(over[rows]), self._ends])
        beside = Ends.concatenate([held, self._ends]).has_any(
            found.server, found.end_ns - MOMENT_NS, found.ended_ns + MOMENT_NS
        )
        behind = Ends.concatenate([held, self._ends, self._of_proxies])
        beside |= self._lie_behind(found, behind)
        proxies = left.take(self._are_of_proxies(left))
        self._of_proxies = Ends.concatenate([proxies, self._of_proxies])
        self._of_proxies = self._of_proxies.since(end_ns - LATE_NS - MOST_IDLE_NS)
        self._ends = left.since(end_ns - LATE_NS)
        return beside

    def _lie_behind(self, found: Bygones, ends: Ends) -> Mask:
        """Those during whose last exchange a connection ended of which their server is the client.

        Or one within the capture's host, whose client may be anybody there.
        """
        asked_ns = found.last_asked_ns
        until_ns = np.minimum(found.ended_ns, found.word_ns + MOMENT_NS)
        behind = ends.of_clients(self._servers)
        lie: Mask = behind.has_any(found.server & ~np.uint64(0xFFFF), asked_ns, until_ns)
        return lie | any_between(ends.on_loopback(), asked_ns, until_ns)

    def _are_of_proxies(self, ends: Ends) -> Mask:
        """Ends that a host got that is a server as well, or any within the capture's host; bool."""
        hosts = distinct(self._servers & ~np.uint64(0xFFFF))
        got: Mask = among(ends.receiver & ~np.uint64(0xFFFF), hosts)
        return (got & ~among(ends.receiver, self._servers)) | ends.are_on_loopback


def may_have_been_refused(found: Bygones, others: Observed) -> Mask:
    """Connections around which a SYN was refused: before they began, or near their end; bool."""
    refused = others.connections.was_refused
    refused_ns: npt.NDArray[np.int64] = np.sort(
        others.traffic.time_ns[others.connections.start[refused]]
    )
    may = any_between(refused_ns, found.begun_ns - AFTER_REFUSED_NS, found.begun_ns)
    return may | any_between(
        refused_ns, found.end_ns - MOMENT_NS, found.ended_ns + BEFORE_REFUSED_NS
    )
