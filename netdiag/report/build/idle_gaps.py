"""Builds the idle gaps of servers: how long connections lay idle, and what ended that.

From the observations that the idle timeouts were inferred from, with what ended otherwise beside
them: requests that nobody answered, and connections still idle when the capture ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Columns, Mask, Rows, distinct, rows_between
from netdiag.decode.aside import Times
from netdiag.decode.bygones import How
from netdiag.diagnosis.scene import Scene
from netdiag.exchanges.settled import Chunk
from netdiag.report.build.clock import rounded_seconds
from netdiag.report.build.subject import Subject
from netdiag.report.charts import GapEnd, IdleGap
from netdiag.timeouts import SHORTEST_IDLE_NS

MOST_GAPS = 150
"""So many of one kind are told apart at one server; beyond, neighbours are taken together."""

MOST_SERVERS = 24
"""Nobody compares more; those with most gaps are chosen."""

Numbers = npt.NDArray[np.int64]
Numbered = npt.NDArray[np.unsignedinteger]


class _Gaps(Columns, frozen=True, eq=False):
    """Some gaps, one row each: connection, idle time, and the place of what ended it.

    Connections are rows of `Connections`, or where there are no more of these, of `Bygones`.
    """

    connection: Rows | npt.NDArray[np.int32]
    idle_ns: Numbers
    capture: npt.NDArray[np.uint16]
    frame: npt.NDArray[np.uint32]


class _Servers(Struct, frozen=True, eq=False):
    """The number of each connection's server, and whether so numbered ones are shown."""

    of: Numbered
    chosen: Mask


class _Kind(Struct, frozen=True, eq=False):
    """Gaps that ended in the same way: those whose end has a row, and those whose has none."""

    end: GapEnd
    gaps: _Gaps
    chunks: tuple[Chunk, ...] = ()


class _Long(Struct, frozen=True, eq=False):
    """Those of some gaps, or of a chunk, that are long and at the chosen servers.

    Their rows there, the server of each run of them and how many it has, and the idle time of each.
    """

    of: _Gaps | Chunk
    rows: Rows | npt.NDArray[np.int32]
    server: Numbered
    counts: Rows
    idle: Times

    def gaps(self, like: Rows) -> _Gaps:
        """Some of them, by their places in `rows`."""
        of, rows = self.of, self.rows[like].astype(np.int64)
        if isinstance(of, _Gaps):
            return of.take(rows)
        connection = of.connection[of.run_of(rows)]
        captures = np.full(len(rows), of.capture, np.uint16)
        return _Gaps(connection, self.idle.take(like).values_ns(), captures, of.frame[rows])


def idle_gaps(subject: Subject) -> dict[int, tuple[IdleGap, ...]]:
    """Gaps by server endpoint, of each kind from the shortest to the longest.

    Servers without a close by their timer or an unanswered request have nothing to tell by their
    gaps where others have, and are left out beyond `MOST_SERVERS`.
    """
    scene = subject.scene
    if len(scene.traffic) == 0:
        return {}
    both = scene.connections.server, scene.bygones.server
    names = distinct(both[0])  # of each server some connections have rows
    narrow = np.min_scalar_type(len(names))
    server = np.concatenate([np.searchsorted(names, each).astype(narrow) for each in both])
    found: dict[int, list[IdleGap]] = {}
    kinds = list(_kinds(subject))
    servers = _Servers(server, _chosen(server, len(names), kinds))
    for kind in kinds:
        longs = [_long_gaps(kind.gaps, servers)]
        longs += (_long_of(chunk, servers) for chunk in kind.chunks)
        values = _idle_times(longs, servers)
        like = _alike(longs, [each.take(_lasts(each)) for each in values.values()])
        of = server[like.connection]
        for number, idle_times in values.items():
            gaps, counts = _bounded(like.take(of == number), idle_times)
            into = found.setdefault(int(names[number]), [])
            into.extend(_plain(subject, kind.end, gaps, counts))
    return {name: tuple(gaps) for name, gaps in found.items()}


def _plain(subject: Subject, end: GapEnd, gaps: _Gaps, counts: Rows) -> Iterator[IdleGap]:
    """Some gaps, each of which stands for so many."""
    number = subject.scene.numbers(gaps.connection) + 1
    return map(
        IdleGap,
        repeat(end),
        rounded_seconds(gaps.idle_ns),
        counts.tolist(),
        [f"c{connection}" for connection in number.tolist()],
        gaps.capture.tolist(),
        gaps.frame.tolist(),
    )


def _chosen(server: Numbered, count: int, kinds: list[_Kind]) -> Mask:
    """Which servers are shown; bool."""
    counts = np.zeros(count, np.int64)
    for kind in kinds:
        if kind.end in {"unanswered", "server-closed"}:
            long = kind.gaps.connection[kind.gaps.idle_ns >= SHORTEST_IDLE_NS]
            counts += np.bincount(server[long], minlength=count)
    if not counts.any():
        for kind in kinds:
            counts += np.bincount(server[kind.gaps.connection], minlength=count)
            for chunk in kind.chunks:
                np.add.at(counts, server[chunk.connection], chunk.count)
    chosen = np.zeros(count, bool)
    chosen[np.argsort(-counts, kind="stable")[:MOST_SERVERS]] = True
    return chosen & (counts > 0)


