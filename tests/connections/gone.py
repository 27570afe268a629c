"""Connections of which no segment is there."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from netdiag.decode.bygones import Bygones
from netdiag.decode.pooled import Pooled
from tests.conversations import START_NS, endpoint


def gone(frame: int = 1000, port: int = 40_000, capture: int = 0) -> Bygones:
    """From that port of 10.0.0.1 to 10.0.0.2:80, in the tenth second."""
    lapse = np.array([1000], np.uint32)
    return Bygones(
        capture=np.array([capture], np.uint16),
        frame=np.array([frame], np.uint32),
        client=np.array([endpoint("10.0.0.1", port)], np.uint64),
        server=np.array([endpoint("10.0.0.2", 80)], np.uint64),
        begun_ns=np.array([START_NS + 10**10]),
        closed_ns=np.array([START_NS + 10**10 + 1000]),
        ended_after_ns=lapse,
        end_before_ns=0 * lapse,
        idle_ns=np.array([200]),
        answering_ns=0 * lapse,
        waiting_ns=lapse // 4,
        to_server_ns=lapse,
        round_trip_ns=lapse,
        how=np.zeros(1, np.uint8),
        protocol=np.ones(1, np.uint8),
        status=np.array([200], np.uint16),
        pooled=Pooled.empty(),
    )


def pooled(some: Bygones, exchanges: int = 1, longest_idle_ns: int = -1) -> Bygones:
    """The same, but they carried so many exchanges, or had been idle when they ended."""
    row = np.arange(len(some), dtype=np.uint32)
    times, counts = np.full(len(row), longest_idle_ns), np.full(len(row), exchanges, np.uint32)
    return replace(some, pooled=Pooled(row, some.last_asked_ns, times, counts, some.frame + 9))
