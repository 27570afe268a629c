"""`find_retrying`: what a retry hides, would hide, and must not touch."""

from __future__ import annotations

import pytest

from netdiag.diagnosis.recommendation import Retrying, find_retrying, find_scope
from tests.messages import get
from tests.recorded import Examined, examine
from tests.scripted import Scripted, closed_when_idle


def sorted_(found: Examined) -> Retrying:
    return find_retrying(find_scope(found.scene, found.findings[0]))


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"])
def test_idempotent_methods(scripted: Scripted, method: str) -> None:
    talk = closed_when_idle().wait(3).client.says(get("/", method)).server.resets()
    assert sorted_(scripted(talk)) == Retrying(1, {}, 0, 0, 0)


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_methods_that_are_not(scripted: Scripted, method: str) -> None:
    talk = closed_when_idle().wait(3).client.says(get("/", method)).server.resets()
    assert sorted_(scripted(talk)) == Retrying(0, {method: 1}, 0, 0, 0)


def test_an_idempotency_key_may_make_it_safe(scripted: Scripted) -> None:
    request = b"POST / HTTP/1.1\r\nHost: a\r\nIdempotency-Key: 7\r\nContent-Length: 0\r\n\r\n"
    talk = closed_when_idle().wait(3).client.says(request).server.resets()
    assert sorted_(scripted(talk)) == Retrying(0, {}, 1, 0, 0)


def test_what_cannot_be_read_is_not_known() -> None:
    assert sorted_(examine("nginx-tls13-stale")) == Retrying(0, {}, 4, 1, 0)
    assert sorted_(examine("redis-timeout")).unknown == 4


def test_a_real_client_that_retries() -> None:
    assert sorted_(examine("httpclient-default-retry")) == Retrying(3, {"POST": 1}, 0, 3, 0)


def test_nothing_harmed_nothing_to_retry() -> None:
    assert sorted_(examine("close-wait-leak")) == Retrying(0, {}, 0, 0, 0)


def test_silence_is_waited_for() -> None:
    assert sorted_(examine("silent-drop-client")).waited == 4
    assert sorted_(examine("httpd-stale")).waited == 0  # the FIN had told it
