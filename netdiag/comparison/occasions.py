"""`Occasions`: every request for which its client had, or had had, an idle connection.

That is what a failure of an idle connection takes, whatever cure is at work: the connection is
used again, or another one is opened in its place, because the client had ended the idle one, or had
found it ended. Rates of failures can be compared, before a cure and after it, only if they are
rates of such occasions. From the tables of one examination; which idle times matter is said later.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from netdiag.columns import Columns, Mask, Rows
from netdiag.comparison.harm import HarmedReuse
from netdiag.comparison.succession import find_predecessors
from netdiag.diagnosis.near_misses import DWELL_NS, find_given_up
from netdiag.diagnosis.scene import Scene
from netdiag.exchanges.table import AT_ONCE_NS

MOMENT_NS = 1_000_000_000
"""Connections that were left within the same second and wanted again within the same second had
one pause in common: they fail together, or not at all."""


class Fate(IntEnum):
    """What became of a request that had an idle connection."""

    HARMED = 0
    """It was sent on it, and harmed."""
    ANSWERED = 1
    """It was sent on it, and answered."""
    EXPIRED = 2
    """It went on another one: the client had ended the idle one first."""
    CHECKED = 3
    """It went on another one: the client found just then that the server had ended the idle one."""
    NOTICED = 4
    """It went on another one: the client had let go of the idle one since the server ended it."""
    NOT_KEPT = 5
    """It went on another one: the connection had been ended together with its last response."""
    OTHER = 6
    """Anything else: it was never answered, or nobody let go of the idle one."""

    @property
    def slug(self) -> str:
        """Its name in reports."""
        return self.name.lower()


class Occasions(Columns, frozen=True, eq=False):
    """One row an occasion.

    Columns:
        server: uint64, endpoint.
        client: uint64, endpoint with port 0.
        time_ns: int64, when the request was sent, or the connection opened that it was sent on.
        idle_ns: int64, for how long the idle connection had been idle then; -1 where its last
            word came before the capture.
        fate: uint8, a `Fate`.
        absorbed: bool, it was harmed, and answered when it was sent again.
        at_checkout: bool, the client ended the idle connection just then.
    """

    server: npt.NDArray[np.uint64]
    client: npt.NDArray[np.uint64]
    time_ns: npt.NDArray[np.int64]
    idle_ns: npt.NDArray[np.int64]
    fate: npt.NDArray[np.uint8]
    absorbed: Mask
    at_checkout: Mask

    def longer_than(self, idle_ns: int) -> Mask:
        """Those after at least so long an idle time, and all that were harmed; bool."""
        chosen: Mask = (self.idle_ns >= idle_ns) | (self.fate == Fate.HARMED)
        return chosen

    def moments(self, rows: Mask) -> tuple[int, int, int]:
        """In how many separate moments these lie: all, with a harmed one, with one that was lost.

        What fails in one moment fails of one cause; counted one by one, it would look like more
        evidence than it is.
        """
        if not rows.any():
            return 0, 0, 0
        now, left = self.time_ns[rows], self.time_ns[rows] - np.maximum(self.idle_ns[rows], 0)
        keys = np.stack([self.client[rows], self.server[rows], now // MOMENT_NS, left // MOMENT_NS])
        _, moment = np.unique(keys.astype(np.int64), axis=1, return_inverse=True)
        harmed = self.fate[rows] == Fate.HARMED
        lost = harmed & ~self.absorbed[rows]
        moment = moment.ravel()
        return (
            int(moment.max()) + 1,
            len(np.unique(moment[harmed])),
            len(np.unique(moment[lost])),
        )


def find_occasions(scene: Scene, harmed: tuple[HarmedReuse, ...], mine: Mask) -> Occasions:
    """All occasions on some connections.

    Args:
        harmed: the reuses that were harmed.
        mine: bool, one a connection: each connection once, however many legs it has.
    """
    return Occasions.concatenate([_reuses(scene, harmed, mine), _replacements(scene, harmed, mine)])


def _reuses(scene: Scene, harmed: tuple[HarmedReuse, ...], mine: Mask) -> Occasions:
    exchanges, table = scene.exchanges, scene.connections
    fate = np.where(exchanges.answered, Fate.ANSWERED, Fate.OTHER).astype(np.uint8)
    fate[[reuse.exchange for reuse in harmed]] = Fate.HARMED
    absorbed = np.zeros(len(exchanges), bool)
    absorbed[[reuse.exchange for reuse in harmed if reuse.absorbed]] = True
    is_reuse = (exchanges.idle_ns >= 0) | (fate == Fate.HARMED)
    rows = np.flatnonzero(mine[exchanges.connection] & is_reuse)
    connection = exchanges.connection[rows]
    return Occasions(
        server=table.server[connection],
        client=table.client_host[connection],
        time_ns=scene.traffic.time_ns[exchanges.request[rows]],
        idle_ns=exchanges.idle_ns[rows],
        fate=fate[rows],
        absorbed=absorbed[rows],
        at_checkout=np.zeros(len(rows), bool),
    )


def _replacements(scene: Scene, harmed: tuple[HarmedReuse, ...], mine: Mask) -> Occasions:
    """New connections that stand for idle ones that their clients had, or had had."""
    table, endings, time_ns = scene.connections, scene.endings, scene.traffic.time_ns
    let_go = _let_go_ns(scene)
    gone = np.flatnonzero(mine & (let_go >= 0))
    is_retry = np.zeros(len(table), bool)
    retries = np.array([reuse.retry for reuse in harmed if reuse.retry >= 0], np.int64)
    again = scene.traffic.groups.of_row[retries]
    first = endings.first_exchange[again]
    is_retry[again[scene.exchanges.request[first] == retries]] = True
    new = np.flatnonzero(mine & (table.syn >= 0) & (endings.first_exchange >= 0) & ~is_retry)
    # Of the client's FIN and its next SYN either may come first.
    free_ns = np.maximum(let_go[gone] - AT_ONCE_NS, time_ns[endings.last_word[gone]])
    times = np.concatenate([free_ns, time_ns[table.syn[new]]])
    rows = np.concatenate([gone, new])
    is_new = np.arange(len(rows)) >= len(gone)
    place = find_predecessors(_pools(scene, rows), times, is_new)[len(gone) :]
    old, new = rows[place[place >= 0]], new[place >= 0]
    asked_ns = time_ns[table.syn[new]]
    at_checkout = np.abs(asked_ns - let_go[old]) <= AT_ONCE_NS
    return Occasions(
        server=table.server[new],
        client=table.client_host[new],
        time_ns=asked_ns,
        idle_ns=np.maximum(asked_ns - time_ns[endings.last_word[old]], 0),
        fate=_fate(scene, old, at_checkout),
        absorbed=np.zeros(len(new), bool),
        at_checkout=at_checkout,
    )


def _pools(scene: Scene, rows: Rows) -> npt.NDArray[np.int64]:
    """A number for each client and server that belong together."""
    pair = np.stack([scene.connections.client_host[rows], scene.connections.server[rows]])
    _, pool = np.unique(pair, axis=1, return_inverse=True)
    numbers: npt.NDArray[np.int64] = pool.ravel().astype(np.int64)
    return numbers


def _let_go_ns(scene: Scene) -> npt.NDArray[np.int64]:
    """When each connection was let go of, its business done; -1 where it never was."""
    endings, time_ns = scene.endings, scene.traffic.time_ns
    by_client = find_given_up(scene)
    end = np.where(by_client >= 0, by_client, endings.close)
    done = (endings.after_close < 0) & (endings.before_close >= 0) & (endings.last_word >= 0)
    rows = np.flatnonzero(done & (end >= 0))
    rows = rows[scene.exchanges.answered[endings.before_close[rows]]]
    let_go = np.full(len(endings), -1, np.int64)
    let_go[rows] = time_ns[end[rows]]
    return let_go


def _fate(scene: Scene, old: Rows, at_checkout: Mask) -> npt.NDArray[np.uint8]:
    """Why each of these connections was not used again."""
    endings, time_ns = scene.endings, scene.traffic.time_ns
    client, server = find_given_up(scene)[old], endings.close[old]
    client_first = (client >= 0) & ((server < 0) | (client <= server))
    ended_ns = time_ns[np.where(client_first, client, server)]
    idle_ns = ended_ns - time_ns[endings.last_word[old]]
    late = (client >= 0) & (time_ns[client] - ended_ns >= DWELL_NS)
    fate = np.full(len(old), Fate.OTHER, np.uint8)
    fate[(client >= 0) & ~client_first] = Fate.NOTICED
    fate[late & at_checkout] = Fate.CHECKED
    fate[client_first] = Fate.EXPIRED
    fate[endings.announced[old] | (idle_ns <= AT_ONCE_NS)] = Fate.NOT_KEPT
    return fate
