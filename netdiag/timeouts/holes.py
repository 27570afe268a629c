"""`without_holes`: the tables without idle times of which nobody can tell whether they were idle.

From the tables and the holes of damaged captures. A connection can have been used in a hole: the
time around it is no longer idle than its parts, and no timer is measured by it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from netdiag.connections import Connections, Traffic
from netdiag.decode.bygones import Bygones
from netdiag.decode.holes import Holes
from netdiag.exchanges import Endings, Exchanges
from netdiag.timeouts.reasons import Reason


def without_holes(
    traffic: Traffic,
    connections: Connections,
    exchanges: Exchanges,
    endings: Endings,
    reason: npt.NDArray[np.uint8],
    holes: Holes,
) -> tuple[Exchanges, Endings, npt.NDArray[np.uint8]]:
    """Exchanges, endings and reasons for `infer`: idle times across a hole are none.

    Args:
        reason: uint8 a connection, a `Reason`.
        holes: the times of which nothing is known.
    """
    if not len(holes):
        return exchanges, endings, reason
    time_ns = traffic.time_ns
    asked = time_ns[exchanges.request]
    exchanges = replace(
        exchanges,
        idle_ns=np.where(holes.cross(asked - exchanges.idle_ns, asked), -1, exchanges.idle_ns),
    )
    closed = np.where(endings.close >= 0, time_ns[endings.close], 0)
    blind = (endings.idle_ns >= 0) & holes.cross(closed - endings.idle_ns, closed)
    reason = np.where(blind, np.uint8(Reason.NOT_CLOSED), reason)
    last, end = endings.last_word, endings.client_end
    blind = (last >= 0) & (end >= 0) & holes.cross(time_ns[last], time_ns[end])
    whole = ~holes.cross(*connections.spans(traffic))
    endings = replace(
        endings,
        last_word=np.where(blind, -1, last),
        settled_idle_ns=np.where(whole, endings.settled_idle_ns, -1),
    )
    return exchanges, endings, reason


def bygones_without_holes(bygones: Bygones, holes: Holes) -> Bygones:
    """The same for connections without rows: of those across a hole no idle time counts."""
    if not len(holes):
        return bygones
    across = holes.cross(bygones.begun_ns, bygones.ended_ns)
    longest_ns = np.where(across, -1, bygones.longest_idle_ns)
    return replace(bygones, longest_idle_ns=longest_ns)
