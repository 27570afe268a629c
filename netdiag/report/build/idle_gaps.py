"""Builds the idle gaps of servers: how long connections lay idle, and what ended that.

From the observations that the idle timeouts were inferred from, with what ended otherwise beside
them: requests that nobody answered, and connections still idle when the capture ended.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from netdiag.columns import Rows
from netdiag.report.build.subject import Subject
from netdiag.report.charts import GapEnd, IdleGap
from netdiag.timeouts import SHORTEST_IDLE_NS

DIGITS = 6
"""Microseconds: no chart shows less, and JSON stays short."""

MOST_GAPS = 150
"""So many of one kind are told apart at one server; beyond, neighbours are taken together."""

MOST_SERVERS = 24
"""Nobody compares more; those with most gaps are chosen."""

_Kind = tuple[GapEnd, Rows, npt.NDArray[np.int64], Rows]
"""What ended the gaps, then one element a gap: connection, idle time in ns, row of `Traffic`."""


def idle_gaps(subject: Subject) -> dict[int, tuple[IdleGap, ...]]:
    """Gaps by server endpoint, of each kind from the shortest to the longest.

    Servers without a close by their timer or an unanswered request have nothing to tell by their
    gaps where others have, and are left out beyond `MOST_SERVERS`.
    """
    scene = subject.scene
    if len(scene.traffic) == 0:
        return {}
    server = scene.connections.server
    found: dict[int, list[IdleGap]] = {}
    kinds = list(_kinds(subject))
    chosen = _chosen(server, kinds)
    for end, connections, idle_ns, rows in kinds:
        long = np.flatnonzero((idle_ns >= SHORTEST_IDLE_NS) & np.isin(server[connections], chosen))
        order = long[np.lexsort((idle_ns[long], server[connections[long]]))]
        names, starts = np.unique(server[connections[order]], return_index=True)
        for name, part in zip(names.tolist(), np.split(order, starts[1:]), strict=False):
            found.setdefault(name, []).extend(
                IdleGap(
                    end=end,
                    idle_s=round(int(idle_ns[last]) / 1e9, DIGITS),
                    count=count,
                    connection=subject.connection_id(int(connections[last])),
                    capture=subject.capture(int(rows[last])),
                    frame=subject.frame(int(rows[last])),
                )
                for last, count in _bounded(part)
            )
    return {name: tuple(gaps) for name, gaps in found.items()}


def _chosen(server: npt.NDArray[np.uint64], kinds: list[_Kind]) -> npt.NDArray[np.uint64]:
    telling = [
        server[connections[idle_ns >= SHORTEST_IDLE_NS]]
        for end, connections, idle_ns, _ in kinds
        if end in {"unanswered", "server-closed"}
    ]
    rest = [server[connections] for _, connections, _, _ in kinds]
    for each in (telling, rest):
        names, counts = np.unique(np.concatenate(each), return_counts=True)
        if len(names):
            return names[np.argsort(-counts, kind="stable")[:MOST_SERVERS]]
    return np.empty(0, np.uint64)


def _bounded(part: Rows) -> Iterator[tuple[int, int]]:
    """The last of each group of neighbours among sorted gaps, and how many it stands for."""
    edges = np.linspace(0, len(part), min(len(part), MOST_GAPS) + 1).round().astype(np.int64)
    counts = np.diff(edges)
    yield from zip(part[edges[1:] - 1].tolist(), counts.tolist(), strict=True)


def _kinds(subject: Subject) -> Iterator[_Kind]:
    scene = subject.scene
    exchanges, endings, seen = scene.exchanges, scene.endings, scene.timeouts.seen
    unanswered = seen.reuses[~exchanges.answered[seen.reuses]]
    yield _reuses(subject, "answered", seen.survived)
    yield _reuses(subject, "unanswered", unanswered)
    closed = np.flatnonzero(seen.server_closed)
    yield "server-closed", closed, endings.idle_ns[closed], endings.close[closed]
    gone = np.flatnonzero(seen.client_closed & scene.is_first_leg)
    yield "client-closed", gone, seen.client_idle_ns[gone], endings.client_end[gone]
    yield _open(subject)


def _reuses(subject: Subject, end: GapEnd, rows: Rows) -> _Kind:
    exchanges = subject.scene.exchanges
    once = rows[subject.scene.is_first_leg[exchanges.connection[rows]]]
    connection = exchanges.connection[once].astype(np.int64)
    return end, connection, exchanges.idle_ns[once], exchanges.request[once]


def _open(subject: Subject) -> _Kind:
    """Connections that lay idle, with nothing outstanding, when the capture ended."""
    scene = subject.scene
    endings, exchanges = scene.endings, scene.exchanges
    rows = np.flatnonzero(
        (endings.close < 0)
        & (endings.client_end < 0)
        & (scene.connections.server_rst < 0)
        & (endings.before_close >= 0)
        & ~scene.speech.tunnel
        & scene.is_first_leg
    )
    rows = rows[exchanges.answered[endings.before_close[rows]]] if len(rows) else rows
    word = endings.last_word[rows]
    return "open", rows, scene.end_ns - scene.traffic.time_ns[word], word
