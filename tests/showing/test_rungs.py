"""Rungs: every frame of a connection is in a step or in a fold, once and in order."""

from __future__ import annotations

import pytest

from netdiag.report.connection_view import Fold, Rung
from netdiag.report.finding import Step
from netdiag.showing.rungs import MOST
from tests.conversations import Conversation
from tests.messages import get, ok
from tests.recorded import examine, names
from tests.scripted import Scripted, pooled, reused
from tests.showing.shown import shown


def count(rungs: tuple[Rung, ...]) -> int:
    return sum(rung.frames if isinstance(rung, Fold) else 1 for rung in rungs)


def numbers(rungs: tuple[Rung, ...]) -> list[int]:
    told = []
    for rung in rungs:
        told += [rung.frame] if isinstance(rung, Step) else [rung.first_frame, rung.last_frame]
    return told


@pytest.mark.parametrize("name", names()[::9])
def test_no_frame_is_lost(name: str) -> None:
    found = examine(name)
    for connection in range(1, min(len(found.scene.connections), 12) + 1):
        for every in (False, True):
            view = shown(found, f"c{connection}", every=every)
            assert count(view.rungs) == view.frames_total
            assert every is False or not any(isinstance(rung, Fold) for rung in view.rungs)


def test_states_are_those_of_the_report() -> None:
    for connection in range(1, 7):
        view = shown(examine("server-restart"), f"c{connection}", every=True)
        changes = {(c.frame, c.client, c.server) for c in view.connection.states}
        steps = [rung for rung in view.rungs if isinstance(rung, Step)]
        assert changes <= {(s.frame, s.client_state, s.server_state) for s in steps}


def test_a_transfer_is_folded(scripted: Scripted) -> None:
    talk = Conversation().handshake().client.says(get()).server.says(ok(b"x" * 100))
    for _ in range(300):
        talk.server.says(b"y" * 1000).client.acks()
    talk.client.says(get("/next")).server.says(ok())
    view = shown(scripted(talk))
    handshake, bulk = [rung for rung in view.rungs if isinstance(rung, Fold)]
    assert handshake.frames == 1
    assert (bulk.frames, bulk.bytes_to_client, bulk.bytes_to_server) == (600, 300_000, 0)
    assert (bulk.sender, bulk.exchanges, bulk.client_state) == ("server", 0, "ESTABLISHED")
    assert numbers(view.rungs) == sorted(numbers(view.rungs))


def test_thousands_of_exchanges_are_folded_too(scripted: Scripted) -> None:
    view = shown(scripted(pooled(600).wait(9).server.fin()))
    assert len(view.rungs) <= 2 * MOST + 1
    assert count(view.rungs) == view.frames_total
    folded = sum(rung.exchanges for rung in view.rungs if isinstance(rung, Fold))
    assert 500 < folded < 600
    assert [rung.kind for rung in view.rungs[-1:]] == ["fin"]


def test_endless_retransmissions_are_bounded(scripted: Scripted) -> None:
    talk = pooled().client.says(get("/x"), late=True)
    for _ in range(500):
        talk.wait(1).client.repeats(late=True)
    view = shown(scripted(talk))
    assert len(view.rungs) <= 2 * MOST + 1
    assert sum(rung.retransmissions for rung in view.rungs if isinstance(rung, Fold)) > 300


def test_probes_and_a_closed_window_are_named(scripted: Scripted) -> None:
    talk = pooled().wait(9).client.probes(0).server.acks().client.acks(window=0).wait(9)
    talk.client.acks().server.fin()
    steps = [rung for rung in shown(scripted(talk)).rungs if isinstance(rung, Step)]
    labels = {step.label: step.kind for step in steps}
    assert labels["keep-alive probe"] == "probe"
    assert labels["ACK, window 0"] == "ack"


def test_a_syn_sent_again_says_so(scripted: Scripted) -> None:
    talk = Conversation().client.syn(late=True).wait(1).client.repeats(late=True)
    steps = [rung for rung in shown(scripted(talk)).rungs if isinstance(rung, Step)]
    assert [step.label for step in steps] == ["SYN", "SYN (again)"]


def test_the_story_of_a_stale_connection(scripted: Scripted) -> None:
    view = shown(scripted(reused(5, 3)))
    assert [rung.kind for rung in view.rungs if rung.kind != "fold"] == [
        "syn", "syn", "request", "response", "fin", "ack", "request", "rst",
    ]  # fmt: skip
