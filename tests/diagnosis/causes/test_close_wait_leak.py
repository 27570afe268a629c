"""`close-wait-leak`: connections that the client keeps although they are closed."""

from __future__ import annotations

import pytest

from netdiag.decode.segments import Flag
from tests.conversations import Conversation
from tests.messages import get, ok
from tests.recorded import examine
from tests.scripted import Scripted, closed_when_idle, pooled

SLUG = "close-wait-leak"


def test_it_holds() -> None:
    found = examine("close-wait-leak")
    assert found.causes == [(SLUG, "warning", 7)]
    assert found.report.verdict.cause == "none"


@pytest.mark.parametrize(
    "name",
    [
        *("keepalive-probes", "requests-near-miss", "rotated-1", "httpd-keepalive-header"),
        *("nginx-stale", "lost-fin-server", "tls13-benign-close"),
    ],
)
def test_it_is_silent(name: str) -> None:
    assert SLUG not in examine(name).slugs


def kept(count: int, seconds: float) -> list[Conversation]:
    """Connections in CLOSE_WAIT, and another one that is used to the end of the capture."""
    leaks = [closed_when_idle(3, client_port=50000 + i) for i in range(count)]
    busy = pooled(client_port=60000).at(3 + seconds).asks(get(), ok())
    return [*leaks, busy]


@pytest.mark.parametrize(
    ("count", "seconds", "leaks"),
    [(3, 11, True), (9, 30, True), (3, 8, False), (2, 40, False), (1, 61, True), (1, 55, False)],
)
def test_several_or_for_long(scripted: Scripted, count: int, seconds: float, leaks: bool) -> None:
    found = scripted(*kept(count, seconds))
    assert found.causes == ([(SLUG, "warning", count)] if leaks else [])


def test_without_its_beginning_a_connection_may_be_another_one(scripted: Scripted) -> None:
    """What the client had said, and how long ago the connection was opened, is not known."""
    talks = kept(3, 11)
    whole = scripted(*talks)
    midway = scripted(*talks, edit=lambda packets: [p for p in packets if not p.flags & Flag.SYN])
    assert [f.confidence for f in whole.report.findings] == ["high"]
    assert [f.confidence for f in midway.report.findings] == ["medium"]


def test_who_looks_at_last_has_not_leaked(scripted: Scripted) -> None:
    talks = kept(3, 30)
    for talk in talks[:3]:
        talk.wait(20).client.fin().server.acks()
    assert not scripted(*talks).findings


def test_what_has_not_arrived_is_not_waited_with(scripted: Scripted) -> None:
    lost = [pooled(client_port=50000 + i).wait(3).server.fin(late=True) for i in range(3)]
    busy = pooled(client_port=60000).at(40).asks(get(), ok())
    assert SLUG not in scripted(*lost, busy).slugs


def test_connections_of_different_clients_are_no_habit(scripted: Scripted) -> None:
    talks = [closed_when_idle(3, client=f"10.0.0.{i}") for i in range(10, 13)]
    busy = pooled(client_port=60000).at(40).asks(get(), ok())
    assert not scripted(*talks, busy).findings
