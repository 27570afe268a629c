"""Which products a server or client acts like that has not said what it is."""

from __future__ import annotations

import numpy as np

from netdiag.columns import Rows
from netdiag.diagnosis.behaviour import client_behaviour, server_behaviour
from netdiag.diagnosis.products.habits import FEWEST_CLOSES
from netdiag.diagnosis.products.hints import Hint, product_hints
from netdiag.report.build.subject import Subject


def server_hints(subject: Subject, endpoint: int) -> tuple[Hint, ...]:
    """Hints on a server that announced nothing; empty without closes enough to tell."""
    said = subject.introductions
    timeout = subject.scene.timeouts.servers.get(endpoint)
    if endpoint in said.server or timeout is None or timeout.closes < FEWEST_CLOSES:
        return ()
    rows = _considered(subject, subject.scene.connections.server == np.uint64(endpoint))
    if len(rows) == 0:
        return ()
    seen = server_behaviour(subject.scene, rows, said.keep_alive_s.get(endpoint))
    return product_hints(seen, "server")


def client_hints(subject: Subject, host: int) -> tuple[Hint, ...]:
    """Hints on a client, by its endpoint with port 0, that announced nothing."""
    if host in subject.introductions.client:
        return ()
    rows = _considered(subject, subject.scene.connections.client_host == np.uint64(host))
    if len(rows) < FEWEST_CLOSES:
        return ()
    return product_hints(client_behaviour(subject.scene, rows), "client")


def _considered(subject: Subject, mask: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Rows:
    rows: Rows = np.flatnonzero(mask & subject.scene.considered)
    return rows
