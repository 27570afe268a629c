"""Excerpts of connections: the rows that tell what happened, without the bulk of the data.

From the tables of a `Scene`; what an excerpt is wanted for is left to `stories` and `measures`.
"""

from __future__ import annotations

import numpy as np

from netdiag.columns import Rows
from netdiag.decode.segments import Flag
from netdiag.diagnosis.scene import Scene
from netdiag.exchanges import Protocol

CONTROL = Flag.SYN | Flag.FIN | Flag.RST
OPENING = 40
"""So many segments at most are kept of how a connection began: handshakes of TCP, TLS, a login."""

READABLE = (Protocol.HTTP1, Protocol.UNKNOWN)
"""Protocols whose requests can be told without what the connection began with."""


def exchanges_of(scene: Scene, connection: int) -> Rows:
    """The exchanges of a connection, in their order."""
    first = int(scene.endings.first_exchange[connection])
    return (
        np.arange(first, first + int(scene.endings.exchanges[connection]))
        if first >= 0
        else (np.empty(0, np.int64))
    )


def edges(scene: Scene, chosen: Rows) -> Rows:
    """The rows with the first and the last byte of requests and responses."""
    exchanges = scene.exchanges
    rows = [
        column[chosen]
        for column in (
            exchanges.request,
            exchanges.request_end,
            exchanges.response,
            exchanges.response_end,
        )
    ]
    together = np.concatenate(rows)
    found: Rows = np.unique(together[together >= 0])
    return found


def handshake(scene: Scene, connection: int) -> Rows:
    """SYN, SYN/ACK and the ACK that ends it; -1 for what was not captured."""
    table, traffic = scene.connections, scene.traffic
    syn, syn_ack = int(table.syn[connection]), int(table.syn_ack[connection])
    stop = int(table.stop[connection])
    after = range(syn_ack + 1, min(syn_ack + 9, stop)) if syn_ack >= 0 else ()
    ack = next((row for row in after if traffic.from_client[row]), -1)
    return np.array([syn, syn_ack, ack], np.int64)


def opening(scene: Scene, connection: int) -> Rows:
    """How the connection began, up to its first request, where that tells what it speaks."""
    start, stop = int(scene.connections.start[connection]), int(scene.connections.stop[connection])
    if Protocol(int(scene.speech.protocol[connection])) in READABLE:
        return np.empty(0, np.int64)
    first = int(scene.endings.first_exchange[connection])
    end = int(scene.exchanges.request[first]) + 1 if first >= 0 else stop
    return np.arange(start, min(end, start + OPENING))


def excerpt(scene: Scene, connection: int, start: int, most: int) -> Rows:
    """The rows of a connection from `start` on; of more than `most`, those that tell.

    These are its control segments, the edges of its exchanges, what was sent again, and the
    beginning and the end of the part.
    """
    stop = int(scene.connections.stop[connection])
    if stop - start <= most:
        return np.arange(start, stop)
    traffic = scene.traffic
    rows = np.arange(start, stop)
    kept = (traffic.flags[start:stop] & CONTROL) != 0
    again = np.flatnonzero((traffic.new_bytes[start:stop] == 0) & (traffic.length[start:stop] > 0))
    kept[again[: most // 4]] = True
    kept[again[-(most // 4) :]] = True
    kept[: most // 4] = True
    kept[-(most // 2) :] = True
    edge = edges(scene, exchanges_of(scene, connection))
    kept[edge[edge >= start] - start] = True
    telling: Rows = rows[kept]
    return telling
