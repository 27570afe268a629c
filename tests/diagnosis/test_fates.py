"""What became of a request: who had been told, what answered, what was sent again."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.diagnosis.fates import (
    count_retransmissions,
    is_answer_lost,
    outcome_of,
    was_told,
    was_told_unseen,
)
from netdiag.diagnosis.resets import find_reset
from netdiag.exchanges import CloseKind
from tests.conversations import Conversation, Packet
from tests.messages import get, ok
from tests.recorded import Examined
from tests.scripted import Scripted, closed_when_idle, pooled


def told(found: Examined) -> bool | None:
    endings, exchanges = found.scene.endings, found.scene.exchanges
    after = int(endings.after_close[0])
    request = int(exchanges.request[after]) if after >= 0 else -1
    kind = CloseKind(int(endings.close_kind[0]))
    return was_told(found.scene, int(endings.close[0]), kind, request)


@pytest.mark.parametrize(("short_by", "expected"), [(0, True), (1, False), (-5, True)])
def test_told_is_who_acknowledges_the_fin(
    scripted: Scripted, short_by: int, expected: bool
) -> None:
    talk = closed_when_idle().wait(1)
    talk.client.says(get("/x"), acknowledgment=talk.client.expects - short_by).server.resets()
    assert told(scripted(talk)) is expected


def test_a_fin_with_data_is_covered_with_its_data(scripted: Scripted) -> None:
    talk = pooled().client.says(get()).server.fin(ok()).client.acks().wait(1)
    end = talk.client.expects
    for acknowledgment, expected in ((end, True), (end - 1, False)):
        again = pooled().client.says(get()).server.fin(ok()).client.acks().wait(1)
        again.client.says(get("/x"), acknowledgment=acknowledgment).server.resets()
        assert told(scripted(again)) is expected


def test_a_reset_tells_nobody(scripted: Scripted) -> None:
    talk = pooled().wait(5).server.aborts().wait(1).client.says(get("/x")).server.resets()
    assert told(scripted(talk)) is None


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [(1, True), (0, False), (2, False)],
    ids=["a FIN", "nothing", "a byte more, which is no FIN alone"],
)
def test_told_unseen_is_who_acknowledges_one_more_than_was_captured(
    scripted: Scripted, ahead: int, expected: bool
) -> None:
    talk = pooled(2).client.says(get()).server.says(ok(b"x" * 2000)).wait(5)
    last = talk.client.expects
    talk.client.says(get("/x"), acknowledgment=last + ahead).server.resets()
    scene = scripted(talk).scene
    exchange = len(scene.exchanges) - 1
    reset = find_reset(scene, 0, int(scene.exchanges.request[exchange]))
    assert was_told_unseen(scene, 0, exchange, reset) is expected


@pytest.mark.parametrize("lost", [True, False], ids=["fin-lost", "none"])
def test_a_program_that_gives_up_counts_its_fin(scripted: Scripted, lost: bool) -> None:
    """Tomcat reads what comes behind its FIN, and gives up later; without one it only gives up."""
    talk = pooled(2).wait(5)
    if lost:
        talk.server.fin(unseen=True).client.acks(unseen=True)
    talk.wait(3).client.says(get("/x")).server.acks().wait(0.5).server.aborts()
    found = scripted(talk)
    exchange = len(found.scene.exchanges) - 1
    reset = find_reset(found.scene, 0, int(found.scene.exchanges.request[exchange]))
    assert was_told_unseen(found.scene, 0, exchange, reset) is lost
    (finding,) = found.findings
    assert finding.cause.slug == ("stale-keep-alive" if lost else "server-abort")
    assert finding.confidence == ("medium" if lost else "high")


def test_a_request_is_not_told_of_what_the_reset_does_not_count(scripted: Scripted) -> None:
    """An odd acknowledgement number, say of a proxy in the path."""
    talk = pooled(2).wait(5)
    ahead = talk.client.expects + 1
    found = scripted(talk.client.says(get("/x"), acknowledgment=ahead).server.aborts())
    exchange = len(found.scene.exchanges) - 1
    reset = find_reset(found.scene, 0, int(found.scene.exchanges.request[exchange]))
    assert not was_told_unseen(found.scene, 0, exchange, reset)


@pytest.mark.parametrize("lost", [True, False], ids=["fin-lost", "none"])
def test_an_idle_close_by_fin_is_none_by_reset(scripted: Scripted, lost: bool) -> None:
    """What the client sent between them would have been reset, and it would know."""
    talk = pooled(2).wait(5)
    if lost:
        talk.server.fin(unseen=True).client.acks(unseen=True)
    assert ("idle-reset" in scripted(talk.wait(3).server.aborts()).slugs) is not lost


def outcome(found: Examined) -> str:
    last = len(found.scene.exchanges) - 1
    return outcome_of(found.scene, 0, last, None)


def test_outcomes(scripted: Scripted) -> None:
    def asked() -> Conversation:
        return pooled().wait(5).client.says(get("/x"))

    assert outcome(scripted(asked())) == "unanswered"
    assert outcome(scripted(asked().server.acks())) == "ignored"
    assert outcome(scripted(asked().server.says(ok()))) == "answered"
    assert outcome_of(scripted(asked()).scene, 0, -1, None) == "closed"


def test_an_acknowledgement_of_earlier_bytes_is_none(scripted: Scripted) -> None:
    talk = pooled().wait(5).client.says(get("/x"))
    before = talk.server.expects - len(get("/x"))
    assert outcome(scripted(talk.server.acks(acknowledgment=before))) == "unanswered"


def retransmissions(found: Examined) -> int:
    request = int(found.scene.exchanges.request[-1])
    return count_retransmissions(found.scene, 0, request)


def test_retransmissions_are_counted(scripted: Scripted) -> None:
    talk = pooled().wait(5).client.says(get("/x"))
    assert retransmissions(scripted(talk)) == 0
    for again in range(4):
        talk.wait(0.2 * 2**again).client.repeats()
    assert retransmissions(scripted(talk)) == 4


def test_copies_are_not(scripted: Scripted) -> None:
    def twice(packets: list[Packet]) -> list[Packet]:
        return [packet for packet in packets for _ in range(2)]

    talk = pooled().wait(5).client.says(get("/x")).wait(0.3).client.repeats()
    assert retransmissions(scripted(talk, edit=twice)) == 1


def test_probes_are_not(scripted: Scripted) -> None:
    talk = pooled().wait(5).client.says(get("/x")).wait(9).client.probes(1).wait(9)
    assert retransmissions(scripted(talk.client.probes(0))) == 0


def test_no_request_no_retransmissions(scripted: Scripted) -> None:
    assert count_retransmissions(scripted(pooled()).scene, 0, -1) == 0


def test_an_answer_that_never_arrives(scripted: Scripted) -> None:
    talk = pooled().wait(5).client.says(get("/x")).server.says(ok(), late=True)
    assert not is_answer_lost(scripted(talk).scene, 0)
    for again in range(3):
        talk.wait(0.2 * 2**again).server.repeats(late=True)
    found = scripted(talk)
    assert is_answer_lost(found.scene, 0)
    assert np.all(found.scene.exchanges.answered)
    assert not is_answer_lost(scripted(talk.arrives().client.acks()).scene, 0)


def test_without_an_answer_none_is_lost(scripted: Scripted) -> None:
    talk = Conversation().client.says(get("/x")).server.says(ok(), late=True)
    for again in range(3):
        talk.wait(0.2 * 2**again).server.repeats(late=True)
    silent = Conversation(client_port=40001, start_s=5, server_first=1000).handshake()
    scene = scripted(talk, silent).scene
    assert [is_answer_lost(scene, connection) for connection in range(2)] == [True, False]
