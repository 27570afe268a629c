"""Builds the `Burst`s of connections: their exchanges, taken together where there are many.

From exchanges with rows and without, of many connections at once: one by one, what numpy needs to
be called would take ten times as long as what it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
import numpy.typing as npt

from netdiag.columns import Columns, Rows, begins_of, rows_between
from netdiag.exchanges.settled import Stretches
from netdiag.report.build.clock import rounded_seconds
from netdiag.report.build.subject import Subject
from netdiag.report.charts import Burst

MOST_BURSTS = 24

AT_ONCE = 100_000
"""Exchanges, of more than one connection, that are looked at together: it bounds the memory."""


class _Talk(Columns, frozen=True, eq=False):
    """The exchanges of some connections in their order, one connection's after another's.

    Columns:
        of: int64, which of the connections.
        asked_ns: int64, when the request began.
        end_ns: int64, the last byte of the exchange.
        idle_ns: int64, as in `Exchanges`.
        pause_ns: int64, from the end of the exchange before; means nothing for the first.
        capture: uint16, index of the capture that has the request.
        frame: uint32, the request's frame.
        answered: bool.
    """

    of: Rows
    asked_ns: npt.NDArray[np.int64]
    end_ns: npt.NDArray[np.int64]
    idle_ns: npt.NDArray[np.int64]
    pause_ns: npt.NDArray[np.int64]
    capture: npt.NDArray[np.uint16]
    frame: npt.NDArray[np.uint32]
    answered: npt.NDArray[np.bool_]


def bursts(subject: Subject, connections: Rows) -> dict[int, tuple[Burst, ...]]:
    """The bursts on each of some connections, each named once; none without an exchange."""
    found: dict[int, tuple[Burst, ...]] = {}
    many = np.cumsum(subject.scene.endings.exchanges[connections]) // AT_ONCE
    for part in np.split(connections, np.flatnonzero(np.diff(many)) + 1):
        found |= zip(part.tolist(), _of_each(subject, part), strict=True)
    return found


def _of_each(subject: Subject, connections: Rows) -> Iterator[tuple[Burst, ...]]:
    talk = _talk(subject, connections)
    starts = _starts(talk)
    lasts = np.append(starts[1:], len(talk))[: len(starts)] - 1
    made = map(
        Burst,
        rounded_seconds(talk.asked_ns[starts] - subject.scene.start_ns),
        rounded_seconds(talk.end_ns[lasts] - subject.scene.start_ns),
        (lasts + 1 - starts).tolist(),
        talk.capture[starts].tolist(),
        talk.frame[starts].tolist(),
        talk.answered[lasts].tolist(),
    )
    for count in np.bincount(talk.of[starts], minlength=len(connections)).tolist():
        yield tuple(islice(made, count))


def _starts(talk: _Talk) -> Rows:
    """Where bursts begin. The longest pauses stay apart: it is idle time that matters."""
    is_first = begins_of(talk.of)
    others = np.flatnonzero(~is_first)
    others = others[np.lexsort((-talk.pause_ns[others], talk.of[others]))]
    count = np.bincount(talk.of[others])
    place = np.arange(len(others)) - (np.cumsum(count) - count)[talk.of[others]]
    starts: Rows = np.append(np.flatnonzero(is_first), others[place < MOST_BURSTS - 1])
    return np.sort(starts)


def _talk(subject: Subject, connections: Rows) -> _Talk:
    scene = subject.scene
    traffic, exchanges, endings = scene.traffic, scene.exchanges, scene.endings
    first = endings.first_exchange[connections]
    count = endings.exchanges[connections] - endings.settled[connections]
    numbers = rows_between(first, np.where(first < 0, 0, count))
    of = np.searchsorted(connections, exchanges.connection[numbers])
    asked = exchanges.request[numbers]
    end = np.maximum(exchanges.request_end[numbers], exchanges.response_end[numbers])
    at = traffic.row[asked]
    asked_ns, end_ns = traffic.time_ns[asked], traffic.time_ns[end]
    talk = _Talk(
        of=of,
        asked_ns=asked_ns,
        end_ns=end_ns,
        idle_ns=exchanges.idle_ns[numbers],
        pause_ns=np.append(0, asked_ns[1:] - end_ns[:-1])[: len(of)],
        capture=traffic.segments.capture[at],
        frame=traffic.segments.frame[at],
        answered=exchanges.answered[numbers],
    )
    return _with_settled(talk, scene.settled.on(connections))


def _with_settled(talk: _Talk, settled: Stretches) -> _Talk:
    """All exchanges of the connections.

    One without rows ended as long before the next as that says it was idle; and so is the pause
    before one with rows that follows it.
    """
    if len(settled) == 0:
        return talk
    count = len(settled)
    others = _Talk(
        of=settled.of,
        asked_ns=settled.asked_ns,
        end_ns=np.zeros(count, np.int64),
        idle_ns=settled.idle_ns,
        pause_ns=settled.idle_ns,
        capture=settled.capture,
        frame=settled.frame,
        answered=np.ones(count, bool),
    )
    whole = _Talk.concatenate([talk, others])
    without = np.append(np.zeros(len(talk), bool), np.ones(count, bool))
    mixed = np.bincount(settled.of, minlength=int(whole.of.max()) + 1) > 0
    one = bool((whole.capture == whole.capture[0]).all())  # whose clock may have been set back
    moment = whole.frame.astype(np.int64) if one else whole.asked_ns
    moment = np.where(mixed[whole.of], moment, np.arange(len(whole)))
    order = np.lexsort((whole.frame, whole.capture, moment, whole.of))  # clocks have their ticks
    whole, without = whole.take(order), without[order]
    after = np.flatnonzero(without[:-1] & (whole.of[1:] == whole.of[:-1])) + 1
    whole.pause_ns[after] = whole.idle_ns[after]
    whole.end_ns[after - 1] = whole.asked_ns[after] - whole.idle_ns[after]
    return whole
