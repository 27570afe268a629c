"""What the capture has that a log may mention: `find_events`, `find_requests`, `find_span`.

From the findings and the exchanges. Failures that harmed a request, or will once the client tries
to use the connection, are events; requests are those of the servers concerned.
"""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from netdiag.decode.marks import Mark
from netdiag.diagnosis.case import Case
from netdiag.diagnosis.diagnose import Finding
from netdiag.diagnosis.retries import find_retry
from netdiag.diagnosis.story import Story
from netdiag.exchanges.heads import start_line
from netdiag.logs.event import Event, Request
from netdiag.logs.match import Span
from netdiag.logs.read import Wanted
from netdiag.report.build.occurrences import fails_later, symptom_kind
from netdiag.report.build.subject import Subject

MOST_EVENTS = 5_000
MOST_REQUESTS = 20_000
"""Those nearest in time to a failure."""


def find_events(subject: Subject, findings: tuple[Finding, ...]) -> tuple[Event, ...]:
    """The failures that somebody may have logged, in the order of the report."""
    events = [
        _event(subject, case, number, place)
        for number, finding in enumerate(findings)
        for place, case in enumerate(finding.cases)
        if case.claim.harmed or case.story.refused or fails_later(case.story)
    ]
    return tuple(events[:MOST_EVENTS])


def _event(subject: Subject, case: Case, finding: int, occurrence: int) -> Event:
    story = case.story
    time_ns, late_ns = _noticed(story)
    client, _, client_port = subject.client(story.connection).rpartition(":")
    server, _, server_port = subject.server(story.connection).rpartition(":")
    method, target = _request_line(subject, story.request)
    retry = find_retry(story) if case.claim.harmed else None
    return Event(
        finding=finding,
        occurrence=occurrence,
        time_ns=time_ns,
        late_ns=late_ns,
        kind=symptom_kind(story),
        client=client.strip("[]"),
        client_port=int(client_port),
        server=server.strip("[]"),
        server_port=int(server_port),
        method=method,
        target=target,
        request_ns=story.scene.time_ns(story.request) if story.request >= 0 else None,
        absorbed=retry is not None and retry.outcome == "answered",
    )


def _noticed(story: Story) -> tuple[int, int]:
    """When the client could notice, and how much later it may have; nanoseconds.

    What it had been told before it sent the request it finds as soon as it reads. Silence ends when
    it gives up, which its own close shows. A connection that was reset while it lay idle fails
    whenever it is used.
    """
    scene, c = story.scene, story.connection
    if story.refused:
        return scene.time_ns(int(scene.connections.server_rst[c])), 0
    if story.request < 0:
        at = scene.time_ns(story.close)
        return at, max(scene.end_ns - at, 0)
    asked = scene.time_ns(story.request)
    if story.told and story.after_close:
        return asked, 0
    signs = [story.close, *(reset.row for reset in (story.reset, story.forged) if reset)]
    later = [scene.time_ns(row) for row in signs if row > story.request]
    if later:
        return min(later), 0
    end = int(scene.endings.client_end[c])
    if max(signs) < 0 and end <= story.request:
        return asked, max(scene.end_ns - asked, 0)
    return (asked if max(signs) >= 0 else scene.time_ns(end)), 0


def _request_line(subject: Subject, row: int) -> tuple[bytes, bytes]:
    """Method and target of an HTTP/1 request; empty where it is none, or was cut."""
    scene = subject.scene
    if row < 0 or scene.mark(row) != Mark.HTTP_REQUEST:
        return b"", b""
    words = start_line(scene.sample(row)).split(b" ")
    return (words[0], words[1]) if len(words) == 3 else (b"", b"")


def find_requests(
    subject: Subject, findings: tuple[Finding, ...], events: tuple[Event, ...]
) -> tuple[Request, ...]:
    """The requests of the servers at which requests were harmed, in the order of their times."""
    scene = subject.scene
    harmed = {
        findings[event.finding].cases[event.occurrence].story.exchange: index
        for index, event in enumerate(events)
        if event.target
    }
    if not harmed:
        return ()
    chosen = _near(subject, np.array(sorted(harmed), np.int64))
    exchanges = scene.exchanges
    requests = []
    for exchange in chosen.tolist():  # at most MOST_REQUESTS
        row, end = int(exchanges.request[exchange]), int(exchanges.response_end[exchange])
        status = scene.status(int(exchanges.response[exchange]))
        event = harmed.get(exchange)
        method, target = _request_line(subject, row)
        if target and (event is not None or status is not None):
            time_ns = scene.time_ns(row)
            end_ns = scene.time_ns(end) if end >= 0 else time_ns
            server = subject.server(int(exchanges.connection[exchange]))
            requests.append(Request(time_ns, end_ns, server, method, target, status, event))
    return tuple(sorted(requests, key=lambda request: request.time_ns))


def _near(
    subject: Subject, harmed: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Rows of `Exchanges`: HTTP/1 requests, the nearest in time to harmed ones; int64."""
    scene = subject.scene
    exchanges = scene.exchanges
    asks = scene.traffic.mark[exchanges.request] == Mark.HTTP_REQUEST
    rows = np.flatnonzero(asks & scene.considered[exchanges.connection])
    if len(rows) <= MOST_REQUESTS:
        return np.union1d(rows, harmed)
    times = scene.traffic.time_ns[exchanges.request[rows]]
    marks = np.sort(scene.traffic.time_ns[exchanges.request[harmed]])
    place = np.searchsorted(marks, times)
    after = np.abs(marks[np.minimum(place, len(marks) - 1)] - times)
    before = np.abs(marks[np.maximum(place - 1, 0)] - times)
    order = np.argsort(np.minimum(after, before), kind="stable")[:MOST_REQUESTS]
    return np.union1d(rows[order], harmed)


def find_span(subject: Subject) -> Span:
    """What of the world the capture shows."""
    scene = subject.scene
    times = scene.traffic.time_ns
    servers = [scene.addresses.text(int(s)) for s in np.unique(scene.connections.server)]
    parts = [server.rpartition(":") for server in servers]
    endpoints = frozenset((host.strip("[]"), int(port)) for host, _, port in parts)
    first = int(times.min()) if len(times) else 0
    return Span(first, scene.end_ns, endpoints, frozenset(port for _, port in endpoints))


def find_wanted(subject: Subject, requests: tuple[Request, ...]) -> Wanted:
    """What the capture asks of a log."""
    span = find_span(subject)
    year = datetime.fromtimestamp(min(max(span.first_ns, 0) / 1e9, 253_402_300_799), UTC).year
    return Wanted(span.first_ns, span.last_ns, year, frozenset(request.key for request in requests))
