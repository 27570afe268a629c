"""`Signs`: what a capture's segments say about its place."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.decode.segments import Flag
from netdiag.diagnosis import signs as looks
from netdiag.diagnosis.signs import OF_EACH, Signs, find_signs
from tests.recorded import Examined, examine
from tests.scripted import Scripted, pooled


def signs(found: Examined, capture: int = 0) -> Signs:
    scene = found.scene
    return find_signs(scene.traffic, scene.connections, scene.addresses, 3)[capture]


def test_of_one_capture_only() -> None:
    both = examine("race-server", "race-client")
    capture = both.scene.traffic.segments.capture[both.scene.traffic.row]
    for index in (0, 1):
        of_each = np.bincount(both.scene.traffic.groups.of_row[capture == index])
        assert len(signs(both, index)) == np.minimum(of_each, OF_EACH).sum()
    assert len(signs(both, 2)) == 0


@pytest.mark.parametrize("enough", [1, 3, 7, 1000])
@pytest.mark.parametrize("at_once", [1, 5, 8, 9, 50])
def test_the_same_are_asked_however_many_are_looked_at_together(
    at_once: int, enough: int, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    traffic = scripted(*(pooled(n, client_port=40001 + n) for n in range(1, 6))).scene.traffic
    monkeypatch.setattr(looks, "ENOUGH", enough)
    rows = np.arange(len(traffic))
    whole = looks._sample(traffic, rows).tolist()
    opening = [(traffic.flags[row] & Flag.SYN) != 0 for row in whole]
    assert opening == sorted(opening, reverse=True)
    assert min(sum(opening), len(whole) - sum(opening)) == min(enough, 10)
    monkeypatch.setattr(looks, "AT_ONCE", at_once)
    assert looks._sample(traffic, rows).tolist() == whole
    assert looks._sample(traffic, range(len(traffic))).tolist() == whole


def test_of_one_server_only(scripted: Scripted) -> None:
    found = signs(scripted(pooled(), pooled(3, server="10.0.0.9", client_port=40001)))
    assert len(found.servers) == 2
    parts = [found.of_server(server) for server in found.servers]
    assert [len(part.handshakes) for part in parts] == [1, 1]
    assert len(parts[0]) > len(parts[1])
    assert sum(map(len, parts)) == len(found)


def test_one_host_or_two(scripted: Scripted) -> None:
    assert signs(examine("nginx-stale")).seen.is_local.all()
    assert signs(scripted(pooled(client="127.0.0.1", server="127.0.0.53"))).seen.is_local.all()
    assert signs(scripted(pooled(client="::1", server="::1"))).seen.is_local.all()
    assert signs(scripted(pooled(client="10.0.0.1", server="10.0.0.1"))).seen.is_local.all()
    assert not signs(scripted(pooled(client="fe80::1", server="fe80::2"))).seen.is_local.any()
    assert not signs(scripted(pooled())).seen.is_local.any()


def test_who_is_both_server_and_client(scripted: Scripted) -> None:
    chain = [pooled(), pooled(client="10.0.0.2", server="10.0.0.3")]
    assert len(signs(scripted(*chain)).hubs) == 1
    assert not signs(scripted(pooled(), pooled(client="10.0.0.5"))).hubs
    assert not signs(examine("nginx-stale")).hubs


def test_both_halves_of_the_handshake() -> None:
    near, far = signs(examine("race-client")), signs(examine("race-server"))
    assert near.to_server_ns.min() > 100 * near.to_client_ns.max()
    assert far.to_client_ns.min() > 100 * far.to_server_ns.max()
