"""Hints are given on those who have not said what they are, and only there."""

from __future__ import annotations

import numpy as np

from netdiag.report.build.hints import client_hints, server_hints
from tests.recorded import examine
from tests.scripted import Scripted, closed_when_idle


def test_a_server_behind_tls() -> None:
    subject = examine("tls12-benign-close").subject
    hint, *_ = server_hints(subject, int(subject.scene.connections.server[0]))
    assert hint.product.slug == "gunicorn"
    assert hint.because[0] == "ends idle TLS connections by a FIN without close_notify"


def test_a_server_that_says_its_name_needs_none() -> None:
    subject = examine("gunicorn-stale").subject
    server = int(subject.scene.connections.server[0])
    assert server in subject.introductions.server
    assert server_hints(subject, server) == ()


def test_two_closes_say_too_little(scripted: Scripted) -> None:
    talks = [closed_when_idle(5, client_port=40000 + i, start_s=i) for i in range(2)]
    subject = scripted(*talks).subject
    assert server_hints(subject, int(subject.scene.connections.server[0])) == ()
    host = int(subject.scene.connections.client[0]) & ~0xFFFF
    assert client_hints(subject, host) == ()


def test_who_was_not_selected_is_not_looked_at() -> None:
    subject = examine("tls12-benign-close").subject
    considered = subject.scene.considered
    server = int(subject.scene.connections.server[0])
    before = considered.copy()
    considered[:] = False
    try:
        assert server_hints(subject, server) == ()
        assert client_hints(subject, int(subject.scene.connections.client[0]) & ~0xFFFF) == ()
    finally:
        np.copyto(considered, before)
