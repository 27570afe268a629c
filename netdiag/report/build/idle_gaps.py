"""Builds the idle gaps of servers: how long connections lay idle, and what ended that.

From the observations that the idle timeouts were inferred from, with what ended otherwise beside
them: requests that nobody answered, and connections still idle when the capture ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from netdiag.columns import Columns, Mask, Rows, distinct
from netdiag.report.build.subject import Subject
from netdiag.report.charts import GapEnd, IdleGap
from netdiag.timeouts import SHORTEST_IDLE_NS

DIGITS = 6
"""Microseconds: no chart shows less, and JSON stays short."""

MOST_GAPS = 150
"""So many of one kind are told apart at one server; beyond, neighbours are taken together."""

MOST_SERVERS = 24
"""Nobody compares more; those with most gaps are chosen."""

Numbers = npt.NDArray[np.int64]


class _Gaps(Columns, frozen=True, eq=False):
    """Some gaps, one row each: connection, idle time, and the place of what ended it."""

    connection: Rows | npt.NDArray[np.int32]
    idle_ns: Numbers
    capture: npt.NDArray[np.uint16]
    frame: npt.NDArray[np.uint32]


class _Kind(NamedTuple):
    """What ended some gaps, and how to get at these, a part of them at a time."""

    end: GapEnd
    parts: Callable[[], Iterator[_Gaps]]


def idle_gaps(subject: Subject) -> dict[int, tuple[IdleGap, ...]]:
    """Gaps by server endpoint, of each kind from the shortest to the longest.

    Servers without a close by their timer or an unanswered request have nothing to tell by their
    gaps where others have, and are left out beyond `MOST_SERVERS`.
    """
    scene = subject.scene
    if len(scene.traffic) == 0:
        return {}
    names, server = np.unique(scene.connections.server, return_inverse=True)
    found: dict[int, list[IdleGap]] = {}
    kinds = list(_kinds(subject))
    chosen = _chosen(server, len(names), kinds)
    for kind in kinds:
        values = _idle_times(kind, server, chosen)
        like = _alike(kind, [each[_lasts(each)] for each in values.values()])
        of = server[like.connection]
        for number, idle_times in values.items():
            found.setdefault(int(names[number]), []).extend(
                IdleGap(
                    end=kind.end,
                    idle_s=round(idle_ns / 1e9, DIGITS),
                    count=count,
                    connection=subject.connection_id(connection),
                    capture=capture,
                    frame=frame,
                )
                for (connection, idle_ns, capture, frame), count in _bounded(
                    like.take(of == number), idle_times
                )
            )
    return {name: tuple(gaps) for name, gaps in found.items()}


def _chosen(server: Rows, count: int, kinds: list[_Kind]) -> Mask:
    """Which servers are shown; bool."""
    telling, rest = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for kind in kinds:
        for part in kind.parts():
            rest += np.bincount(server[part.connection], minlength=count)
            if kind.end in {"unanswered", "server-closed"}:
                long = part.connection[part.idle_ns >= SHORTEST_IDLE_NS]
                telling += np.bincount(server[long], minlength=count)
    counts = telling if telling.any() else rest
    chosen = np.zeros(count, bool)
    chosen[np.argsort(-counts, kind="stable")[:MOST_SERVERS]] = True
    return chosen & (counts > 0)


def _idle_times(kind: _Kind, server: Rows, chosen: Mask) -> dict[int, Numbers]:
    """The idle times at each of the chosen servers, sorted; int64."""
    found: dict[int, list[Numbers]] = {}
    for part in kind.parts():
        of = server[part.connection]
        long = (part.idle_ns >= SHORTEST_IDLE_NS) & chosen[of]
        of, idle_ns = of[long], part.idle_ns[long]
        for number in distinct(of).tolist():
            found.setdefault(number, []).append(idle_ns[of == number])
    return {number: np.sort(np.concatenate(found.pop(number))) for number in sorted(found)}


def _bounded(like: _Gaps, values: Numbers) -> Iterator[tuple[tuple[int, int, int, int], int]]:
    """The last of each group of neighbours among sorted gaps, and how many it stands for.

    Gaps of the same length lie in the order of their captures and frames.

    Args:
        like: all gaps that are as long as one of the last ones, and maybe others.
        values: the idle times of all gaps, sorted.
    """
    last = _lasts(values)
    picked = values[last]
    like = like.take(np.lexsort((like.frame, like.capture, like.idle_ns)))
    place = np.searchsorted(like.idle_ns, picked) + last - np.searchsorted(values, picked)
    chosen = like.take(place)
    columns = (chosen.connection, chosen.idle_ns, chosen.capture, chosen.frame)
    gaps = zip(*(column.tolist() for column in columns), strict=True)
    yield from zip(gaps, np.diff(last, prepend=-1).tolist(), strict=True)


def _lasts(values: Numbers) -> Rows:
    """The index of the last of each group of neighbours among at least one sorted gap."""
    edges = np.linspace(0, len(values), min(len(values), MOST_GAPS) + 1)
    last: Rows = edges.round().astype(np.int64)[1:] - 1
    return last


def _alike(kind: _Kind, picked: list[Numbers]) -> _Gaps:
    """The gaps that are as long as one of these, at whatever server."""
    wanted = np.sort(np.concatenate([np.full(1, -1, np.int64), *picked]))
    found = []
    for part in kind.parts():
        place = np.minimum(np.searchsorted(wanted, part.idle_ns), len(wanted) - 1)
        found.append(part.take((wanted[place] == part.idle_ns) & (part.idle_ns >= 0)))
    return _Gaps.concatenate(found)


def _kinds(subject: Subject) -> Iterator[_Kind]:
    scene = subject.scene
    exchanges, endings, seen = scene.exchanges, scene.endings, scene.timeouts.seen
    unanswered = seen.reuses[~exchanges.answered[seen.reuses]]
    yield _Kind("answered", lambda: _answered(subject))
    yield _Kind("unanswered", lambda: iter((_reuses(subject, unanswered),)))
    closed = np.flatnonzero(seen.server_closed)
    yield _of(subject, "server-closed", closed, endings.idle_ns[closed], endings.close[closed])
    gone = np.flatnonzero(seen.client_closed & scene.is_first_leg)
    idle_ns = seen.client_idle_ns[gone]
    yield _of(subject, "client-closed", gone, idle_ns, endings.client_end[gone])
    yield _open(subject)


def _of(subject: Subject, end: GapEnd, connection: Rows, idle_ns: Numbers, row: Rows) -> _Kind:
    gaps = _placed(subject, connection, idle_ns, row)
    return _Kind(end, lambda: iter((gaps,)))


def _placed(
    subject: Subject, connection: Rows | npt.NDArray[np.int32], idle_ns: Numbers, row: Rows
) -> _Gaps:
    """Gaps that ended with these rows of `Traffic`."""
    segments, at = subject.scene.traffic.segments, subject.scene.traffic.row[row]
    return _Gaps(connection, idle_ns, segments.capture[at], segments.frame[at])


def _answered(subject: Subject) -> Iterator[_Gaps]:
    """Those that ended with a request that was answered."""
    scene = subject.scene
    yield _reuses(subject, scene.timeouts.seen.survived)
    shown = scene.is_first_leg & ~scene.speech.tunnel
    for chunk in scene.settled.chunks():
        gaps = _Gaps(chunk.connection, chunk.idle_ns, chunk.capture, chunk.frame)
        yield gaps if shown.all() else gaps.take(shown[chunk.connection])


def _reuses(subject: Subject, rows: Rows) -> _Gaps:
    exchanges = subject.scene.exchanges
    once = rows[subject.scene.is_first_leg[exchanges.connection[rows]]]
    connection = exchanges.connection[once]
    return _placed(subject, connection, exchanges.idle_ns[once], exchanges.request[once])


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
    return _of(subject, "open", rows, scene.end_ns - scene.traffic.time_ns[word], word)
