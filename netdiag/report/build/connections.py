"""Builds the list of connections that are worth a look, or of all there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from netdiag.columns import Rows
from netdiag.connections.histories import STATES, Histories, follow_all
from netdiag.decode.segments import Flag
from netdiag.exchanges import Protocol
from netdiag.report.build.clock import seconds
from netdiag.report.build.closers import CLOSERS, closers
from netdiag.report.build.subject import Subject
from netdiag.report.model import ClosedBy, ConnectionReport, StateChange

AT_ONCE = 10_000
"""So many connections are looked at together, which bounds what their histories take of memory."""

_NAMES = tuple(state.value for state in STATES)


def connections(subject: Subject, chosen: Iterable[int]) -> tuple[ConnectionReport, ...]:
    """Reports on the chosen rows of `Connections`, in capture order."""
    rows = np.fromiter(chosen, np.int64)
    rows = rows[np.argsort(subject.scene.connections.number[rows])]
    parts = (rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE))
    return tuple(report for part in parts for report in _reports(subject, part))


def _reports(subject: Subject, chosen: Rows) -> Iterator[ConnectionReport]:
    by, end = closers(subject.scene, chosen)
    lengths = _durations_of(subject, chosen)
    changes = _changes(
        subject, follow_all(subject.scene.traffic, subject.scene.connections, chosen)
    )
    for c, closer, row, length, states in zip(
        chosen.tolist(), by.tolist(), end.tolist(), lengths.tolist(), changes, strict=True
    ):
        yield _report(subject, c, (CLOSERS[closer], row), length, states)


def _durations_of(subject: Subject, chosen: Rows) -> Rows:
    """From the earliest to the latest segment of each; int64, in nanoseconds."""
    table, time_ns = subject.scene.connections, subject.scene.traffic.time_ns
    count = table.stop[chosen] - table.start[chosen]
    begin = np.cumsum(count) - count
    every = np.arange(int(count.sum())) + np.repeat(table.start[chosen] - begin, count)
    times = time_ns[every]
    lengths: Rows = np.maximum.reduceat(times, begin) - np.minimum.reduceat(times, begin)
    return lengths


def _report(
    subject: Subject,
    c: int,
    closed: tuple[ClosedBy, int],
    length_ns: int,
    states: tuple[StateChange, ...],
) -> ConnectionReport:
    scene = subject.scene
    table = scene.connections
    first, last = int(table.start[c]), int(table.stop[c]) - 1
    closed_by, end = closed
    flag = None if end < 0 else "RST" if scene.traffic.flags[end] & Flag.RST else "FIN"
    return ConnectionReport(
        id=subject.connection_id(c),
        stream=int(table.stream[c]),
        capture=subject.capture(first),
        client=subject.client(c),
        server=subject.server(c),
        protocol=Protocol(int(scene.speech.protocol[c])).slug,
        first_frame=subject.frame(first),
        last_frame=subject.frame(last),
        last_capture=subject.capture(last),
        start=subject.time(first),
        duration_s=seconds(length_ns),
        syn_seen=int(table.syn[c]) >= 0,
        exchanges=int(scene.endings.exchanges[c]),
        bytes_to_server=int(table.client_bytes[c]),
        bytes_to_client=int(table.server_bytes[c]),
        closed_by=closed_by,
        close_flag=flag,  # type: ignore[arg-type]  # one of the contract's words
        close_frame=None if end < 0 else subject.frame(end),
        close_capture=None if end < 0 else subject.capture(end),
        states=states,
    )


def _changes(subject: Subject, histories: Histories) -> Iterator[tuple[StateChange, ...]]:
    """The states of both ends of each connection wherever one of them changes."""
    changed = np.ones(len(histories.row), bool)
    for side in (histories.client, histories.server):
        changed[1:] &= side[1:] == side[:-1]
    changed[1:] = ~changed[1:]
    changed[histories.begin] = True
    rows = histories.row[changed].tolist()
    client, server = histories.client[changed].tolist(), histories.server[changed].tolist()
    ends = np.cumsum(np.add.reduceat(changed, histories.begin)).tolist() if rows else []
    begin = 0
    for end in ends:
        yield tuple(
            StateChange(
                time=subject.time(rows[at]),
                frame=subject.frame(rows[at]),
                capture=subject.capture(rows[at]),
                client=_NAMES[client[at]],
                server=_NAMES[server[at]],
            )
            for at in range(begin, end)
        )
        begin = end
