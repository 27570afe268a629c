"""A limit of requests is the same number on several connections, which nothing gets past."""

from __future__ import annotations

from netdiag.timeouts import Reason, request_limits
from netdiag.timeouts.request_limit import completed_exchanges
from tests.conversations import Conversation, Recorder, endpoint
from tests.messages import get, ok
from tests.timeouts.test_reasons import closed, used


def test_each_server_has_its_own_limit(record: Recorder) -> None:
    talks = []
    for server, requests in (("10.0.0.2", 3), ("10.0.0.3", 5)):
        for i in range(2):
            talk = Conversation(server=server, client_port=40000 + i, start_s=i * 10).handshake()
            for _ in range(requests):
                talk.asks(get(), ok())
            talks.append(closed(talk))
    heard = record(*talks)
    limited_ = heard.reason == Reason.REQUEST_LIMIT
    limits = request_limits(heard.connections, heard.endings, limited_)
    assert limits == {endpoint("10.0.0.2", 80): 3, endpoint("10.0.0.3", 80): 5}


def test_completed_exchanges_are_those_before_the_close(record: Recorder) -> None:
    stale = closed(used(client_port=1).asks(get("/2"), ok()).wait(5))
    stale.client.says(get("/stale")).server.resets()
    unused = Conversation(client_port=2).handshake()
    heard = record(stale, unused)
    completed = completed_exchanges(heard.endings)
    assert completed[heard.connection(stale)] == 2
    assert completed[heard.connection(unused)] == 0
