"""What tells something: messages, silences, ends, and what was sent again."""

from __future__ import annotations

import numpy as np

from netdiag.showing.telling import Frames, Weight, weigh
from tests.conversations import Conversation
from tests.messages import get, ok
from tests.recorded import examine
from tests.scripted import Scripted, pooled


def frames(scripted: Scripted, talk: Conversation, *noted: int) -> Frames:
    return weigh(scripted(talk).scene, 0, noted)


def places(mask: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[int]:
    return [int(place) for place in np.flatnonzero(mask)]


def test_probes_are_told_from_what_is_sent_again(scripted: Scripted) -> None:
    talk = pooled().wait(60).client.probes(0).server.acks().wait(60).client.probes(1).server.acks()
    before = len(talk.packets) - 4
    talk.wait(60).client.says(get(), late=True).wait(1).client.repeats(late=True)
    seen = frames(scripted, talk)
    assert places(seen.probe) == [before, before + 2]
    assert places(seen.again) == [len(talk.packets) - 1]
    assert all(seen.weight[place] >= Weight.SOME for place in [*places(seen.probe), before + 5])


def test_syns_and_fins_sent_again(scripted: Scripted) -> None:
    talk = Conversation().client.syn(late=True).wait(1).client.repeats(late=True)
    seen = frames(scripted, talk)
    assert places(seen.again) == [1]


def test_a_closed_window(scripted: Scripted) -> None:
    talk = pooled().client.acks(window=0).client.acks(window=0).client.aborts(window=0)
    seen = frames(scripted, talk)
    first = len(talk.packets) - 3
    assert places(seen.stalled) == [first, first + 1]
    assert seen.weight[first] == Weight.SOME
    assert seen.weight[first + 1] == Weight.NONE


def test_messages_and_what_lies_between(scripted: Scripted) -> None:
    talk = Conversation().handshake()
    for _ in range(8):
        talk.client.says(get()).server.acks().server.says(ok()).server.says(b"x" * 999)
        talk.client.acks()
    seen = frames(scripted, talk)
    exchanges = [3 + 5 * n for n in range(8)]
    assert places(seen.exchange) == exchanges
    assert {int(seen.weight[place]) for place in exchanges} == {Weight.SOME, Weight.MUCH}
    assert [int(seen.weight[place + 2]) for place in exchanges[2:6]] == [Weight.SOME] * 4
    for n in range(7):
        assert seen.weight[exchanges[n] + 1] == seen.weight[exchanges[n] + 4] == Weight.NONE


def test_both_sides_of_a_silence_but_no_bare_acks(scripted: Scripted) -> None:
    talk = pooled().client.acks().wait(30).server.says(b"more").wait(30).client.acks()
    seen = frames(scripted, talk)
    more = len(talk.packets) - 2
    assert seen.weight[more] == Weight.MUCH
    assert seen.weight[more - 1] == Weight.NONE


def test_the_ends_the_replies_and_what_was_noted(scripted: Scripted) -> None:
    talk = pooled().server.fin().client.acks().wait(0.1).client.fin().server.acks()
    seen = frames(scripted, talk, 4)
    assert seen.weight[-4:].tolist() == [Weight.ALL] * 4
    assert seen.weight[[0, 1, 4]].tolist() == [Weight.ALL] * 3


def test_every_recorded_connection_can_be_weighed() -> None:
    scene = examine("heavy-port-reuse").scene
    for connection in range(len(scene.connections)):
        seen = weigh(scene, connection)
        assert len(seen.rows) == len(seen.weight) == len(seen.probe)
        assert seen.weight[0] == seen.weight[-1] == Weight.ALL
