"""`Crowds`: what only many connections together tell."""

from __future__ import annotations

from netdiag.diagnosis.crowds import Crowds, find_crowds
from tests.conversations import Conversation
from tests.messages import get, head, ok, response
from tests.recorded import Examined, examine
from tests.scripted import Scripted, closed_when_idle, pooled


def crowds(found: Examined) -> Crowds:
    return find_crowds(found.scene)


def test_one_row_a_connection() -> None:
    found = examine("nginx-stale")
    seen = crowds(found)
    columns = (seen.leaking, seen.refused, seen.scanned, seen.timed_out)
    assert {len(column) for column in columns} == {len(found.scene.connections)}


def test_leaks(scripted: Scripted) -> None:
    leaks = [closed_when_idle(3, client_port=50000 + i) for i in range(3)]
    busy = pooled(client_port=60000).at(30).asks(get(), ok())
    assert sorted(crowds(scripted(*leaks, busy)).leaking.tolist()) == [False, True, True, True]
    assert not crowds(scripted(*leaks)).leaking.any(), "the capture ends too soon to tell"


def test_a_reused_connection_is_no_leak(scripted: Scripted) -> None:
    leaks = [closed_when_idle(3, client_port=50000 + i) for i in range(3)]
    leaks[0].wait(20).client.says(get("/x")).server.resets()
    busy = pooled(client_port=60000).at(40).asks(get(), ok())
    assert not crowds(scripted(*leaks, busy)).leaking.any(), "two are left"


def test_refused(scripted: Scripted) -> None:
    refused = Conversation().client.syn().server.aborts()
    worked = pooled(client_port=40001)
    seen = crowds(scripted(refused, worked))
    assert sorted(seen.refused.tolist()) == [False, True]
    assert not seen.scanned.any()


def test_a_refused_syn_that_is_sent_again_is_one_attempt(scripted: Scripted) -> None:
    refused = Conversation().client.syn().server.aborts()
    for _ in range(2):
        refused.wait(0.5).client.repeats().server.aborts()
    other = Conversation(client_port=40001).client.syn().server.aborts()
    found = scripted(refused, other)
    assert crowds(found).refused.sum() == 4
    assert crowds(found).tried_again.sum() == 2
    assert found.causes == [("connection-refused", "error", 2)]


def test_a_refused_syn_that_is_answered_later_harms_nobody(scripted: Scripted) -> None:
    talk = Conversation().client.syn().server.aborts().wait(0.5).client.repeats()
    found = scripted(talk.server.syn_ack().client.acks().asks(get(), ok()))
    assert found.causes == [("connection-refused", "info", 1)]


def test_a_late_reset_refuses_nothing(scripted: Scripted) -> None:
    talk = Conversation().client.syn().server.syn_ack().client.acks().server.aborts()
    assert not crowds(scripted(talk)).refused.any()


def test_timed_out(scripted: Scripted) -> None:
    cut = pooled().client.says(get()).server.says(head("HTTP/1.1 200 OK", "Content-Length: 9"))
    late = pooled(client_port=40001).wait(9).server.says(response("408 Request Timeout"))
    seen = crowds(scripted(cut.server.fin().client.acks(), late.server.fin().client.acks()))
    assert sorted(seen.timed_out.tolist()) == [False, True]
