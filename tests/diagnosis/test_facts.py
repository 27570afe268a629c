"""`Facts`: what was seen of a connection, before anything is asked about it."""

from __future__ import annotations

from netdiag.diagnosis.crowds import find_crowds
from netdiag.diagnosis.facts import Facts
from netdiag.diagnosis.telling import tell
from netdiag.exchanges import Protocol
from tests.recorded import examine
from tests.scripted import Scripted, pooled, reused


def test_http_in_clear(scripted: Scripted) -> None:
    scene = scripted(reused()).scene
    facts: Facts = tell(scene, find_crowds(scene), 0)
    assert facts.protocol is facts.service is Protocol.HTTP1
    assert facts.is_http and facts.syn_seen and not facts.is_encrypted


def test_the_client_without_its_port(scripted: Scripted) -> None:
    scene = scripted(pooled(client_port=40000), pooled(client_port=40001)).scene
    one, other = (tell(scene, find_crowds(scene), connection) for connection in range(2))
    assert one.client_host == other.client_host
    assert scene.addresses.text(one.client_host).endswith(":0")


def test_tls_cannot_be_read() -> None:
    scene = examine("nginx-tls13-stale").scene
    facts = tell(scene, find_crowds(scene), 0)
    assert facts.is_encrypted and not facts.is_http
    assert facts.service is Protocol.TLS


def test_rows_around_the_close_and_the_request(scripted: Scripted) -> None:
    found = scripted(reused(), pooled(client_port=40001))
    scene = found.scene
    stale, open_ = (tell(scene, find_crowds(scene), connection) for connection in range(2))
    assert stale.dated_by == stale.request > stale.heard > stale.close >= 0
    assert scene.traffic.from_client[stale.heard]
    assert scene.exchanges.request[stale.exchange_before] < stale.close
    assert (open_.close, open_.heard) == (-1, -1)
    assert open_.dated_by == (open_.request if open_.request >= 0 else scene.connections.start[1])
