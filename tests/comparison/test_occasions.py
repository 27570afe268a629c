"""Occasions, and what became of each."""

from __future__ import annotations

from collections import Counter

import numpy as np

from netdiag.comparison.harm import find_harm
from netdiag.comparison.occasions import Fate, Occasions, find_occasions
from tests.conversations import Conversation
from tests.messages import ok
from tests.recorded import Examined, examine
from tests.scripted import Scripted, closed_when_idle, pooled, reused


def occasions(found: Examined) -> Occasions:
    mine = found.scene.considered & found.scene.is_first_leg
    return find_occasions(found.scene, find_harm(found.findings).reuses, mine)


def fates(found: Examined, idle_s: float = 1.0) -> Counter[str]:
    seen = occasions(found)
    chosen = seen.longer_than(round(idle_s * 1e9))
    return Counter(Fate(fate).name for fate in seen.fate[chosen].tolist())


def later(start_s: float, **ends: object) -> Conversation:
    return pooled(client_port=45000, start_s=start_s, **ends)


def test_a_reuse_is_one(scripted: Scripted) -> None:
    assert fates(scripted(pooled().wait(5).client.says(b"GET /").server.says(ok()))) == {
        "ANSWERED": 1
    }
    assert fates(scripted(reused())) == {"HARMED": 1}


def test_a_client_that_ends_it_first(scripted: Scripted) -> None:
    left = pooled().wait(2).client.fin().server.fin().client.acks()
    assert fates(scripted(left, later(9))) == {"EXPIRED": 1}
    (idle_ns,) = occasions(scripted(left, later(9))).idle_ns
    assert abs(idle_ns / 1e9 - 9) < 0.01


def test_a_client_that_looks_before_use(scripted: Scripted) -> None:
    left = closed_when_idle(5).wait(4).client.fin().server.acks()
    found = scripted(left, later(9.001))
    assert fates(found) == {"CHECKED": 1}
    assert occasions(found).at_checkout.all()


def test_a_client_that_heeds_the_close(scripted: Scripted) -> None:
    left = closed_when_idle(5).client.fin().server.acks()
    assert fates(scripted(left, later(9))) == {"NOTICED": 1}


def test_connections_that_were_never_kept(scripted: Scripted) -> None:
    left = pooled().client.fin().server.fin().client.acks()
    assert fates(scripted(left, later(9))) == {"NOT_KEPT": 1}


def test_nobody_elses_connection_stands_for_it(scripted: Scripted) -> None:
    left = pooled().wait(2).client.fin().server.fin().client.acks()
    assert not fates(scripted(left, later(9, client="10.0.0.99")))
    assert not fates(scripted(left, later(9, server="10.0.0.99")))


def test_a_retry_is_no_occasion_of_its_own(scripted: Scripted) -> None:
    left = pooled(client_port=44000).wait(2).client.fin().server.fin().client.acks()
    stale = reused(5, 3)
    again = Conversation(client_port=46000, start_s=8.01).handshake()
    again.client.says(b"GET /stale HTTP/1.1\r\nHost: a\r\n\r\n").server.says(ok())
    seen = fates(scripted(stale, left, again))
    assert seen == {"HARMED": 1}


def test_recorded_clients() -> None:
    assert fates(examine("requests-near-miss"), 2.5)["CHECKED"] == 7
    assert fates(examine("go-client-near-miss"), 2.5)["NOTICED"] == 2
    assert fates(examine("cure-by-limit"), 3.0)["EXPIRED"] == 18
    assert fates(examine("cure-at-server"), 3.0)["ANSWERED"] == 20
    assert not fates(examine("connection-close-honoured"), 1.0)["EXPIRED"]


def of(times_s: list[float], idle_s: list[float], harmed: list[bool]) -> Occasions:
    count = len(times_s)
    return Occasions(
        server=np.ones(count, np.uint64),
        client=np.ones(count, np.uint64),
        time_ns=np.array([round(t * 1e9) for t in times_s]),
        idle_ns=np.array([round(t * 1e9) for t in idle_s]),
        fate=np.where(harmed, Fate.HARMED, Fate.ANSWERED).astype(np.uint8),
        absorbed=np.zeros(count, bool),
        at_checkout=np.zeros(count, bool),
    )


def test_what_one_pause_brings_about_is_one_moment() -> None:
    burst = of([100.1, 100.2, 100.3], [50.0, 50.1, 50.1], [True, True, False])
    every = np.ones(3, bool)
    assert burst.moments(every) == (1, 1, 1)
    assert of([100.1, 110.2, 120.3], [50] * 3, [True, False, False]).moments(every) == (3, 1, 1)
    assert burst.moments(~every) == (0, 0, 0)