def _idle_times(longs: list[_Long], servers: _Servers) -> dict[int, Times]:
    """The idle times at each of the chosen servers that has any, sorted."""
    server = np.concatenate([long.server for long in longs])
    count = np.concatenate([long.counts for long in longs])
    begins = np.cumsum(count) - count
    every = Times.concatenate([long.idle for long in longs])
    found = {}
    for number in np.flatnonzero(servers.chosen).tolist():
        mine = np.flatnonzero((server == number) & (count > 0))  # of a million, one by one
        if len(mine):
            found[number] = every.take(rows_between(begins[mine], count[mine])).ordered()
    return found


def _long_gaps(gaps: _Gaps, servers: _Servers) -> _Long:
    of = servers.of[gaps.connection]
    rows = np.flatnonzero((gaps.idle_ns >= SHORTEST_IDLE_NS) & servers.chosen[of])
    return _Long(gaps, rows, of[rows], np.ones_like(rows), Times.of(gaps.idle_ns[rows]))


def _long_of(chunk: Chunk, servers: _Servers) -> _Long:
    long = chunk.idle.above(SHORTEST_IDLE_NS - 1)
    if not servers.chosen.all():
        long &= chunk.each(servers.chosen[servers.of])
    rows = np.flatnonzero(long)
    count = chunk.count_of(rows)
    idle = chunk.idle.take(rows)
    return _Long(chunk, rows.astype(np.int32), servers.of[chunk.connection], count, idle)


def _bounded(like: _Gaps, values: Times) -> tuple[_Gaps, Rows]:
    """The last of each group of neighbours among sorted gaps, and how many it stands for.

    Gaps of the same length lie in the order of their captures and frames.

    Args:
        like: all gaps that are as long as one of the last ones, and maybe others.
        values: the idle times of all gaps, sorted.
    """
    last = _lasts(values)
    picked = values.take(last)
    like = like.take(np.lexsort((like.frame, like.capture, like.idle_ns)))
    place = np.searchsorted(like.idle_ns, picked.values_ns()) + last
    place -= np.searchsorted(values.counts, picked.counts)
    return like.take(place), np.diff(last, prepend=-1)


def _lasts(values: Times) -> Rows:
    """The index of the last of each group of neighbours among at least one sorted gap."""
    edges = np.linspace(0, len(values), min(len(values), MOST_GAPS) + 1)
    last: Rows = edges.round().astype(np.int64)[1:] - 1
    return last


def _alike(longs: list[_Long], picked: list[Times]) -> _Gaps:
    """The gaps that are as long as one of these, at whatever server."""
    wanted = np.sort(Times.values_of(picked))
    return _Gaps.concatenate([long.gaps(long.idle.among(wanted)) for long in longs])


def _kinds(subject: Subject) -> Iterator[_Kind]:
    scene = subject.scene
    exchanges, endings, seen = scene.exchanges, scene.endings, scene.timeouts.seen
    yield _Kind("answered", _reuses(subject, seen.survived), tuple(_settled(scene)))
    unanswered = seen.reuses[~exchanges.answered[seen.reuses]]
    yield _Kind("unanswered", _reuses(subject, unanswered))
    closed = np.flatnonzero(seen.server_closed)
    gaps = _placed(subject, closed, endings.idle_ns[closed], endings.close[closed])
    by_server = seen.remembered.bygones.are(How.BY_SERVER)
    yield _Kind("server-closed", _with_those_gone(scene, gaps, by_server))
    gone = np.flatnonzero(seen.client_closed & scene.is_first_leg)
    gaps = _placed(subject, gone, seen.client_idle_ns[gone], endings.client_end[gone])
    yield _Kind("client-closed", _with_those_gone(scene, gaps, ~by_server))
    yield _Kind("open", _open(subject))


def _placed(
    subject: Subject, connection: Rows | npt.NDArray[np.int32], idle_ns: Numbers, row: Rows
) -> _Gaps:
    """Gaps that ended with these rows of `Traffic`."""
    segments, at = subject.scene.traffic.segments, subject.scene.traffic.row[row]
    return _Gaps(connection, idle_ns, segments.capture[at], segments.frame[at])


def _with_those_gone(scene: Scene, gaps: _Gaps, among: Mask) -> _Gaps:
    """And the idle ends of those connections without rows."""
    bygones = scene.timeouts.seen.remembered.bygones
    rows = np.flatnonzero(among & bygones.are(How.IDLE))
    some, own = bygones.take(rows), len(scene.connections)
    further = _Gaps(own + rows, some.idle_ns, some.capture, some.end_frame)
    return _Gaps.concatenate([gaps, further])


def _settled(scene: Scene) -> Iterator[Chunk]:
    """Those of the exchanges without rows that are told of."""
    shown = scene.is_first_leg & ~scene.speech.tunnel
    shown = np.append(shown, np.ones(len(scene.bygones), bool))
    for chunk in scene.timeouts.seen.remembered.chunks:
        of = shown[chunk.connection]
        yield chunk if of.all() else chunk.of_runs(of)


def _reuses(subject: Subject, rows: Rows) -> _Gaps:
    exchanges = subject.scene.exchanges
    once = rows[subject.scene.is_first_leg[exchanges.connection[rows]]]
    connection = exchanges.connection[once]
    return _placed(subject, connection, exchanges.idle_ns[once], exchanges.request[once])


def _open(subject: Subject) -> _Gaps:
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
    return _placed(subject, rows, scene.end_ns - scene.traffic.time_ns[word], word)
