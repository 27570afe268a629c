"""Tunnels through HTTP proxies."""

from __future__ import annotations

import pytest

from tests.conversations import Conversation
from tests.messages import CLIENT_HELLO, SERVER_HELLO, data, get, head, ok
from tests.scripted import Scripted

CONNECT = head("CONNECT shop.example:443 HTTP/1.1", "Host: shop.example:443")
ESTABLISHED = head("HTTP/1.0 200 Connection established")
"""As tinyproxy and others say it; such a version announces a close everywhere else."""


def tunnel(answer: bytes = ESTABLISHED) -> Conversation:
    return Conversation().handshake().asks(CONNECT, answer)


def ended_and_used(talk: Conversation, request: bytes) -> Conversation:
    talk.wait(3).server.fin().client.acks().wait(2)
    return talk.client.says(request).server.resets()


def test_tls_through_a_proxy_goes_stale(scripted: Scripted) -> None:
    talk = tunnel().asks(CLIENT_HELLO, SERVER_HELLO).asks(data(400), data(900))
    assert scripted(ended_and_used(talk, data(400))).causes == [("stale-keep-alive", "error", 1)]


def test_http_through_a_proxy_goes_stale(scripted: Scripted) -> None:
    talk = tunnel().asks(get(), ok())
    assert scripted(ended_and_used(talk, get("/2"))).causes == [("stale-keep-alive", "error", 1)]


def test_what_is_not_understood_is_left_alone(scripted: Scripted) -> None:
    talk = tunnel().asks(b"SSH-2.0-client\r\n", b"SSH-2.0-server\r\n")
    assert scripted(ended_and_used(talk, b"\x00\x00\x00\x2c" * 12)).causes == []


@pytest.mark.parametrize("status", ["200 Connection established", "407 Authenticate yourself"])
def test_a_tunnel_has_no_body(scripted: Scripted, status: str) -> None:
    """RFC 9110, section 9.3.6: a client ignores the Content-Length of such an answer."""
    talk = tunnel(head(f"HTTP/1.1 {status}", "Content-Length: 99"))
    found = scripted(talk.server.fin().client.acks())
    assert found.scene.endings.truncated.tolist() == [status.startswith("407")]
