"""Tells a pool's check of a connection from a request of the application.

A pool that checks a connection before it lends it out finds out that the server has closed it: it
opens another one, and nothing is lost. But a program may as well ask `SELECT 1` for its own sake,
and fail. So what is asked must be a check by its words (`netdiag.exchanges.checks`), and by this
client's habit: it has sent the same before, was answered, and went on with something else at once.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from netdiag.columns import Rows
from netdiag.diagnosis.scene import Scene
from netdiag.exchanges import Protocol
from netdiag.exchanges.checks import LONGEST, asks_nothing, goes_on
from netdiag.exchanges.table import AT_ONCE_NS

TEXTS_AT_ONCE = 10_000
"""So many requests' texts are held: mostly the first ones show the habit."""


def is_check(scene: Scene, connection: int, exchange: int) -> bool:
    """Whether an exchange's request is only a check, going by its words and the client's habit."""
    if exchange < 0:
        return False
    protocol = Protocol(int(scene.speech.protocol[connection]))
    request = int(scene.exchanges.request[exchange])
    asked, length = scene.sample(request), int(scene.traffic.length[request])
    if length > LONGEST or not asks_nothing(protocol, asked):
        return False
    client = int(scene.connections.client[connection]) >> 16
    server = int(scene.connections.server[connection])
    return scene.once(
        ("habit", client, server, protocol, asked, length),
        lambda: _is_habit(scene, (client, server), protocol, asked, length),
    )


def _is_habit(
    scene: Scene, pair: tuple[int, int], protocol: Protocol, asked: bytes, length: int
) -> bool:
    """Whether this client goes on with something else at once when the server answers that."""
    client, server = pair
    table, exchanges, traffic = scene.connections, scene.exchanges, scene.traffic
    between = (table.server == server) & (table.client >> np.uint64(16) == client)
    first = np.flatnonzero(between[exchanges.connection[:-1]] & exchanges.answered[:-1])
    first = first[traffic.length[exchanges.request[first]] == length]
    first = first[_goes_on_at_once(scene, first)]
    return any(
        earlier == asked and goes_on(protocol, asked, following)
        for begin in range(0, len(first), TEXTS_AT_ONCE)
        for earlier, following in _texts(scene, first[begin : begin + TEXTS_AT_ONCE])
    )


def _goes_on_at_once(scene: Scene, first: Rows) -> Rows:
    """Which exchanges are followed at once by the next one, of which none between was set aside."""
    exchanges, time_ns = scene.exchanges, scene.traffic.time_ns
    idle_ns, asked_ns = exchanges.idle_ns[first + 1], time_ns[exchanges.request[first + 1]]
    same = exchanges.connection[first + 1] == exchanges.connection[first]
    at_once = same & (idle_ns >= 0) & (idle_ns <= AT_ONCE_NS)
    at_once &= asked_ns - idle_ns == time_ns[exchanges.response_end[first]]
    return np.flatnonzero(at_once)


def _texts(scene: Scene, first: Rows) -> Iterator[tuple[bytes, bytes]]:
    """What is remembered of the requests of some exchanges, and of those after them."""
    traffic, request = scene.traffic, scene.exchanges.request
    earlier, following = (
        scene.samples.texts(traffic.segments.sample[traffic.row[request[rows]]])
        for rows in (first, first + 1)
    )
    return zip(earlier, following, strict=True)
