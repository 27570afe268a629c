"""Excerpts of connections."""

from __future__ import annotations

import numpy as np

from netdiag.decode.segments import Flag
from netdiag.evidence.excerpts import edges, excerpt, exchanges_of, handshake, opening
from tests.recorded import examine
from tests.scripted import Scripted, pooled


def test_a_short_connection_is_kept_whole() -> None:
    scene = examine("nginx-stale").scene
    start, stop = int(scene.connections.start[0]), int(scene.connections.stop[0])
    assert excerpt(scene, 0, start, 1000).tolist() == [*range(start, stop)]


def test_a_long_one_keeps_what_tells(scripted: Scripted) -> None:
    scene = scripted(pooled(200).client.fin().server.fin()).scene
    rows = excerpt(scene, 0, 0, 16)
    everything = np.arange(int(scene.connections.stop[0]))
    control = everything[(scene.traffic.flags & (Flag.SYN | Flag.FIN | Flag.RST)) != 0]
    assert set(control.tolist()) <= set(rows.tolist())
    assert set(edges(scene, exchanges_of(scene, 0)).tolist()) <= set(rows.tolist())
    assert len(rows) < len(everything)


def test_edges_are_the_first_and_last_bytes() -> None:
    scene = examine("nginx-stale").scene
    exchanges = scene.exchanges
    expected = {int(exchanges.request[0]), int(exchanges.request_end[0])}
    expected |= {int(exchanges.response[0]), int(exchanges.response_end[0])}
    assert set(edges(scene, np.array([0])).tolist()) == expected


def test_a_connection_without_exchanges() -> None:
    scene = examine("connection-refused-remote-client").scene
    refused = int(np.flatnonzero(scene.endings.exchanges == 0)[0])
    assert exchanges_of(scene, refused).tolist() == []


def test_a_handshake(scripted: Scripted) -> None:
    scene = scripted(pooled()).scene
    assert handshake(scene, 0).tolist() == [0, 1, 2]


def test_how_a_connection_in_tls_began() -> None:
    scene = examine("nginx-http2-stale").scene
    rows = opening(scene, 0)
    assert len(rows) > 3
    assert rows[0] == scene.connections.start[0]
    assert rows[-1] == scene.exchanges.request[scene.endings.first_exchange[0]]


def test_http_needs_no_beginning() -> None:
    assert len(opening(examine("nginx-stale").scene, 0)) == 0
