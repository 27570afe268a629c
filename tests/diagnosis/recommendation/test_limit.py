"""`client_limit`: below the timeout, with a margin whose parts add up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.diagnosis.recommendation import ClientLimit, client_limit, find_scope
from netdiag.diagnosis.recommendation.limit import (
    EVICTION_S,
    RESEND_S,
    least_timeout_s,
    round_down,
)
from tests.conversations import Conversation
from tests.messages import get
from tests.recorded import Examined, examine, names
from tests.scripted import Scripted, closed_when_idle, pooled, reused


def limit(found: Examined) -> ClientLimit | None:
    return client_limit(find_scope(found.scene, found.findings[0]))


def lost(idle_s: float) -> Conversation:
    """A request after so long that nothing answers."""
    talk = pooled().wait(idle_s).client.says(get("/x"), late=True)
    for _ in range(5):
        talk.wait(1).client.repeats(late=True)
    return talk


@pytest.mark.parametrize("name", names())
def test_parts_add_up_and_the_limit_stays_below(name: str) -> None:
    found = examine(name)
    for finding in found.findings:
        advised = client_limit(find_scope(found.scene, finding))
        if advised is None:
            continue
        assert 0 < advised.limit_s < advised.low_s <= advised.below_s
        assert sum(part.seconds for part in advised.parts) == pytest.approx(advised.margin_s)
        assert all(part.seconds >= 0 for part in advised.parts)
        needed = sum(part.seconds for part in advised.parts[1:-1])
        assert advised.limit_s + needed <= advised.low_s + 1e-9


@pytest.mark.parametrize(
    ("name", "limit_s"),
    [
        ("tomcat-stale-20s", 15),
        ("nginx-stale", 2),
        ("close-wait-leak", 2),
        ("mariadb-idle-reset", 2),
        ("silent-drop-client", 2),
        ("middlebox-reset-client", 2),
        ("lost-fin-server", 2),
        ("nginx-max-requests", None),
        ("server-restart", None),
        ("announced-close-ignored", None),
        ("server-crash-before-response", None),
        ("connection-refused", None),
    ],
)
def test_of_real_captures(name: str, limit_s: float | None) -> None:
    advised = limit(examine(name))
    assert (None if advised is None else advised.limit_s) == limit_s


def test_of_many_exact_closes(scripted: Scripted) -> None:
    talks = [reused(20, 3, client_port=40000 + i, start_s=i) for i in range(8)]
    advised = limit(scripted(*talks))
    assert advised is not None
    assert (advised.below_s, advised.limit_s, advised.bound_by) == (20, 15, "server")
    reasons = {part.reason: part for part in advised.parts}
    assert reasons["eviction"].seconds == EVICTION_S
    assert not reasons["eviction"].measured
    assert reasons["jitter"].seconds == pytest.approx(RESEND_S, abs=0.01)
    assert reasons["round-trip"].measured
    assert advised.tolerance_s == pytest.approx(advised.low_s - 15)


def test_one_close_leaves_more_doubt_than_many(scripted: Scripted) -> None:
    """One in the middle of a second may be that of a timer that looks only now and then."""
    one = limit(scripted(reused(20.4, 3)))
    assert one is not None
    assert one.low_s == pytest.approx(least_timeout_s(20), abs=0.01)
    assert one.limit_s == 13


def test_an_earlier_close_of_a_case_counts(scripted: Scripted) -> None:
    """Two timers behind one address: the limit must suit the shorter one."""
    long = [closed_when_idle(60, client_port=41000 + i).client.fin() for i in range(5)]
    advised = limit(scripted(*long, reused(10, 3)))
    assert advised is not None
    assert advised.below_s == pytest.approx(10, abs=0.1)
    assert advised.limit_s < 10


def test_what_forgets_connections_lies_between_what_lived_and_what_did_not(
    scripted: Scripted,
) -> None:
    alive = pooled(2, 200, client_port=41000)
    advised = limit(scripted(lost(300), alive))
    assert advised is not None
    assert (advised.bound_by, advised.limit_s) == ("path", 190)
    assert advised.low_s == pytest.approx(200, abs=0.1)


def test_where_nothing_comparable_lived_half_is_taken(scripted: Scripted) -> None:
    advised = limit(scripted(lost(300), pooled(2, 5, client_port=41000)))
    assert advised is not None
    assert advised.low_s == pytest.approx(150, abs=0.1)


def test_timeouts_too_short_for_a_margin_have_no_limit(scripted: Scripted) -> None:
    assert limit(scripted(reused(0.4, 3))) is None


@pytest.mark.parametrize(
    ("seconds", "rounded"),
    [
        *((3599, 3540), (349, 340), (73.4, 70), (17.9, 15), (14.9, 14), (3.7, 3), (1.9, 1.5)),
        *((0.97, 0.9), (0.1, 0.1), (0.09, 0), (-3, 0), (15, 15), (2, 2)),
    ],
)
def test_round_numbers(seconds: float, rounded: float) -> None:
    assert round_down(seconds) == rounded


@given(st.floats(0.1, 100_000))
def test_rounding_never_rounds_up_nor_below_half(seconds: float) -> None:
    assert seconds / 2 - 0.05 <= round_down(seconds) <= seconds + 1e-6


@pytest.mark.parametrize(
    ("gap_s", "least_s"), [(3.0, 1.9), (2.0, 0.9), (40.5, 30), (162, 120), (0.5, 0)]
)
def test_the_coarsest_timers_seen(gap_s: float, least_s: float) -> None:
    assert least_timeout_s(gap_s) == pytest.approx(least_s)


def test_how_late_a_client_evicts_may_be_seen(scripted: Scripted) -> None:
    """On its connections to another server, each of which it closes after 60.0 to 60.4 s."""
    evicted = [
        pooled(port=81, client_port=41000 + i, start_s=i).wait(60 + 0.1 * (i % 5)).client.fin()
        for i in range(12)
    ]
    stale = [reused(20, 3, client_port=40000 + i, start_s=i) for i in range(8)]
    found = scripted(*stale, *(talk.server.fin().client.acks() for talk in evicted))
    (timeout,) = found.scene.timeouts.clients.values()
    assert timeout.confidence == "high"
    advised = limit(found)
    assert advised is not None
    (part,) = (part for part in advised.parts if part.reason == "eviction")
    assert (part.seconds, part.measured) == (timeout.granularity_s, True)
