"""The list of connections that are worth a look."""

from __future__ import annotations

from itertools import pairwise

import pytest

from netdiag.report.build.connections import connections
from netdiag.report.model import ConnectionReport
from tests.conversations import Conversation
from tests.messages import get, ok
from tests.recorded import Examined, examine
from tests.scripted import Scripted, closed_when_idle, pooled, reused


def only(found: Examined) -> ConnectionReport:
    (report,) = connections(found.subject, range(len(found.scene.connections)))
    return report


def test_one_in_full(scripted: Scripted) -> None:
    seen = only(scripted(reused(5, 3)))
    assert (seen.id, seen.stream, seen.capture, seen.last_capture) == ("c1", 0, 0, 0)
    assert (seen.first_frame, seen.last_frame) == (1, 10)
    assert seen.duration_s == pytest.approx(8, abs=0.01)
    assert (seen.syn_seen, seen.protocol, seen.exchanges) == (True, "http/1", 2)
    assert seen.bytes_to_server == len(get()) + len(get("/stale"))
    assert seen.bytes_to_client == len(ok())
    assert (seen.closed_by, seen.close_flag, seen.close_frame) == ("server", "FIN", 7)


def talk() -> Conversation:
    return pooled().wait(2)


def test_who_closed(scripted: Scripted) -> None:
    cases = {
        ("nobody", None): talk(),
        ("client", "FIN"): talk().client.fin().server.fin().client.acks(),
        ("client", "RST"): talk().client.aborts(),
        ("server", "RST"): talk().server.aborts(),
        ("server", "FIN"): talk().server.fin().client.fin().server.acks(),
        ("both", "FIN"): talk().client.fin(late=True).server.fin(late=True).arrives().client.acks(),
    }
    for expected, conversation in cases.items():
        seen = only(scripted(conversation))
        assert (seen.closed_by, seen.close_flag) == expected
        assert (seen.close_frame is None) == (expected[0] == "nobody")


def test_states_change_and_never_repeat(scripted: Scripted) -> None:
    seen = only(scripted(closed_when_idle().wait(1).client.fin().server.acks()))
    pairs = [(change.client, change.server) for change in seen.states]
    assert all(one != next_ for one, next_ in pairwise(pairs))
    assert [pair[0] for pair in pairs][-1] == "CLOSED"
    assert {"CLOSE_WAIT", "LAST_ACK"} <= {pair[0] for pair in pairs}


def test_in_the_order_of_the_capture() -> None:
    found = examine("nginx-stale")
    listed = connections(found.subject, range(len(found.scene.connections)))
    assert [seen.id for seen in listed] == [f"c{n + 1}" for n in range(len(listed))]
    assert [seen.stream for seen in listed] == list(range(len(listed)))


def test_across_rotated_files() -> None:
    found = examine("rotated-1", "rotated-2")
    spanning = [c for c in found.report.connections if c.capture != c.last_capture]
    assert spanning
    assert {(c.capture, c.last_capture) for c in spanning} == {(0, 1)}
    packets = [capture.packets for capture in found.report.captures]
    assert all(c.last_frame <= packets[c.last_capture] for c in spanning)
