"""`replay`: what a limit would have changed."""

from __future__ import annotations

import pytest

from netdiag.diagnosis.recommendation import Replay, find_scope, replay
from tests.conversations import STEP_NS, Conversation
from tests.messages import get, ok
from tests.recorded import Examined, examine
from tests.scripted import Scripted, pooled, reused


def tried(found: Examined, limit_s: float) -> Replay:
    return replay(find_scope(found.scene, found.findings[0]), limit_s)


def test_reuses_beyond_the_limit_would_not_have_been(scripted: Scripted) -> None:
    found = tried(scripted(reused(5, 3), reused(5, 20, client_port=40001)), 10)
    assert (found.harmed, found.prevented, found.any_harmed) == (2, 1, True)


def test_each_long_gap_costs_a_connection(scripted: Scripted) -> None:
    quick, slow = pooled(4, 1, client_port=40001), pooled(4, 4, client_port=40002)
    found = tried(scripted(reused(5, 3), quick, slow), 3)
    assert found.requests == 2 + 4 + 4
    assert found.new_connections == 1 + 3
    assert found.near_misses == 3
    assert found.within == 3


def test_a_reuse_at_once_is_one(scripted: Scripted) -> None:
    at_once = pooled(client_port=40001)
    at_once.now_ns -= 2 * STEP_NS  # the answer's own time
    found = tried(scripted(reused(5, 3), at_once.asks(get(), ok())), 3)
    assert (found.within, found.new_connections) == (1, 1)


def test_a_retry_on_a_new_connection_had_cost_one_already(scripted: Scripted) -> None:
    again = Conversation(client_port=41000, start_s=8.01).handshake().asks(get("/stale"), ok())
    assert tried(scripted(reused(5, 3)), 3).new_connections == 1
    assert tried(scripted(reused(5, 3), again), 3).new_connections == 0


def test_a_retry_on_another_pooled_connection_had_not(scripted: Scripted) -> None:
    other = pooled(client_port=41000, start_s=7).at(8.01).asks(get("/stale"), ok())
    assert tried(scripted(reused(5, 3), other), 3).new_connections == 1


def test_the_rate_is_that_of_the_connections_time(scripted: Scripted) -> None:
    slow = pooled(31, 4, client_port=40002)
    found = tried(scripted(reused(5, 3), slow), 3)
    assert found.per_minute == pytest.approx(31 / 2, rel=0.05)


def test_without_a_harmed_request_connections_are_counted() -> None:
    found = tried(examine("mariadb-idle-reset"), 1.5)
    assert (found.any_harmed, found.harmed, found.prevented) == (False, 4, 4)
    assert tried(examine("mariadb-idle-reset"), 100).prevented == 0


def test_a_longer_limit_never_prevents_more() -> None:
    found = [tried(examine("tomcat-stale-20s"), limit_s) for limit_s in (1, 15, 22, 28, 40)]
    counts = [(one.prevented, one.new_connections) for one in found]
    assert counts == sorted(counts, reverse=True)
    assert (counts[1][0], counts[-1]) == (6, (0, 0))
