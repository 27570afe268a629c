"""Builds the list of connections that are worth a look."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from netdiag.exchanges import CloseKind, Protocol
from netdiag.report.build.clock import seconds
from netdiag.report.build.subject import Subject
from netdiag.report.build.timeline import states
from netdiag.report.model import ClosedBy, ConnectionReport, StateChange


def connections(subject: Subject, chosen: Iterable[int]) -> tuple[ConnectionReport, ...]:
    """Reports on the chosen rows of `Connections`, in capture order."""
    number = subject.scene.connections.number
    return tuple(_connection(subject, c) for c in sorted(chosen, key=lambda c: int(number[c])))


def _connection(subject: Subject, c: int) -> ConnectionReport:
    scene = subject.scene
    table, traffic = scene.connections, scene.traffic
    rows = slice(int(table.start[c]), int(table.stop[c]))
    in_order = np.argsort(traffic.row[rows])
    first, last = rows.start + int(in_order[0]), rows.start + int(in_order[-1])
    closed_by, end = _closed_by(subject, c)
    flag = None if end < 0 else "RST" if traffic.flags[end] & 0x04 else "FIN"
    times = traffic.time_ns[rows]
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
        duration_s=seconds(int(times.max() - times.min())),
        syn_seen=int(table.syn[c]) >= 0,
        exchanges=int(scene.endings.exchanges[c]),
        bytes_to_server=int(table.client_bytes[c]),
        bytes_to_client=int(table.server_bytes[c]),
        closed_by=closed_by,
        close_flag=flag,  # type: ignore[arg-type]  # one of the contract's words
        close_frame=None if end < 0 else subject.frame(end),
        close_capture=None if end < 0 else subject.capture(end),
        states=_changes(subject, c),
    )


def _closed_by(subject: Subject, c: int) -> tuple[ClosedBy, int]:
    """Who sent the first FIN or RST, and its row; both where neither had the other's."""
    table, endings = subject.scene.connections, subject.scene.endings
    ends = [int(table.server_fin[c]), int(table.server_rst[c])]
    server = min((row for row in ends if row >= 0), default=-1)
    ends = [int(table.client_fin[c]), int(table.client_rst[c])]
    client = min((row for row in ends if row >= 0), default=-1)
    if server < 0 and client < 0:
        return "nobody", -1
    if client < 0 or 0 <= server < client:
        if _crossed(subject, server, client) and endings.close_kind[c] == CloseKind.FIN:
            return "both", server
        return "server", server
    return ("both" if _crossed(subject, client, server) else "client"), client


def _crossed(subject: Subject, first: int, second: int) -> bool:
    """Whether the second FIN does not acknowledge the first: each was sent without the other."""
    if first < 0 or second < 0:
        return False
    traffic = subject.scene.traffic
    if (traffic.flags[first] | traffic.flags[second]) & 0x04:
        return False
    segments = traffic.segments
    one, other = subject.scene.segment(first), subject.scene.segment(second)
    fin = (int(segments.sequence[one]) + int(segments.length[one]) + 1) % (1 << 32)
    return int(segments.acknowledgment[other]) != fin


def _changes(subject: Subject, c: int) -> tuple[StateChange, ...]:
    """The states of both ends wherever one of them changes."""
    changes = []
    before = None
    for row, (client, server) in states(subject, c).items():
        if (client, server) != before:
            changes.append(
                StateChange(
                    time=subject.time(row),
                    frame=subject.frame(row),
                    capture=subject.capture(row),
                    client=client.value,
                    server=server.value,
                )
            )
            before = (client, server)
    return tuple(changes)
