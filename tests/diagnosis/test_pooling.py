"""Whether a connection lay idle before a request, or was in the middle of its work."""

from __future__ import annotations

import pytest

from netdiag.diagnosis.pooling import (
    LONGEST_FAREWELL,
    are_last_words,
    is_provoked,
    is_unused,
    lay_idle,
    may_be_last_words,
    spoke_unseen,
)
from tests.conversations import Conversation, Packet
from tests.messages import (
    CCS,
    CLIENT_HELLO,
    CLOSE_NOTIFY,
    FINISHED,
    SERVER_HELLO,
    TICKETS,
    data,
    get,
    ok,
)
from tests.recorded import Examined
from tests.scripted import Scripted, pooled, reused


def after_close(found: Examined) -> tuple[int, int]:
    """The exchange after the close, and the close, of the only connection."""
    endings = found.scene.endings
    return int(endings.after_close[0]), int(endings.close[0])


def unknown(*, pause_s: float, idle_s: float = 5.0, again: bytes = b"\x80again") -> Conversation:
    """A protocol that netdiag does not know, used again some time after the server's FIN."""
    talk = Conversation(port=4000).handshake().asks(b"\x80ask", b"\x81answer")
    talk.wait(idle_s).server.fin().client.acks()
    return talk.wait(pause_s).client.says(again).server.resets()


def test_a_reuse(scripted: Scripted) -> None:
    found = scripted(reused())
    assert lay_idle(found.scene, 0, *after_close(found))


@pytest.mark.parametrize(("idle_s", "idle"), [(0.0, False), (0.3, True), (5.0, True)])
def test_unknown_protocols_need_an_idle_time(scripted: Scripted, idle_s: float, idle: bool) -> None:
    found = scripted(unknown(idle_s=idle_s, pause_s=0.01))
    assert lay_idle(found.scene, 0, *after_close(found)) is idle


@pytest.mark.parametrize(("octets", "idle"), [(40, True), (400, False)])
def test_the_rest_of_what_was_refused_at_once(scripted: Scripted, octets: int, idle: bool) -> None:
    """What is larger than a request's beginning goes on with one; after an idle close nothing."""
    found = scripted(unknown(idle_s=0.0, pause_s=0.5, again=b"\x80" * octets))
    assert lay_idle(found.scene, 0, *after_close(found)) is idle
    found = scripted(unknown(pause_s=0.5, again=b"\x80" * octets))
    assert lay_idle(found.scene, 0, *after_close(found))


def test_a_request_line_needs_none(scripted: Scripted) -> None:
    found = scripted(reused(idle_s=0.01, pause_s=0.01))
    assert lay_idle(found.scene, 0, *after_close(found))


def test_who_goes_on_writing_reuses_nothing(scripted: Scripted) -> None:
    """An upload that the server cuts off: the FIN does not acknowledge all that was sent."""
    talk = Conversation(port=4000).handshake().asks(b"\x80ask", b"\x81answer").wait(5)
    talk.client.says(b"\x80part one").client.says(b"\x80part two")
    talk.server.fin().client.acks().wait(1).client.says(b"\x80part three").server.resets()
    assert "stale-keep-alive" not in scripted(talk).slugs


def test_a_server_that_never_answered_closed_no_pooled_connection(scripted: Scripted) -> None:
    talk = Conversation(port=514).handshake().client.says(b"log line").server.acks().wait(9)
    talk.server.fin().client.acks().wait(3).client.says(b"log line").server.resets()
    assert not scripted(talk).findings


@pytest.mark.parametrize(("idle_s", "idle"), [(5.0, True), (0.0, False)])
def test_the_rest_of_a_request_may_be_the_last_word(
    scripted: Scripted, idle_s: float, idle: bool
) -> None:
    """If the server had answered before, and closed after an idle time."""
    talk = Conversation(port=4000).handshake().asks(b"\x80ask", b"\x81answer")
    talk.client.says(b"\x80rest").server.acks().wait(idle_s).server.fin().client.acks()
    found = scripted(talk.wait(3).client.says(b"\x80again").server.resets())
    assert lay_idle(found.scene, 0, *after_close(found)) is idle


