"""Finds near misses: reuses that a client gave up because it looked at its connection first.

On the wire a near miss is a connection that the server has ended as idle and that the client
leaves in CLOSE_WAIT until it wants to send: then it closes it and opens another at once. Nothing
fails, but the client keeps connections for longer than its server.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Mask, Rows, among, distinct
from netdiag.diagnosis.messages import is_cut_before_fields
from netdiag.diagnosis.scene import Scene
from netdiag.exchanges import CloseKind, Role
from netdiag.exchanges.table import AT_ONCE_NS
from netdiag.timeouts import Reason

DWELL_NS = 500_000_000
"""A client that acts on the close itself has done so by then; one that stays in CLOSE_WAIT for
longer did not look."""

_WITH_FIN = (CloseKind.FIN, CloseKind.CLOSE_NOTIFY, CloseKind.GOODBYE)

FEWEST = 2
"""One connection that follows another may be chance; of one client and server, two are a habit."""


def find_near_misses(scene: Scene) -> Mask:
    """Connections that a client in the habit of near misses gave up at its next request; bool.

    Left out are servers that announce their timeout (``Keep-Alive: timeout=``), or may have
    done so in heads that the snap length has cut: a client that heeds it looks the same, and has
    kept nothing for too long.
    """
    table = scene.connections
    near = np.zeros(len(table), bool)
    given_up = find_given_up(scene)
    waited = _is_late(scene, given_up)
    if np.count_nonzero(waited) < FEWEST:
        return near
    rows = np.flatnonzero(waited)
    pairs = _Pairs(distinct(table.client_host[rows]), distinct(table.server[rows]))
    rows = rows[_replaced_at_once(scene, rows, given_up, pairs)]
    pair = pairs.of(table.client_host[rows], table.server[rows])
    _, place, count = np.unique(pair, return_inverse=True, return_counts=True)
    rows = rows[count[place] >= FEWEST]
    near[rows] = [not _may_announce(scene, row) for row in rows.tolist()]
    return near


class _Pairs(Struct, frozen=True, eq=False):
    """Some clients with some servers.

    Attributes:
        hosts: uint64, ascending: the clients, as endpoints with port 0.
        servers: uint64, ascending.
    """

    hosts: npt.NDArray[np.uint64]
    servers: npt.NDArray[np.uint64]

    def of(self, host: npt.NDArray[np.uint64], server: npt.NDArray[np.uint64]) -> Rows:
        """A number for each pair of these; -1 where they are others; int64."""
        pair = np.full(len(host), -1, np.int64)
        rows = np.flatnonzero(among(host, self.hosts) & among(server, self.servers))
        place = np.searchsorted(self.hosts, host[rows])
        pair[rows] = place * len(self.servers) + np.searchsorted(self.servers, server[rows])
        return pair


def find_given_up(scene: Scene) -> Rows:
    """Row of the client's end of each connection, or of its farewell that drew a RST; or -1."""
    given_up = scene.endings.client_end.copy()
    speech = scene.speech
    rows = np.flatnonzero(speech.role == Role.FAREWELL)
    rows = rows[given_up[speech.connection[rows]] < 0]
    given_up[speech.connection[rows]] = speech.row[rows]
    return given_up


def _is_late(scene: Scene, given_up: Rows) -> Mask:
    """Idle closes by FIN after which the client closed late, without another request; bool.

    Words may have come before the FIN: a close_notify, a GOAWAY.
    """
    endings, time_ns = scene.endings, scene.traffic.time_ns
    waited: Mask = (scene.reason == Reason.IDLE) & (endings.after_close < 0)
    waited &= np.isin(endings.close_kind, _WITH_FIN)
    fin = scene.connections.server_fin
    waited &= (fin >= 0) & (given_up > fin)
    rows = np.flatnonzero(waited)
    dwell = time_ns[given_up[rows]] - time_ns[endings.close[rows]]
    waited[rows] = dwell >= DWELL_NS
    return waited


def _replaced_at_once(scene: Scene, rows: Rows, given_up: Rows, known: _Pairs) -> Mask:
    """Which of these connections were followed at once by a new one of the same pair; bool.

    Args:
        known: those of these connections.
    """
    table, bygones, time_ns = scene.connections, scene.bygones, scene.traffic.time_ns
    begun = np.flatnonzero(table.syn >= 0)
    ended_ns = time_ns[given_up[rows]] - AT_ONCE_NS
    mine = [known.of(table.client_host[some], table.server[some]) for some in (rows, begun)]
    pairs = np.concatenate([*mine, known.of(bygones.client_host, bygones.server)])
    times = np.concatenate([ended_ns, time_ns[table.syn[begun]], bygones.begun_ns])
    times, pairs = times[pairs >= 0], pairs[pairs >= 0]
    is_new = np.arange(len(pairs)) >= len(rows)
    order = np.lexsort((is_new, times, pairs))
    place = np.where(is_new[order], np.arange(len(order)), len(order))
    following = np.minimum.accumulate(place[::-1])[::-1]
    replaced = np.zeros(len(rows), bool)
    own = np.flatnonzero(~is_new[order] & (following < len(order)))
    ended, new = order[own], order[following[own]]
    near = (pairs[ended] == pairs[new]) & (times[new] - times[ended] <= 2 * AT_ONCE_NS)
    replaced[ended] = near
    return replaced


def _may_announce(scene: Scene, connection: int) -> bool:
    timeout = scene.idle_timeout(connection)
    if timeout is not None and timeout.declared_s is not None:
        return True
    before = int(scene.endings.before_close[connection])
    response = int(scene.exchanges.response[before]) if before >= 0 else -1
    return response >= 0 and is_cut_before_fields(scene, response)
