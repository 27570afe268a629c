"""`Scene`: the tables of an analysis in one place."""

from __future__ import annotations

import numpy as np

from netdiag.diagnosis.scene import SLACK_NS, UNKNOWN_ROUND_TRIP_NS
from tests.conversations import STEP_NS, Conversation
from tests.messages import get, ok
from tests.recorded import examine
from tests.scripted import Scripted, closed_when_idle, pooled


def slow_handshake(seconds: float, **ends: object) -> Conversation:
    talk = Conversation(**ends).client.syn().wait(seconds).server.syn_ack()  # type: ignore[arg-type]
    return talk.client.acks().asks(get(), ok())


def test_crossing_window_is_a_round_trip_and_a_half(scripted: Scripted) -> None:
    scene = scripted(slow_handshake(0.2)).scene
    assert scene.crossing_window_ns(0) == (200_000_000 + 2 * STEP_NS) * 3 // 2 + SLACK_NS


def test_other_connections_stand_in_for_an_unseen_handshake(scripted: Scripted) -> None:
    unseen = slow_handshake(0.2, client_port=40001)
    found = scripted(
        slow_handshake(0.2),
        unseen,
        edit=lambda ps: [
            p for p in ps if not (p.flags & 2 and 40001 in (p.source[1], p.destination[1]))
        ],
    )
    trips = found.scene.connections.round_trip_ns
    (without,) = np.flatnonzero(trips < 0)
    (with_,) = np.flatnonzero(trips >= 0)
    window = found.scene.crossing_window_ns
    assert window(int(without)) == window(int(with_))


def test_nothing_known_means_a_tenth_of_a_second(scripted: Scripted) -> None:
    scene = scripted(pooled(2), edit=lambda packets: packets[3:]).scene
    assert scene.crossing_window_ns(0) == UNKNOWN_ROUND_TRIP_NS * 3 // 2 + SLACK_NS


def test_end_of_all_captures() -> None:
    scene = examine("nginx-stale").scene
    assert scene.end_ns == scene.traffic.time_ns.max()


def test_idle_timeout_of_a_connections_server(scripted: Scripted) -> None:
    found = scripted(closed_when_idle(5), pooled(server="10.0.0.9", client_port=40001))
    timeouts = [found.scene.idle_timeout(c) for c in range(2)]
    assert sum(t is not None and t.estimate_s is not None for t in timeouts) == 1


def test_samples_by_row(scripted: Scripted) -> None:
    talk = pooled()
    scene = scripted(talk).scene
    request = int(scene.exchanges.request[0])
    assert scene.sample(request) == get()
    assert scene.sample(-1) == b""
    (asked,) = (packet for packet in talk.packets if packet.payload == get())
    assert scene.time_ns(request) == asked.time_ns


def test_what_is_made_once_is_kept_with_the_scene(scripted: Scripted) -> None:
    made: list[int] = []
    one, other = scripted(pooled()).scene, scripted(pooled()).scene
    for scene, name in ((one, "a"), (one, "a"), (one, "b"), (other, "a")):
        scene.once(name, lambda: made.append(1))
    assert len(made) == 3
