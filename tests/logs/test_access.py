"""Whether requests reached the server, by its access log."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from netdiag.logs.access import NOBODYS, find_in_access
from netdiag.logs.entry import AccessLine
from netdiag.logs.event import Request
from tests.logs.making import NOON, SECOND, stamp

ENDPOINT = "10.0.0.5:8080"
TIMES = [0.0, 2.3, 7.9, 8.8, 15.2, 19.1]
HARMED = 3


def request(number: int, at_s: float, **changes: object) -> Request:
    time_ns = NOON + round(at_s * SECOND)
    made = Request(time_ns, time_ns + 10**7, ENDPOINT, b"GET", b"/%d" % number, 200, None)
    return replace(made, **changes)  # type: ignore[arg-type]


REQUESTS = [request(number, at) for number, at in enumerate(TIMES)]
REQUESTS[HARMED] = replace(REQUESTS[HARMED], status=None, event=0)


def line(number: int, skew_s: float = 0.0, status: int = 200) -> AccessLine:
    at = stamp(TIMES[number] + skew_s, SECOND)
    whole = replace(at, time_ns=at.time_ns // SECOND * SECOND)
    return AccessLine(number + 1, whole, b"GET", b"/%d" % number, status)


@pytest.mark.parametrize("skew_s", [-7200, -37.2, 0, 3600])
def test_a_request_that_never_arrived(skew_s: float) -> None:
    lines = [line(number, skew_s) for number in range(6) if number != HARMED]
    found = find_in_access(lines, REQUESTS, None)
    assert (found.server, found.found, found.answered) == (ENDPOINT, 5, 5)
    (sighting,) = found.sightings
    assert (sighting.line, sighting.found, sighting.neighbours) == (None, 5, 5)
    assert sighting.is_telling


def test_a_request_that_arrived() -> None:
    found = find_in_access([line(number) for number in range(6)], REQUESTS, None)
    assert found.sightings[0].line == HARMED


def test_a_retry_has_the_line_rather_than_the_request_that_failed() -> None:
    retry = request(HARMED, TIMES[HARMED] + 0.01)
    found = find_in_access([line(number) for number in range(6)], [*REQUESTS, retry], None)
    assert found.sightings[0].line is None
    assert found.sightings[0].is_telling


def test_where_few_are_in_the_log_a_missing_line_means_nothing() -> None:
    found = find_in_access([line(number) for number in (0, 1, 2)], REQUESTS, None)
    assert found.sightings[0].line is None
    assert not found.sightings[0].is_telling


def test_of_two_servers_the_one_whose_status_fits_wrote_it() -> None:
    front = [replace(each, server="10.0.0.4:80", event=None, status=200) for each in REQUESTS]
    front[HARMED] = replace(front[HARMED], status=502)
    lines = [line(n, status=502 if n == HARMED else 200) for n in range(6)]
    assert find_in_access(lines, [*REQUESTS, *front], None).server == "10.0.0.4:80"
    assert (
        find_in_access([*lines[:HARMED], *lines[HARMED + 1 :]], [*REQUESTS, *front], None).server
        == ENDPOINT
    )


def test_a_log_of_somebody_else_is_nobodys() -> None:
    later = [replace(each, status=404) for each in map(line, range(6))]
    assert find_in_access(later, REQUESTS, None) == NOBODYS
    assert find_in_access([], REQUESTS, None) == NOBODYS
