"""`Idleness`: the idle times of all connections that say something about a timeout.

From the exchanges and endings, one column for each way in which an idle time can end. What timer
stands behind them is left to `infer`, how they look to the report.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct, field

from netdiag.columns import Mask, Rows
from netdiag.connections import Connections, Traffic
from netdiag.decode.bygones import Bygones
from netdiag.exchanges import Endings, Exchanges, Speech
from netdiag.exchanges.settled import Chunk
from netdiag.timeouts.reasons import SHORTEST_IDLE_NS, Reason


class Remembered(Struct, frozen=True, eq=False):
    """What has no rows: it survived all of its idle times.

    Attributes:
        bygones: connections.
        chunks: exchanges, of connections of both kinds.
    """

    bygones: Bygones = field(default_factory=Bygones.empty)
    chunks: tuple[Chunk, ...] = ()


_NOTHING = Remembered()


class Idleness(Struct, frozen=True, eq=False):
    """Idle times by what ended them; tunnels are left out.

    Attributes:
        server_closed: bool a connection: the server's idle timer closed it, `Endings.idle_ns`
            after the last exchange.
        client_closed: bool a connection: the client closed it first, idle.
        client_idle_ns: int64 a connection, idle time before the client's close; -1 for none.
        reuses: int64, exchanges on connections that had carried one before, whatever came of it.
        survived: int64, those of them that were answered.
        remembered: what has no rows.
    """

    server_closed: Mask
    client_closed: Mask
    client_idle_ns: npt.NDArray[np.int64]
    reuses: Rows
    survived: Rows
    remembered: Remembered


def find_idleness(
    traffic: Traffic,
    connections: Connections,
    speech: Speech,
    exchanges: Exchanges,
    endings: Endings,
    reason: npt.NDArray[np.uint8],
    remembered: Remembered = _NOTHING,
) -> Idleness:
    """Collect all idle times.

    Args:
        reason: uint8 a connection, a `Reason`.
        remembered: what has no rows.
    """
    quiet = ~speech.tunnel
    client_closed, client_idle = _client_closes(traffic, connections, exchanges, endings, quiet)
    reuses = np.flatnonzero((exchanges.idle_ns >= 0) & quiet[exchanges.connection])
    return Idleness(
        server_closed=(reason == Reason.IDLE) & quiet,
        client_closed=client_closed,
        client_idle_ns=client_idle,
        reuses=reuses,
        survived=reuses[exchanges.answered[reuses] & (exchanges.response[reuses] >= 0)],
        remembered=remembered,
    )


def _client_closes(
    traffic: Traffic,
    connections: Connections,
    exchanges: Exchanges,
    endings: Endings,
    quiet: Mask,
) -> tuple[Mask, npt.NDArray[np.int64]]:
    """Connections whose client closed them first while idle, and the idle time before that."""
    end = endings.client_end
    last = endings.last_word
    first = (end >= 0) & ((endings.close < 0) | (end < endings.close))
    idle = np.full(len(connections), -1, np.int64)
    both = first & (last >= 0) & (last < end)
    idle[both] = traffic.time_ns[end[both]] - traffic.time_ns[last[both]]
    answered = np.zeros(len(connections), bool)
    has = endings.before_close >= 0
    answered[has] = exchanges.answered[endings.before_close[has]]
    return both & answered & quiet & (idle >= SHORTEST_IDLE_NS), idle
