"""`find_scope`: the requests of a finding's clients to its server."""

from __future__ import annotations

from netdiag.diagnosis.recommendation import Scope, find_scope
from netdiag.diagnosis.scene import UNKNOWN_ROUND_TRIP_NS
from tests.conversations import STEP_NS, Conversation
from tests.messages import get, ok
from tests.recorded import Examined, examine
from tests.scripted import Scripted, pooled, reused


def scope(found: Examined) -> Scope:
    return find_scope(found.scene, found.findings[0])


def test_only_these_clients_and_this_server(scripted: Scripted) -> None:
    found = scope(
        scripted(
            reused(5, 3),
            pooled(3, 1, client_port=40001),
            pooled(3, 1, client="10.0.0.9"),
            pooled(3, 1, server="10.0.0.8", client_port=40002),
        )
    )
    assert len(found.connections) == 2
    assert len(found.exchanges) == len(found.idle_ns) == 2 + 3
    assert (found.idle_ns < 0).sum() == 2


def test_longer_is_longer_than_the_limit_and_a_reuse_at_once_is_one(scripted: Scripted) -> None:
    at_once = pooled(client_port=40001)
    at_once.now_ns -= 2 * STEP_NS  # the answer's own time
    found = scope(scripted(reused(5, 3), at_once.asks(get(), ok())))
    assert sorted(found.idle_ns.tolist())[:3] == [-1, -1, 0]
    longest_ns = int(found.idle_ns.max())
    assert found.longer(-1, 0, longest_ns - 1, longest_ns) == [2, 1, 1, 0]


def test_a_tunnel_has_no_requests(scripted: Scripted) -> None:
    tunnel = Conversation(client_port=40001).handshake()
    tunnel.asks(get("a:1", "CONNECT"), b"HTTP/1.1 200 OK\r\n\r\n").asks(b"x", b"y")
    assert len(scope(scripted(reused(5, 3), tunnel)).connections) == 1


def test_its_time_and_its_round_trip(scripted: Scripted) -> None:
    found = scope(scripted(reused(5, 3), pooled(client="10.0.0.9", start_s=100)))
    assert 8 < found.span_ns / 1e9 < 8.1
    assert found.round_trip_known
    assert found.round_trip_ns < 1_000_000


def test_a_round_trip_that_nobody_saw(scripted: Scripted) -> None:
    found = scope(scripted(reused(5, 3), edit=lambda packets: packets[3:]))
    assert not found.round_trip_known
    assert found.round_trip_ns == UNKNOWN_ROUND_TRIP_NS


def test_harmed_requests_and_their_retries() -> None:
    found = scope(examine("httpclient-default-retry"))
    assert len(found.harmed) == 4
    assert len(found.retries) == 3
    assert not scope(examine("mariadb-idle-reset")).harmed
