"""`IdleCloses`: the closes of idle connections that measure a timeout, by one kind of side.

From the tables, and from what is remembered of connections without rows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from netdiag.columns import Columns, Rows
from netdiag.connections import Connections, Traffic
from netdiag.connections.numbering import Ranks
from netdiag.decode.bygones import Bygones, How
from netdiag.exchanges import Endings, Speech
from netdiag.timeouts.idleness import Idleness

Numbers = npt.NDArray[np.int64]


class IdleCloses(Columns, frozen=True, eq=False):
    """One row a close; by endpoint, and those of each in the order of their connections.

    Columns:
        endpoint: uint64, who closed: a server endpoint, or a client with port 0.
        server: uint64, the connection's server endpoint.
        number: int64, the connection's rank.
        idle_ns: int64, after how much idle time it came.
        time_ns: int64, when it came; since the earliest segment of all.
        path_s: float64, round trip to who closed from the capture point, in seconds; NaN: unknown.
        protocol: uint8, a `netdiag.exchanges.Protocol`.
    """

    endpoint: npt.NDArray[np.uint64]
    server: npt.NDArray[np.uint64]
    number: Numbers
    idle_ns: Numbers
    time_ns: Numbers
    path_s: npt.NDArray[np.float64]
    protocol: npt.NDArray[np.uint8]

    def in_order(self, start_ns: int) -> IdleCloses:
        """The same as they are meant to lie, and since then."""
        ordered = self.take(np.lexsort((self.number, self.endpoint)))
        return replace(ordered, time_ns=ordered.time_ns - start_ns)


def idle_closes(
    traffic: Traffic, connections: Connections, speech: Speech, endings: Endings, seen: Idleness
) -> tuple[IdleCloses, IdleCloses]:
    """Those by servers, and those by clients."""
    bygones = seen.remembered.bygones
    idle = bygones.are(How.IDLE)
    ranks = Ranks.of(traffic, connections.number, bygones if idle.any() else Bygones.empty())
    start_ns = int(bygones.begun_ns.min(initial=traffic.time_ns.min(initial=_NEVER)))

    def own(rows: Rows, idle_ns: Numbers, end: Rows, *, by_server: bool) -> IdleCloses:
        some = connections.take(rows)
        return IdleCloses(
            endpoint=some.server if by_server else some.client_host,
            server=some.server,
            number=some.number,
            idle_ns=idle_ns[rows],
            time_ns=traffic.time_ns[end[rows]],
            path_s=_path_s(some, to_server=by_server),
            protocol=speech.protocol[rows],
        )

    def gone(rows: Rows, *, by_server: bool) -> IdleCloses:
        some = bygones.take(rows)
        return IdleCloses(
            endpoint=some.server if by_server else some.client_host,
            server=some.server,
            number=ranks.ranks(some.capture, some.frame),
            idle_ns=some.idle_ns,
            time_ns=some.end_ns,
            path_s=_path_s(some, to_server=by_server),
            protocol=some.protocol,
        )

    closed, left = np.flatnonzero(seen.server_closed), np.flatnonzero(seen.client_closed)
    of_servers = [
        own(closed, endings.idle_ns, endings.close, by_server=True),
        gone(np.flatnonzero(bygones.timed_out), by_server=True),
    ]
    of_clients = [
        own(left, seen.client_idle_ns, endings.client_end, by_server=False),
        gone(np.flatnonzero(idle & ~bygones.timed_out), by_server=False),
    ]
    return (
        IdleCloses.concatenate(of_servers).in_order(start_ns),
        IdleCloses.concatenate(of_clients).in_order(start_ns),
    )


def _path_s(some: Connections | Bygones, *, to_server: bool) -> npt.NDArray[np.float64]:
    """Round trips from the capture point to servers or clients, in seconds; NaN: unknown."""
    there_ns, whole_ns = (some.to_server_ns.astype(np.int64), some.round_trip_ns.astype(np.int64))
    there = np.where(there_ns < 0, np.nan, there_ns / 1e9)
    return there if to_server else np.where(whole_ns < 0, np.nan, whole_ns / 1e9) - there


_NEVER = np.iinfo(np.int64).max