def test_an_answer_that_the_capture_lost(scripted: Scripted) -> None:
    talk = pooled().client.says(get("/x")).server.says(ok(), unseen=True)
    lost = scripted(talk.server.fin().client.acks())
    assert spoke_unseen(lost.scene, 0, int(lost.scene.exchanges.request[1]))
    assert not lost.findings


@pytest.mark.parametrize("displaced", [True, False])
def test_an_answer_behind_the_close_was_sent_before_it(scripted: Scripted, displaced: bool) -> None:
    """Lost, or captured out of order: the FIN's number counts its octets."""
    talk = pooled().client.says(get("/x")).server.says(ok(b"late"), name="answer").wait(5)
    talk.server.fin().client.acks().wait(3).client.says(get("/stale")).server.acks()

    def edit(packets: list[Packet]) -> list[Packet]:
        (answer,) = (packet for packet in packets if packet.name == "answer")
        rest = [packet for packet in packets if packet is not answer]
        return [*rest[:-2], answer, *rest[-2:]] if displaced else rest

    (finding,) = scripted(talk, edit=edit).findings
    assert finding.cause.slug == "stale-keep-alive"
    assert finding.confidence == ("high" if displaced else "medium")


def test_no_answer_is_none(scripted: Scripted) -> None:
    found = scripted(pooled().client.says(get("/x")).server.acks().server.fin().client.acks())
    assert not spoke_unseen(found.scene, 0, int(found.scene.exchanges.request[1]))
    assert found.causes == [("server-abort", "error", 1)]


@pytest.mark.parametrize(("wait_s", "provoked"), [(0.0, True), (3.0, False)])
def test_a_reset_right_after_the_clients_ack(
    scripted: Scripted, wait_s: float, provoked: bool
) -> None:
    found = scripted(pooled().wait(5).client.probes().wait(wait_s).server.aborts())
    assert is_provoked(found.scene, 0, int(found.scene.endings.close[0])) is provoked


@pytest.mark.parametrize(
    ("said", "pause_s", "last"),
    [
        (b"\x15by", 0.001, True),
        (b"\x15by", 3.0, False),
        (b"\x80ask", 0.001, False),
    ],
)
def test_a_short_reply_to_the_close_that_draws_a_reset(
    scripted: Scripted, said: bytes, pause_s: float, last: bool
) -> None:
    talk = Conversation(port=4000).handshake().asks(b"\x80ask", b"\x81answer")
    talk.wait(5).server.fin().wait(pause_s).client.says(said).server.resets()
    found = scripted(talk)
    reset = int(found.scene.connections.server_rst[0])
    assert are_last_words(found.scene, 0, *after_close(found), reset) is last
    assert found.report.verdict.cause == ("none" if last else "stale-keep-alive")


@pytest.mark.parametrize("fin_lost", [False, True], ids=["", "its-fin-lost"])
def test_an_alert_without_bytes_that_crosses_the_close(scripted: Scripted, fin_lost: bool) -> None:
    """A lost FIN is proven by the acknowledgement that counts it (RFC 9293, section 3.4)."""
    talk = Conversation(port=443).handshake()
    talk.asks(CLIENT_HELLO, SERVER_HELLO + CCS + data(800, 53)).asks(CCS + FINISHED, TICKETS)
    talk.asks(data(150), data(400)).wait(5)
    talk.server.fin(late=True)
    talk.client.says(CLOSE_NOTIFY, late=True).client.fin(late=True, unseen=fin_lost)
    talk.arrives().client.acks().server.acks()
    assert not scripted(talk).slugs
    found = scripted(talk, snap_length=54)
    assert not [finding for finding in found.findings if finding.severity == "error"]


@pytest.mark.parametrize(
    ("said", "counted", "last"),
    [(b"\x15by", True, True), (b"\x15by", False, False), (b"\x80ask", True, False)],
)
def test_last_words_whose_fin_was_lost(
    scripted: Scripted, said: bytes, counted: bool, last: bool
) -> None:
    """It may have come with them, however late the segment that counts it."""
    talk = Conversation(port=4000).handshake().asks(b"\x80ask", b"\x81answer").wait(5)
    talk.server.fin().client.acks().wait(0.3).client.says(said)
    if counted:
        talk.client.fin(unseen=True)
    found = scripted(talk.wait(20).client.acks().wait(20).server.acks())
    assert are_last_words(found.scene, 0, *after_close(found), -1) is last
    assert found.report.verdict.cause == ("none" if last else "stale-keep-alive")


