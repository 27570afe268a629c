"""Exchanges that a failure elsewhere may be compared with are found before anybody knows of it."""

from __future__ import annotations

import numpy as np

from netdiag.decode.aside import Folds
from netdiag.exchanges.bystanders import find_bystanders
from netdiag.exchanges.folding import see
from netdiag.exchanges.observed import Observed
from tests.conversations import Conversation, Heard, listen
from tests.messages import get, ok
from tests.scripted import pooled


def bystanders(heard: Heard) -> set[str]:
    """The requests of those that are found."""
    seen = observed(heard)
    rows = seen.exchanges.request[find_bystanders(seen)]
    return {str(heard.name(int(row))) for row in rows}


def observed(heard: Heard) -> Observed:
    exchanges, table = heard.exchanges, heard.connections
    stop = table.stop[exchanges.connection]
    same = exchanges.connection[1:] == exchanges.connection[:-1]
    stop[:-1][same] = exchanges.request[1:][same]
    return Observed(heard.traffic, table, exchanges, heard.samples, stop)


def other(*paths: str, start_s: float = 2, **ends: object) -> Conversation:
    """Another connection with requests half a second apart."""
    talk = Conversation(client_port=40001, start_s=start_s, **ends)  # type: ignore[arg-type]
    talk.handshake()
    for path in paths:
        talk.asks(get(path), ok()).wait(0.5)
    return talk.wait(60)


def failed(path: str = "/lost") -> Conversation:
    """The request that fails is sent at 1 s, and its connection reset at 3 s."""
    return pooled().wait(1).client.says(get(path)).wait(2).server.resets().wait(60)


def test_none_without_a_failure() -> None:
    assert bystanders(listen(pooled(3), other("/a", "/a", "/a"))) == set()


def test_the_next_requests_alike_after_the_request_and_after_the_reset() -> None:
    paths = [f"/{number}" for number in range(8)]
    talk = other(*paths, "/lost", "/lost", "/lost", start_s=1.2)
    found = bystanders(listen(failed(), talk.client.says(get("/end"))))
    assert {name for name in found if "/lost" in name} == {"GET /lost HTTP/1.1"}
    rows = listen(failed(), talk)
    assert len(rows.exchanges) > len(found)


def test_those_of_another_client_or_server_are_not_alike() -> None:
    for ends in ({"client": "10.0.0.7"}, {"server": "10.0.0.8"}):
        found = bystanders(listen(failed("/x"), other("/x", "/y", start_s=5, **ends)))
        assert "GET /y HTTP/1.1" not in found


def test_exchanges_that_were_open_when_the_request_was_sent() -> None:
    front = Conversation(client_port=40001).handshake().asks(get("/before"), ok()).wait(0.9)
    front.client.says(get("/open")).wait(1).server.says(ok()).client.acks()
    front.wait(2).asks(get("/after"), ok()).wait(60)
    found = bystanders(listen(failed(), front))
    assert "GET /open HTTP/1.1" in found
    assert not found & {"GET /before HTTP/1.1", "GET /after HTTP/1.1"}


def test_exchanges_that_were_open_when_a_connection_was_refused() -> None:
    front = Conversation(client_port=40001).handshake()
    front.client.says(get("/open")).wait(1).server.says(ok()).client.acks().wait(9)
    refused = Conversation(start_s=0.5).client.syn().server.aborts()
    assert bystanders(listen(front, refused)) == {"GET /open HTTP/1.1"}


def test_everything_since_a_request_that_still_waits() -> None:
    waiting = pooled().wait(1).client.says(get("/wait"))
    found = bystanders(listen(waiting, other("/a", "/b", start_s=0.8)))
    assert found == {"GET /wait HTTP/1.1", "GET /b HTTP/1.1"}


def test_others_without_tables_are_found_as_those_with_tables_are() -> None:
    lost, paths = failed(), ["/a", "/lost", "/b", "/lost", "/lost", "/lost"]
    heard = listen(lost, other(*paths, start_s=0.8))
    every = observed(heard)
    of_others = every.exchanges.connection == every.exchanges.connection[-1]
    assert 0 < find_bystanders(every)[of_others].sum() < of_others.sum()
    of_lost = np.array([packet in lost.packets for packet in heard.packets])
    tables = see(heard.segments.take(of_lost), Folds.empty()).observed(heard.samples)
    np.testing.assert_array_equal(
        find_bystanders(tables, every.requests.take(of_others)),
        find_bystanders(every)[of_others],
    )
