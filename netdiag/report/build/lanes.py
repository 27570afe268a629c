"""Builds `Lane`s: what went on over time on each connection that a finding is about.

From the connections' exchanges and the frames that began and ended them; bounded for connections
and captures of any size.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from netdiag.columns import distinct
from netdiag.connections.states import State
from netdiag.decode.segments import Flag
from netdiag.diagnosis.diagnose import Finding
from netdiag.diagnosis.story import Story
from netdiag.exchanges import CloseKind
from netdiag.report.build.bursts import bursts
from netdiag.report.build.subject import Subject
from netdiag.report.build.timeline import states
from netdiag.report.charts import Burst, Lane, Mark, MarkKind, Span

MOST_LANES = 80
"""More can't be looked at; they are divided among the findings, the first getting most."""

MOST_RETRANSMISSIONS = 8


def lanes(subject: Subject, findings: tuple[Finding, ...]) -> tuple[Lane, ...]:
    """Lanes of the findings' connections, finding by finding, in the order of their cases."""
    chosen = tuple(_chosen(findings))
    found = bursts(subject, distinct(np.array([story.connection for _, story in chosen], np.int64)))
    return tuple(_lane(subject, index, story, found) for index, story in chosen)


def _chosen(findings: tuple[Finding, ...]) -> Iterator[tuple[int, Story]]:
    """The cases that get a lane, each with the index of its finding."""
    room = MOST_LANES
    for index, finding in enumerate(findings):
        share = (
            room if index == len(findings) - 1 else max(room // 2, room - _left(findings, index))
        )
        cases = finding.cases[:share]
        room -= len(cases)
        yield from ((index, case.story) for case in cases)


def _left(findings: tuple[Finding, ...], index: int) -> int:
    """How many cases the findings after this one have."""
    return sum(len(finding.cases) for finding in findings[index + 1 :])


def _lane(
    subject: Subject, finding: int, story: Story, found: Mapping[int, tuple[Burst, ...]]
) -> Lane:
    scene, c = subject.scene, story.connection
    rows = slice(int(scene.connections.start[c]), int(scene.connections.stop[c]))
    times = scene.traffic.time_ns[rows]
    endings, table = scene.endings, scene.connections
    ended = max(int(endings.close[c]), int(endings.client_end[c]), int(table.server_rst[c])) >= 0
    to_ns = int(times.max()) if ended else scene.end_ns
    return Lane(
        connection=subject.connection_id(c),
        finding=finding,
        from_s=subject.since_start(int(times.min())),
        to_s=subject.since_start(to_ns),
        idle_from_s=_idle_from_s(subject, story),
        bursts=found[c],
        close_wait=_close_wait(subject, c),
        marks=tuple(_marks(subject, story)),
    )


def _idle_from_s(subject: Subject, story: Story) -> float | None:
    """When the idle time before the close began, or that before the request."""
    time_ns = subject.scene.time_ns
    if story.close >= 0 and story.idle_before_close_ns >= 0:
        return subject.since_start(time_ns(story.close) - story.idle_before_close_ns)
    if story.request >= 0 and story.idle_ns >= 0:
        return subject.since_start(time_ns(story.request) - story.idle_ns)
    return None


def _close_wait(subject: Subject, c: int) -> Span | None:
    history = states(subject, c)
    waiting = [row for row, (client, _) in history.items() if client is State.CLOSE_WAIT]
    if not waiting:
        return None
    after = [row for row in history if row > waiting[-1]]
    time_ns = subject.scene.time_ns
    until_ns = time_ns(min(after)) if after else subject.scene.end_ns
    return Span(subject.since_start(time_ns(waiting[0])), subject.since_start(until_ns))


def _marks(subject: Subject, story: Story) -> Iterator[Mark]:
    scene, c = subject.scene, story.connection
    table = scene.connections
    kinds: dict[int, MarkKind] = {}
    for rows, kind in (
        ((table.syn[c],), "syn"),
        ((table.server_fin[c], table.client_fin[c]), "fin"),
        ((table.server_rst[c], table.client_rst[c]), "rst"),
        (_retransmissions(story), "retransmission"),
        ((story.request,), "request"),
        ((story.close,), _KINDS[story.close_kind]),
        (() if story.reset is None else (story.reset.row,), "rst"),
    ):
        kinds |= {int(row): kind for row in rows if row >= 0}  # type: ignore[misc]  # the contract's words
    for row in sorted(kinds):
        yield Mark(
            at_s=subject.since_start(scene.time_ns(row)),
            kind=kinds[row],
            sender="client" if scene.traffic.from_client[row] else "server",
            capture=subject.capture(row),
            frame=subject.frame(row),
        )


_KINDS: dict[CloseKind, MarkKind] = {
    CloseKind.NONE: "fin",
    CloseKind.FIN: "fin",
    CloseKind.RST: "rst",
    CloseKind.CLOSE_NOTIFY: "close_notify",
    CloseKind.GOODBYE: "goodbye",
}


def _retransmissions(story: Story) -> list[int]:
    """The client's payload sent again after the request in question, the first few."""
    if story.request < 0:
        return []
    scene = story.scene
    traffic = scene.traffic
    rows = slice(story.request + 1, int(scene.connections.stop[story.connection]))
    again = traffic.from_client[rows] & (traffic.length[rows] > 1) & (traffic.new_bytes[rows] == 0)
    again &= (traffic.flags[rows] & Flag.RST) == 0
    found: list[int] = (np.flatnonzero(again)[:MOST_RETRANSMISSIONS] + story.request + 1).tolist()
    return found
