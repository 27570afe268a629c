"""What a finding's inference rests on: the server's other closes, and what outlived them.

From the tables of a `Scene`. An idle timeout is measured by all idle closes of a server, a request
limit or a restart shows only on several connections: without them the packets of one occurrence
prove that a request was lost, but not why.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from netdiag.columns import Mask, Rows
from netdiag.diagnosis.case import Case
from netdiag.evidence.excerpts import edges, excerpt, exchanges_of, handshake, opening
from netdiag.evidence.gathering import Gathering, note
from netdiag.evidence.notes import Part
from netdiag.timeouts import Reason

MOST_FELLOWS = 100
"""Of more closes with one reason, those with the least and the greatest idle times are kept, and
the rest evenly spread over the time."""

MOST_OF_ONE = 24
"""Segments of such a connection, from its last exchange on, that are kept without a choice."""

_COUNTED = frozenset({Reason.REQUEST_LIMIT, Reason.TOGETHER, Reason.AGE_LIMIT})
"""Reasons that rest on how many exchanges a connection had, and when."""
_TELLING = _COUNTED | {Reason.IDLE, Reason.EVICTED}
"""Reasons that show only on several connections."""


def add_measures(gathering: Gathering, cases: Sequence[Case]) -> None:
    """Want what else the servers of these cases did that explains them."""
    scene = gathering.scene
    reasons: dict[int, set[Reason]] = {}
    for case in cases:
        server = int(scene.connections.server[case.story.connection])
        reasons.setdefault(server, {Reason.IDLE}).add(case.story.reason)
    for server, found in reasons.items():
        of_server = scene.connections.server == server
        _add_survivor(gathering, of_server)
        for reason in sorted(found & _TELLING):
            mine = np.flatnonzero(of_server & (scene.reason == reason))
            for c in _few(mine, scene.endings.idle_ns[mine]).tolist():
                _add_close(gathering, c, reason)


def _few(connections: Rows, idle_ns: Rows) -> Rows:
    """At most `MOST_FELLOWS` of them."""
    if len(connections) <= MOST_FELLOWS:
        return connections
    by_idle = connections[np.argsort(idle_ns, kind="stable")]
    edge = MOST_FELLOWS // 4
    rest = by_idle[edge:-edge]
    rest = np.sort(rest)[:: len(rest) // (MOST_FELLOWS // 2) + 1]
    few: Rows = np.unique(np.concatenate([by_idle[:edge], rest, by_idle[-edge:]]))
    return few


def _add_close(gathering: Gathering, c: int, reason: Reason) -> None:
    scene = gathering.scene
    close, before = int(scene.endings.close[c]), int(scene.endings.before_close[c])
    measured = reason is Reason.IDLE
    around = note(Part.MEASURING if measured else Part.FELLOW)
    idle_ns = int(scene.endings.idle_ns[c])
    gathering.add_connection(
        c, [close], note(Part.MEASURED, time_ns=idle_ns) if measured else around
    )
    gathering.add_connection(c, handshake(scene, c), around)
    gathering.add_connection(c, opening(scene, c), around)
    begin = int(scene.exchanges.request[before] if before >= 0 else scene.connections.start[c])
    gathering.add_connection(c, excerpt(scene, c, begin, MOST_OF_ONE), around)
    if reason in _COUNTED:
        gathering.add_connection(c, edges(scene, exchanges_of(scene, c)), around)


def _add_survivor(gathering: Gathering, of_server: Mask) -> None:
    """The exchange after the longest idle time that this server still answered."""
    scene = gathering.scene
    exchanges = scene.exchanges
    lived = of_server[exchanges.connection] & exchanges.answered & (exchanges.response >= 0)
    rows = np.flatnonzero(lived & (exchanges.idle_ns > 0))
    if len(rows) == 0:
        return
    longest = int(rows[np.argmax(exchanges.idle_ns[rows])])
    c = int(exchanges.connection[longest])
    told = note(Part.SURVIVED, time_ns=int(exchanges.idle_ns[longest]))
    gathering.add_connection(c, edges(scene, np.array([longest])), told)
    around = note(Part.CONTEXT)
    gathering.add_connection(c, handshake(scene, c), around)
    gathering.add_connection(c, opening(scene, c), around)
    if longest > scene.endings.first_exchange[c]:
        gathering.add_connection(c, edges(scene, np.array([longest - 1])), around)
