"""`EndsBeside`: connections beside whose end others ended that may have to do with it.

Those are ends of the same server, which may have gone away, and during the last exchange before the
end those of connections of which the server is the client: it may be a proxy that could not pass
the request on. Or those within the capture's host, where the client may be anybody.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from netdiag.columns import Mask, any_between, distinct
from netdiag.decode.bygones import Bygones, How
from netdiag.decode.segments import Flag, Segments
from netdiag.exchanges.beside import Ends, find_ends
from netdiag.exchanges.bystanders import QUIET_NS
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
        self._ends = Ends.none()

    def see(self, found: Bygones, segments: Segments, own: Mask, over: Mask, end_ns: int) -> Mask:
        """Look at the rows held, and say which connections have such an end beside them; bool.

        Args:
            found: connections that came to a good end.
            segments: the rows held.
            own: bool, which of them are of connections whose ends tell nothing.
            over: bool, which of them may not be held the next time.
            end_ns: when the last of them was captured.
        """
        rows = find_ends(segments)
        rows = rows[~own[rows]]
        ends = Ends.of(segments, rows)
        known = Ends.concatenate([ends, self._ends])
        self._ends = Ends.concatenate([ends.take(over[rows]), self._ends]).since(end_ns - LATE_NS)
        beside = known.has_any(found.server, found.end_ns - MOMENT_NS, found.ended_ns + MOMENT_NS)
        opened = (segments.flags & (Flag.SYN | Flag.ACK)) == Flag.SYN
        behind = known.of_clients(distinct(segments.destination[opened]))
        # The end of an idle one has nothing to do with what was passed on before.
        prompt = np.flatnonzero(~found.are(How.IDLE))
        some = found.take(prompt)
        times_ns = some.last_asked_ns, some.ended_ns
        beside[prompt] |= behind.has_any(some.server & ~np.uint64(0xFFFF), *times_ns)
        beside[prompt] |= any_between(known.on_loopback(), *times_ns)
        return beside


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
