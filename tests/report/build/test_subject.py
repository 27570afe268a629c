"""`Subject`: what the builders look things up in."""

from __future__ import annotations

import numpy as np

from tests.recorded import examine


def test_frames_and_times_of_rows() -> None:
    subject = examine("stale-nanosecond").subject
    rows = range(len(subject.scene.traffic))
    assert sorted(subject.frame(row) for row in rows) == [row + 1 for row in rows]
    assert all(len(subject.time(row)) == len("2017-05-12T11:39:02.123456789Z") for row in rows)


def test_a_capture_of_microseconds_claims_no_more() -> None:
    subject = examine("nginx-stale").subject
    assert len(subject.time(0)) == len("2017-05-12T11:39:02.123456Z")


def test_places_are_the_same_remembered_or_not() -> None:
    remembered, subject = (examine("stale-nanosecond").subject for _ in range(2))
    rows = np.arange(len(subject.scene.traffic))
    remembered.remember_places(rows[::2])
    for row in rows.tolist():
        place = remembered.place(row)
        seen = (place.frame, place.capture, place.time)
        assert seen == (subject.frame(row), subject.capture(row), subject.time(row))


def test_connections_are_named_in_the_order_of_the_capture() -> None:
    subject = examine("nginx-stale").subject
    starts = subject.scene.connections.start
    first_frames = {
        subject.connection_id(c): subject.frame(int(starts[c])) for c in range(len(starts))
    }
    ordered = sorted(first_frames, key=lambda name: int(name[1:]))
    assert ordered[0] == "c1"
    assert [first_frames[name] for name in ordered] == sorted(first_frames.values())


def test_endpoints_of_ipv6_have_brackets() -> None:
    subject = examine("stale-ipv6").subject
    assert subject.server(0) == "[2001:db8:2::2]:18080"
    assert subject.client(0).startswith("[2001:db8:1::2]:")


def test_rows_know_their_capture() -> None:
    subject = examine("rotated-1", "rotated-2").subject
    assert {subject.capture(row) for row in range(len(subject.scene.traffic))} == {0, 1}
    names = [subject.frame_name(row) for row in range(len(subject.scene.traffic))]
    assert {name.split(":")[0] for name in names} == {"1", "2"}
    alone = examine("rotated-1").subject
    assert alone.frame_name(0) == str(alone.frame(0))


def test_user_agents() -> None:
    subject = examine("tomcat-stale-20s").subject
    assert "HttpClient" in str(subject.user_agent(0))
    assert examine("redis-timeout").subject.user_agent(0) == "redis-py"
    assert examine("postgresql-idle-session").subject.user_agent(0) is None


def test_many_places_at_once() -> None:
    subject = examine("rotated-1", "rotated-2").subject
    rows = np.arange(len(subject.scene.traffic))
    assert [(place.frame, place.capture, place.time) for place in subject.places(rows)] == [
        (subject.frame(row), subject.capture(row), subject.time(row)) for row in rows.tolist()
    ]
