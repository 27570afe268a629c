"""What the capture has that a log may mention."""

from __future__ import annotations

import pytest

from netdiag.report.build.log_events import find_events, find_requests, find_span, find_wanted
from tests.recorded import examine, names, recorded


@pytest.mark.parametrize(
    "name",
    [
        "logs-java",
        "logs-python",
        "logs-nginx",
        "race-client",
        "silent-drop-client",
        "tomcat-stale-20s",
    ],
)
def test_every_harmed_request_is_one(name: str) -> None:
    found = examine(name)
    events = find_events(found.subject, found.findings)
    assert len(events) == recorded(name).truth["occurrences"]
    assert all(event.request_ns is not None for event in events)


def test_when_a_failure_is_noticed() -> None:
    found = examine("logs-java")
    events = find_events(found.subject, found.findings)
    assert all(event.time_ns == event.request_ns for event in events), "its FIN was there before"
    found = examine("logs-python")
    events = find_events(found.subject, found.findings)
    waits = [(event.time_ns - (event.request_ns or 0)) / 1e9 for event in events]
    assert waits == pytest.approx([0.2] * 6, abs=0.02), "the server closes after 0.2 s"


def test_silence_ends_when_the_client_gives_up() -> None:
    found = examine("silent-drop-client")
    for event in find_events(found.subject, found.findings):
        assert event.kind == "timeout"
        assert event.request_ns is not None
        assert event.time_ns > event.request_ns or event.late_ns > 0


def test_a_connection_reset_while_idle_fails_later() -> None:
    found = examine("mariadb-idle-reset")
    events = find_events(found.subject, found.findings)
    assert events
    assert all(event.request_ns is None and event.late_ns >= 0 for event in events)


def test_refusals_are_events_too() -> None:
    found = examine("connection-refused")
    assert {event.kind for event in find_events(found.subject, found.findings)} == {"refused"}


def test_requests_are_those_with_a_start_line() -> None:
    found = examine("logs-java")
    events = find_events(found.subject, found.findings)
    requests = find_requests(found.subject, found.findings, events)
    assert sum(request.event is not None for request in requests) == 7
    assert sum(request.status == 200 for request in requests) == 14
    assert [r.time_ns for r in requests] == sorted(r.time_ns for r in requests)
    wanted = find_wanted(found.subject, requests)
    assert b"POST /?worker=0&request=2" in wanted.requests
    assert wanted.year == 2026


def test_what_tls_hides_is_no_request() -> None:
    found = examine("nginx-tls13-stale")
    events = find_events(found.subject, found.findings)
    assert {event.target for event in events} == {b""}
    assert find_requests(found.subject, found.findings, events) == ()


@pytest.mark.parametrize("name", names()[::20])
def test_the_span_is_that_of_the_capture(name: str) -> None:
    found = examine(name)
    span = find_span(found.subject)
    assert span.first_ns <= span.last_ns
    assert span.ports == {port for _, port in span.endpoints}
