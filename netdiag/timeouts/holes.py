"""`without_holes`: the tables without idle times of which nobody can tell whether they were idle.

From the tables and the holes of damaged captures. A connection can have been used in a hole: the
time around it is no longer idle than its parts, and no timer is measured by it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from netdiag.connections import Traffic
from netdiag.decode.bygones import How
from netdiag.decode.holes import Holes
from netdiag.exchanges import Endings, Exchanges
from netdiag.exchanges.settled import Chunk
from netdiag.timeouts.idleness import Remembered
from netdiag.timeouts.reasons import Reason


def without_holes(
    traffic: Traffic,
    exchanges: Exchanges,
    endings: Endings,
    reason: npt.NDArray[np.uint8],
    holes: Holes,
) -> tuple[Exchanges, Endings, npt.NDArray[np.uint8]]:
    """Exchanges, endings and reasons for `infer`: idle times across a hole are none.

    Args:
        reason: uint8 a connection, a `Reason`.
        holes: the times of which nothing is known.
    """
    if not len(holes):
        return exchanges, endings, reason
    time_ns = traffic.time_ns
    asked = time_ns[exchanges.request]
    exchanges = replace(
        exchanges,
        idle_ns=np.where(holes.cross(asked - exchanges.idle_ns, asked), -1, exchanges.idle_ns),
    )
    closed = np.where(endings.close >= 0, time_ns[endings.close], 0)
    blind = (endings.idle_ns >= 0) & holes.cross(closed - endings.idle_ns, closed)
    reason = np.where(blind, np.uint8(Reason.NOT_CLOSED), reason)
    last, end = endings.last_word, endings.client_end
    blind = (last >= 0) & (end >= 0) & holes.cross(time_ns[last], time_ns[end])
    endings = replace(endings, last_word=np.where(blind, -1, last))
    return exchanges, endings, reason


def remembered_without_holes(
    remembered: Remembered, endings: Endings, holes: Holes
) -> tuple[Remembered, Endings]:
    """The same for what has no rows, and the endings with what is left of it."""
    if not len(holes):
        return remembered, endings
    parts = (_without(chunk, holes) for chunk in remembered.chunks)
    chunks = tuple(part for part in parts if len(part))
    own, every = len(endings), len(endings) + len(remembered.bygones)
    longest_ns = np.full(every, -1, np.int64)
    for chunk in chunks:
        np.maximum.at(longest_ns, chunk.connection, chunk.longest_idle_ns)
    bygones = remembered.bygones.with_longest_idle(longest_ns[own:])
    blind = holes.cross(bygones.word_ns, bygones.end_ns)
    how = np.where(blind, bygones.how & ~np.uint8(How.IDLE), bygones.how)
    endings = replace(endings, settled_idle_ns=longest_ns[:own])
    return Remembered(replace(bygones, how=how), chunks), endings


def _without(chunk: Chunk, holes: Holes) -> Chunk:
    asked_ns = chunk.asked.values_ns()
    crossed = holes.cross(asked_ns - chunk.idle.values_ns(), asked_ns)
    return chunk.of_exchanges(~crossed) if crossed.any() else chunk
