"""What servers and clients give away by how they act."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.diagnosis import behaviour
from netdiag.diagnosis.behaviour import client_behaviour, server_behaviour
from netdiag.diagnosis.products.habits import Behaviour
from tests.messages import get
from tests.recorded import examine, recorded
from tests.scripted import Scripted, closed_when_idle, pooled, reused


def server(scripted: Scripted, *talks: object) -> Behaviour:
    scene = scripted(*talks).scene  # type: ignore[arg-type]
    return server_behaviour(scene, np.arange(len(scene.connections)), None)


def client(scripted: Scripted, *talks: object) -> Behaviour:
    scene = scripted(*talks).scene  # type: ignore[arg-type]
    return client_behaviour(scene, np.arange(len(scene.connections)))


def of_fixture(name: str) -> Behaviour:
    scene = examine(name).scene
    wanted = recorded(name).truth["server"]
    rows = [scene.addresses.text(int(s)) == wanted for s in scene.connections.server]
    return server_behaviour(scene, np.flatnonzero(rows), None)


def test_idle_closes_by_fin(scripted: Scripted) -> None:
    talks = [closed_when_idle(5, client_port=40000 + i, start_s=i) for i in range(3)]
    seen = server(scripted, *talks)
    assert seen.closes == {"FIN"}
    assert seen.setting_s == 5
    assert len(seen.gaps_s) == 3
    assert seen.gaps_s[0] == pytest.approx(5, abs=0.01)
    assert seen.tls_closes == frozenset()


def test_idle_resets(scripted: Scripted) -> None:
    talks = [pooled(client_port=40000 + i, start_s=i).wait(5).server.aborts() for i in range(2)]
    assert server(scripted, *talks).closes == {"RST,ACK"}


def test_what_becomes_of_a_late_request(scripted: Scripted) -> None:
    assert server(scripted, reused(5, 3)).late_requests == {"reset"}
    ignored = closed_when_idle(5).wait(1).client.says(get("/late")).server.acks()
    assert server(scripted, ignored.wait(2)).late_requests == {"acknowledge"}


def test_how_soon_the_client_reacts(scripted: Scripted) -> None:
    prompt = [
        closed_when_idle(5, client_port=40000 + i, start_s=i).client.fin().server.acks()
        for i in range(3)
    ]
    assert client(scripted, *prompt).reaction == "at once"
    slow = [
        closed_when_idle(5, client_port=40000 + i, start_s=i).wait(3).client.fin().server.acks()
        for i in range(3)
    ]
    assert client(scripted, *slow).reaction == "on use"


@pytest.mark.parametrize(
    ("name", "closes", "lengths"),
    [
        ("nginx-tls12-stale", {"close_notify, FIN"}, set()),
        ("nginx-tls13-stale", {"close_notify, FIN"}, {19}),
        ("tls12-benign-close", {"FIN"}, set()),
        ("tls13-benign-close", {"FIN"}, set()),
        ("uvicorn-tls-close-notify-only", {"close_notify"}, {19}),
    ],
)
def test_ends_of_tls(name: str, closes: set[str], lengths: set[int]) -> None:
    seen = of_fixture(name)
    assert seen.tls_closes == closes
    assert seen.close_notify_bytes == lengths


def test_probes_of_the_server_are_not_the_clients(scripted: Scripted) -> None:
    """Go's servers probe idle connections every 15 s."""
    talk = pooled()
    for _ in range(4):
        talk.wait(15).server.probes().client.acks()
    scene = scripted(talk.wait(15).server.fin().client.acks()).scene
    rows = np.arange(len(scene.connections))
    assert server_behaviour(scene, rows, None).probe_s == pytest.approx(15, abs=0.05)
    assert client_behaviour(scene, rows).probe_s is None


def test_the_first_connections_that_last_tell_how_they_are_probed(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(behaviour, "MOST", 1)
    talks = []
    for start_s, port, pause_s in ((0, 50_002, 0), (1, 50_001, 15), (2, 40_000, 7)):
        talk = pooled(client_port=port, start_s=start_s)
        for _ in range(4 if pause_s else 0):
            talk.wait(pause_s).server.probes().client.acks()
        talks.append(talk.client.fin().server.fin().client.acks())
    assert server(scripted, *talks).probe_s == pytest.approx(15, abs=0.05)


def test_probes_of_the_client_are_not_the_servers() -> None:
    scene = examine("client-closes-first").scene
    rows = np.arange(len(scene.connections))
    assert client_behaviour(scene, rows).probe_s == pytest.approx(1, abs=0.05)
    assert server_behaviour(scene, rows, None).probe_s is None
