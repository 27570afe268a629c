"""Builds the list of connections that are worth a look, or of all there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np
from msgspec import Struct

from netdiag.columns import Rows, rows_between
from netdiag.connections.histories import STATES, Histories, follow_all
from netdiag.decode.segments import Flag
from netdiag.exchanges import Protocol
from netdiag.report.build.clock import seconds
from netdiag.report.build.closers import CLOSERS, closers
from netdiag.report.build.subject import Place, Subject
from netdiag.report.model import ClosedBy, ConnectionReport, StateChange, TcpCloseFlag

AT_ONCE = 10_000
"""So many connections are looked at together, which bounds what their histories take of memory."""

_NAMES = tuple(state.value for state in STATES)


class _Close(Struct, frozen=True):
    by: ClosedBy
    flag: TcpCloseFlag | None
    place: Place | None


_OPEN = _Close("nobody", None, None)


def connections(subject: Subject, chosen: Iterable[int]) -> tuple[ConnectionReport, ...]:
    """Reports on the chosen rows of `Connections`, in capture order."""
    rows = np.fromiter(chosen, np.int64)
    rows = rows[np.argsort(subject.scene.connections.number[rows])]
    parts = (rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE))
    return tuple(report for part in parts for report in _reports(subject, part))


def _reports(subject: Subject, chosen: Rows) -> Iterator[ConnectionReport]:
    table = subject.scene.connections
    by, end = closers(subject.scene, chosen)
    first, last = subject.places(table.start[chosen]), subject.places(table.stop[chosen] - 1)
    ends = subject.places(np.maximum(end, table.start[chosen]))
    resets = (subject.scene.traffic.flags[end] & Flag.RST) != 0
    closed = (
        _Close(CLOSERS[closer], "RST" if reset else "FIN", place) if row >= 0 else _OPEN
        for closer, row, reset, place in zip(
            by.tolist(), end.tolist(), resets.tolist(), ends, strict=True
        )
    )
    lengths = _durations_of(subject, chosen)
    changes = _changes(subject, follow_all(subject.scene.traffic, table, chosen))
    for c, places, close, length, states in zip(
        chosen.tolist(),
        zip(first, last, strict=True),
        closed,
        lengths.tolist(),
        changes,
        strict=True,
    ):
        yield _report(subject, c, places, close, length, states)


def _durations_of(subject: Subject, chosen: Rows) -> Rows:
    """From the earliest to the latest segment of each; int64, in nanoseconds."""
    table, time_ns = subject.scene.connections, subject.scene.traffic.time_ns
    count = table.stop[chosen] - table.start[chosen]
    begin = np.cumsum(count) - count
    every = rows_between(table.start[chosen], count)
    times = time_ns[every]
    lengths: Rows = np.maximum.reduceat(times, begin) - np.minimum.reduceat(times, begin)
    return lengths


def _report(
    subject: Subject,
    c: int,
    places: tuple[Place, Place],
    close: _Close,
    length_ns: int,
    states: tuple[StateChange, ...],
) -> ConnectionReport:
    scene = subject.scene
    table = scene.connections
    first, last = places
    return ConnectionReport(
        id=subject.connection_id(c),
        stream=int(table.stream[c]),
        capture=first.capture,
        client=subject.client(c),
        server=subject.server(c),
        protocol=Protocol(int(scene.speech.protocol[c])).slug,
        first_frame=first.frame,
        last_frame=last.frame,
        last_capture=last.capture,
        start=first.time,
        duration_s=seconds(length_ns),
        syn_seen=int(table.syn[c]) >= 0,
        exchanges=int(scene.endings.exchanges[c]),
        bytes_to_server=int(table.client_bytes[c]),
        bytes_to_client=int(table.server_bytes[c]),
        closed_by=close.by,
        close_flag=close.flag,
        close_frame=None if close.place is None else close.place.frame,
        close_capture=None if close.place is None else close.place.capture,
        states=states,
    )


def _changes(subject: Subject, histories: Histories) -> Iterator[tuple[StateChange, ...]]:
    """The states of both ends of each connection wherever one of them changes."""
    changed = np.ones(len(histories.row), bool)
    for side in (histories.client, histories.server):
        changed[1:] &= side[1:] == side[:-1]
    changed[1:] = ~changed[1:]
    changed[histories.begin] = True
    rows = histories.row[changed]
    found = zip(
        subject.places(rows),
        histories.client[changed].tolist(),
        histories.server[changed].tolist(),
        strict=True,
    )
    counts = np.add.reduceat(changed, histories.begin, dtype=np.int64) if len(rows) else rows
    for count in counts.tolist():
        yield tuple(
            StateChange(place.time, place.frame, place.capture, _NAMES[client], _NAMES[server])
            for place, client, server in islice(found, count)
        )
