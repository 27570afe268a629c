"""Bursts: the exchanges of a connection, those between short pauses taken together."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from netdiag.report.build import bursts as module
from netdiag.report.build.bursts import MOST_BURSTS, bursts
from tests.messages import get, ok
from tests.recorded import Examined
from tests.scripted import Scripted, pooled, reused


def of(found: Examined) -> list[list[int]]:
    """How many exchanges each burst of each connection has."""
    connections = np.arange(len(found.scene.connections))
    made = bursts(found.subject, connections)
    assert list(made) == connections.tolist()
    return [[burst.exchanges for burst in each] for each in made.values()]


def test_many_exchanges_are_taken_together_but_long_pauses_are_kept(scripted: Scripted) -> None:
    talk = pooled(requests=MOST_BURSTS * 2, pause_s=0.01).wait(7)
    talk.asks(get(), ok()).wait(5).server.fin().client.acks()
    talk.wait(3).client.says(get("/stale")).server.resets()
    (found,) = bursts(scripted(talk).subject, np.array([0])).values()
    assert len(found) == MOST_BURSTS
    assert sum(burst.exchanges for burst in found) == MOST_BURSTS * 2 + 2
    pauses = [b.from_s - a.to_s for a, b in pairwise(found)]
    assert [round(pause) for pause in pauses[-2:]] == [7, 8]
    assert [burst.answered for burst in found] == [True] * (MOST_BURSTS - 1) + [False]


def test_those_of_one_connection_are_not_those_of_another(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = pooled(0, client_port=40002)
    found = scripted(pooled(3), reused(5, 3, client_port=40001), silent, pooled(2, client_port=1))
    together = of(found)
    assert together == [[1, 1, 1], [1, 1], [], [1, 1]]
    monkeypatch.setattr(module, "AT_ONCE", 2)
    assert of(found) == together
    assert bursts(found.subject, np.array([], np.int64)) == {}
