"""Timelines: the frames that tell a story, in a few words each."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from netdiag.connections.states import State
from netdiag.report.build.timeline import (
    LABEL_CHARACTERS,
    MOST_AFTERWARDS,
    follow_many,
    payload,
    state_at,
    states,
    timeline,
)
from netdiag.report.finding import Step
from tests.conversations import Conversation
from tests.messages import CLOSE_NOTIFY, data, get, ok
from tests.recorded import Examined, examine
from tests.scripted import Scripted, pooled, reused


def steps(found: Examined, slug: str) -> tuple[Step, ...]:
    return timeline(found.subject, found.story(slug))


def test_a_stale_connection_step_by_step(scripted: Scripted) -> None:
    told = steps(scripted(reused(5, 3)), "stale-keep-alive")
    assert [(s.sender, s.kind, s.label, s.client_state, s.server_state) for s in told] == [
        ("client", "syn", "SYN", "SYN_SENT", "LISTEN"),
        ("server", "syn", "SYN, ACK", "ESTABLISHED", "SYN_RECEIVED"),
        ("client", "request", "GET / HTTP/1.1", "ESTABLISHED", "ESTABLISHED"),
        ("server", "response", "200 OK", "ESTABLISHED", "ESTABLISHED"),
        ("server", "fin", "FIN, ACK", "CLOSE_WAIT", "FIN_WAIT_1"),
        ("client", "ack", "ACK", "CLOSE_WAIT", "FIN_WAIT_2"),
        ("client", "request", "GET /stale HTTP/1.1", "CLOSE_WAIT", "FIN_WAIT_2"),
        ("server", "rst", "RST", "CLOSED", "CLOSED"),
    ]


def test_frames_and_times_rise(scripted: Scripted) -> None:
    told = steps(scripted(reused(5, 3)), "stale-keep-alive")
    assert [step.frame for step in told] == sorted({step.frame for step in told})
    assert [step.at_s for step in told] == sorted(step.at_s for step in told)
    assert told[0].at_s == 0.0


def test_a_timeline_begins_where_the_capture_does(scripted: Scripted) -> None:
    found = scripted(reused(5, 3), edit=lambda packets: packets[5:])
    told = steps(found, "stale-keep-alive")
    assert [step.kind for step in told][-3:] == ["ack", "request", "rst"]


def test_endless_retransmissions_are_not_all_shown(scripted: Scripted) -> None:
    talk = pooled().wait(300).client.says(get("/x"), late=True)
    for _ in range(20):
        talk.wait(1).client.repeats(late=True)
    told = steps(scripted(talk), "silent-drop")
    again = [step for step in told if step.kind == "retransmission"]
    assert len(again) == MOST_AFTERWARDS
    assert {step.label for step in again} == {"GET /x HTTP/1.1 (again)"}


def test_a_probe_is_named(scripted: Scripted) -> None:
    talk = reused(5, 3)
    talk = pooled().wait(5).server.fin().client.acks().wait(3).client.says(get("/x"))
    talk.server.acks().client.probes(1).server.resets()
    assert "probe" in {step.kind for step in steps(scripted(talk), "stale-keep-alive")}


def test_payloads_in_a_line(scripted: Scripted) -> None:
    long = get("/" + "x" * 500)
    talk = (
        Conversation()
        .handshake()
        .asks(long, ok())
        .asks(b"\x80", data(30))
        .asks(CLOSE_NOTIFY, b"ab")
    )
    found = scripted(talk)
    traffic = found.scene.traffic
    labels = [
        payload(found.subject, row) for row in range(len(traffic)) if traffic.new_bytes[row] > 0
    ]
    assert labels[0].startswith("GET /xxx")
    assert len(labels[0]) == LABEL_CHARACTERS
    assert labels[1:] == [
        "200 OK",
        "1 byte",
        "35 bytes of TLS data",
        "24 bytes of TLS data",
        "2 bytes",
    ]


def test_states_between_rows(scripted: Scripted) -> None:
    found = scripted(reused(5, 3))
    history = states(found.subject, 0)
    assert state_at({}, 5) == (State.ESTABLISHED, State.ESTABLISHED)
    assert state_at(history, max(history) + 9) == history[max(history)]


def test_real_ones_name_the_close() -> None:
    kinds = {
        "nginx-stale": "fin",
        "nginx-tls13-stale": "close_notify",
        "uvicorn-tls-close-notify-only": "close_notify",
    }
    for name, kind in kinds.items():
        assert kind in [step.kind for step in steps(examine(name), "stale-keep-alive")]


def test_many_connections_are_followed_as_each_is() -> None:
    together, alone = examine("stale").subject, examine("stale").subject
    alone = replace(alone, histories={})
    together = replace(together, histories={})
    every = np.arange(len(together.scene.connections))
    follow_many(together, every)
    assert len(together.histories) > 3
    assert {c: states(alone, c) for c in together.histories} == together.histories