def short(said: bytes = b"\x15by", asked: bytes = b"\x80ask") -> Conversation:
    """Something short a while after the close, and nothing behind it."""
    talk = Conversation(port=4000).handshake().asks(asked, b"\x81answer").wait(5)
    talk.server.fin().client.acks().wait(3).client.says(said, name="last", late=True)
    return talk


@pytest.mark.parametrize(("said", "last"), [(b"\x15by", True), (b"\x80ask", False)])
def test_short_words_behind_which_nothing_was_captured(
    scripted: Scripted, said: bytes, last: bool
) -> None:
    """Whatever came with them: a host acknowledges or resets what arrives."""
    found = scripted(short(said))
    assert are_last_words(found.scene, 0, *after_close(found), -1) is last
    assert found.report.verdict.cause == ("none" if last else "stale-keep-alive")


def test_short_words_that_were_answered_may_be_last_words(scripted: Scripted) -> None:
    """With a FIN that is missing from the capture: there is a doubt, but no more."""
    found = scripted(short().arrives().server.resets())
    exchange, _ = after_close(found)
    assert may_be_last_words(found.scene, 0, exchange)
    (finding,) = found.findings
    assert (finding.cause.slug, finding.confidence) == ("stale-keep-alive", "low")


@pytest.mark.parametrize("end", [False, True])
@pytest.mark.parametrize("octets", [LONGEST_FAREWELL, LONGEST_FAREWELL + 1])
def test_a_farewell_is_short_and_ends_it(scripted: Scripted, octets: int, end: bool) -> None:
    talk = short(b"\x15" * octets, asked=b"\x80" * 100).arrives().wait(1)
    found = scripted(talk.client.fin().server.resets() if end else talk.server.resets())
    exchange, _ = after_close(found)
    assert may_be_last_words(found.scene, 0, exchange) is (octets == LONGEST_FAREWELL and not end)
    (finding,) = found.findings
    assert finding.confidence == ("low" if octets == LONGEST_FAREWELL and not end else "high")


@pytest.mark.parametrize("answered", [True, False])
def test_a_first_request_is_compared_with_nothing(scripted: Scripted, answered: bool) -> None:
    talk = Conversation(port=4000).handshake().wait(5)
    talk.server.fin().client.acks().wait(3).client.says(b"\x15by")
    found = scripted(talk.server.resets() if answered else talk)
    exchange, close = after_close(found)
    assert not may_be_last_words(found.scene, 0, exchange)
    assert not are_last_words(found.scene, 0, exchange, close, -1)


def displaced(packets: list[Packet]) -> list[Packet]:
    """The packet named first captured behind the answer to it."""
    (first,) = (packet for packet in packets if packet.name == "first")
    rest = [packet for packet in packets if packet is not first]
    (answer,) = (i for i, packet in enumerate(rest) if packet.name == "answer")
    return [*rest[: answer + 1], first, *rest[answer + 1 :]]


def unheard(packets: list[Packet]) -> list[Packet]:
    return [packet for packet in packets if packet.name not in {"first", "second", "answer"}]


@pytest.mark.parametrize("again", [False, True], ids=["displaced", "sent-again"])
def test_who_spoke_out_of_order_has_used_the_connection(scripted: Scripted, again: bool) -> None:
    """What was captured late counts as old; so does a retransmission, which tells nothing new."""
    talk = Conversation(port=443).handshake()
    talk.asks(CLIENT_HELLO, SERVER_HELLO + CCS + data(800, 53))
    first, second = data(150)[:80], data(150)[80:]
    talk.client.says(CCS + FINISHED).client.says(first, name="first")
    talk.client.says(second, name="second").server.says(TICKETS)
    talk.server.says(data(400), name="answer")
    if again:
        talk.client.repeats("client says 64")
    talk.client.acks().wait(5).server.fin().client.acks().wait(3)
    talk.client.says(data(150)).server.acks()
    found = scripted(talk, edit=unheard if again else displaced)
    assert is_unused(found.scene, 0) is again
    assert found.report.verdict.cause == ("request-timeout" if again else "stale-keep-alive")
