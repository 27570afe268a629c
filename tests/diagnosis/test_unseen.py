"""Whether the capture lacks a part of a story, and that no verdict on such a one is sure."""

from __future__ import annotations

import pytest

from netdiag.diagnosis.crowds import find_crowds
from netdiag.diagnosis.telling import tell
from netdiag.diagnosis.unseen import lacks_octets
from tests.conversations import Conversation, Edit, Packet
from tests.messages import CLOSE_NOTIFY, data, get, ok
from tests.recorded import Examined, examine
from tests.scripted import Scripted, pooled, reused


def lacks(found: Examined) -> list[bool]:
    scene, crowds = found.scene, find_crowds(found.scene)
    return [lacks_octets(tell(scene, crowds, row)) for row in range(len(scene.connections))]


def without(*names: str) -> Edit:
    def edit(packets: list[Packet]) -> list[Packet]:
        assert {packet.name for packet in packets} >= set(names)
        return [packet for packet in packets if packet.name not in names]

    return edit


def sure(found: Examined) -> list[tuple[str, str]]:
    return [(finding.cause.slug, finding.confidence) for finding in found.findings]


@pytest.mark.parametrize(
    "name", ["nginx-stale", "race-client", "silent-drop-client", "stale-snap68"]
)
def test_whole_captures_lack_nothing(name: str) -> None:
    assert not any(lacks(examine(name)))


def test_what_was_sent_again_or_early_is_there(scripted: Scripted) -> None:
    """Retransmissions, probes, and two segments in the other order."""
    talk = pooled(2).client.probes().server.acks().wait(5).server.fin().client.acks().wait(3)
    talk.client.says(get("/a")[:9], late=True).client.says(get("/a")[9:], late=True)
    talk.wait(0.3).client.repeats(late=True).arrives().server.resets()

    def swapped(packets: list[Packet]) -> list[Packet]:
        (at,) = (i for i, packet in enumerate(packets) if packet.payload == get("/a")[:9])
        return [*packets[:at], packets[at + 1], packets[at], *packets[at + 2 :]]

    for edit in (list, swapped):
        assert lacks(scripted(talk, edit=edit)) == [False]


def test_a_request_may_cross_the_rest_of_an_answer(scripted: Scripted) -> None:
    """It doesn't acknowledge what was captured right before, as in HTTP/2 or when pipelined."""
    talk = pooled().client.says(get("/2")).server.says(ok()[:20]).server.says(ok()[20:], late=True)
    talk.client.says(get("/3")).arrives().server.says(ok()).client.acks().wait(5)
    talk.server.fin().client.acks().wait(3).client.says(get("/stale")).server.resets()
    assert lacks(scripted(talk)) == [False]


@pytest.mark.parametrize(
    "lost",
    [
        ("GET /again HTTP/1.1",),
        ("HTTP/1.1 200 Again",),
        ("server FIN",),
        ("GET /again HTTP/1.1", "HTTP/1.1 200 Again", "server FIN", "client ACK"),
    ],
)
def test_octets_are_missing(scripted: Scripted, lost: tuple[str, ...]) -> None:
    talk = pooled().asks(get("/again"), b"HTTP/1.1 200 Again\r\nContent-Length: 0\r\n\r\n").wait(5)
    talk.server.fin().client.acks().wait(3).client.says(get("/stale")).server.resets()
    assert lacks(scripted(talk, edit=without(*lost))) == [True]


def test_what_was_lost_long_before_tells_of_another_story(scripted: Scripted) -> None:
    talk = pooled().asks(get("/early"), ok(b"early")).asks(get("/2"), ok()).asks(get("/3"), ok())
    talk.wait(5).server.fin().client.acks().wait(3).client.says(get("/stale")).server.resets()
    found = scripted(talk, edit=without("GET /early HTTP/1.1"))
    assert lacks(found) == [False]
    assert sure(found) == [("stale-keep-alive", "high")]


def test_what_is_lost_of_the_first_request_belongs_to_it(scripted: Scripted) -> None:
    """The rest of it, after a refusal and the close, looks like a request of its own."""
    talk = Conversation(port=443).handshake().client.says(data(206), unseen=True)
    talk.client.says(data(349)).server.says(data(142)).server.fin().client.acks().wait(0.5)
    found = scripted(talk.client.says(data(349)).server.resets())
    assert lacks(found) == [True]
    assert "high" not in dict(sure(found)).values()


@pytest.mark.parametrize("exchanges", [1, 5])
def test_what_opens_an_encrypted_connection_tells_of_all_its_stories(
    exchanges: int, scripted: Scripted
) -> None:
    """Whether it is HTTP/2, for one, whose client says GOAWAY when it finds the close."""
    talk = Conversation(port=443).handshake().client.says(data(80), unseen=True)
    for _ in range(exchanges + 1):
        talk.client.says(data(250)).server.says(data(500)).wait(1)
    talk.wait(5).server.fin().client.acks().wait(3).client.says(data(48)).server.resets()
    found = scripted(talk)
    assert lacks(found) == [True]
    assert sure(found) == [("stale-keep-alive", "medium")]


def test_a_capture_that_began_late_lacks_nothing_of_what_came_later(scripted: Scripted) -> None:
    found = scripted(reused(), edit=lambda packets: packets[4:])
    assert lacks(found) == [False]


def test_a_close_that_was_lost_is_no_abort(scripted: Scripted) -> None:
    """All that is left is a RST,ACK that answers the request."""
    talk = pooled().wait(5).server.fin(unseen=True).client.acks(unseen=True).wait(3)
    found = scripted(talk.client.says(get("/stale")).server.aborts())
    assert sure(found) != [("server-abort", "high")]
    assert [finding.confidence for finding in found.findings] == ["medium"]


def test_a_close_lost_with_the_answer_before_may_have_been_told(scripted: Scripted) -> None:
    talk = (
        pooled().client.says(get("/2")).server.says(ok()[:20]).server.says(ok()[20:], unseen=True)
    )
    talk.wait(5).server.fin(unseen=True).client.acks(unseen=True).wait(3)
    found = scripted(talk.client.says(get("/stale")).server.resets())
    assert sure(found) == [("lost-close", "medium")]


def test_a_bare_rst_tells_what_its_client_had_heard(scripted: Scripted) -> None:
    """The rest of the request is lost, its answer, the close, and the request that was stale."""
    talk = pooled().client.says(get("/2")[:20]).client.says(get("/2")[20:], unseen=True)
    talk.server.says(ok(), unseen=True).wait(5).server.fin(unseen=True).client.acks(unseen=True)
    talk.wait(20).client.says(get("/stale"), unseen=True).server.resets()
    found = scripted(talk)
    assert lacks(found) == [True]
    assert "high" not in dict(sure(found)).values()


def test_an_alert_that_crosses_the_close_and_all_before_is_lost(scripted: Scripted) -> None:
    """With a snap length of 54 it may be a first request; numbers show that it is not."""
    talk = Conversation(port=443).handshake()
    for size in (300, 60, 150):
        talk.client.says(data(size), unseen=True).server.says(data(500), unseen=True)
    talk.client.acks().server.acks().wait(5).server.fin(late=True)
    talk.client.says(CLOSE_NOTIFY, late=True).client.fin(unseen=True)
    found = scripted(talk, snap_length=54)
    assert sure(found) == [("keep-alive-race", "medium")]
