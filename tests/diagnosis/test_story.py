"""`Story`: the questions that causes ask about the last request of a connection."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.diagnosis.crowds import find_crowds
from netdiag.diagnosis.story import Story
from netdiag.diagnosis.telling import tell
from netdiag.exchanges import CloseKind, Protocol
from netdiag.timeouts import Reason
from tests.conversations import Conversation
from tests.messages import COM_QUIT, get, mysql, mysql_greeting, mysql_query, ok
from tests.recorded import Examined, examine
from tests.scripted import Scripted, closed_when_idle, pooled, reused


def told_of(found: Examined) -> Story:
    """The story of the only connection."""
    (connection,) = range(len(found.scene.connections))
    return tell(found.scene, find_crowds(found.scene), connection)


def test_a_stale_connection(scripted: Scripted) -> None:
    story = told_of(scripted(reused(idle_s=5, pause_s=3)))
    assert story.close_kind is CloseKind.FIN
    assert story.reason is Reason.IDLE
    assert story.protocol is Protocol.HTTP1
    assert story.is_http and story.syn_seen and story.closed_by_server and story.after_close
    assert story.reused_after_close and story.closed_idle and story.told
    assert story.reset is not None
    assert story.outcome == "reset"
    assert not story.crossed and not story.announced and not story.closed_by_reset
    assert not story.truncated and not story.partial_request and not story.timed_out_with_408
    assert not story.kept_in_close_wait and not story.refused and story.forged is None
    assert round(story.idle_ns / 1e9) == 8
    assert round(story.idle_before_close_ns / 1e9) == 5
    assert round(story.after_close_ns / 1e9) == 3


def test_a_connection_that_ended_well(scripted: Scripted) -> None:
    story = told_of(scripted(closed_when_idle().client.fin().server.acks()))
    assert story.closed_by_server and story.closed_idle
    assert (story.exchange, story.request, story.outcome) == (-1, -1, "closed")
    assert not story.reused_after_close and not story.asks
    assert (story.told, story.idle_ns, story.retransmissions) == (None, -1, 0)


def test_a_client_that_ended_it_first(scripted: Scripted) -> None:
    story = told_of(scripted(pooled().wait(3).client.fin().server.fin().client.acks()))
    assert not story.closed_by_server
    assert story.reason is Reason.NOT_CLOSED


def test_without_its_beginning(scripted: Scripted) -> None:
    story = told_of(scripted(reused(), edit=lambda packets: packets[3:]))
    assert not story.syn_seen
    assert story.reused_after_close


def test_a_request_that_the_close_did_not_answer(scripted: Scripted) -> None:
    talk = pooled().client.says(get("/x")).server.acks().wait(2).server.aborts()
    story = told_of(scripted(talk))
    assert story.closed_unanswered and story.closed_by_reset and story.asks
    assert not story.after_close and not story.reused_after_close
    assert story.outcome == "reset"
    assert story.told is None, "a RST has no sequence number of its own"


def asking(protocol: str) -> Conversation:
    """Three exchanges and an unanswered word."""
    if protocol == "mysql":
        talk = Conversation(port=3306).handshake().server.says(mysql_greeting())
        for _ in range(3):
            talk.asks(mysql_query(), mysql(1, b"\1"))
        return talk.client.says(mysql_query(b"SELECT SLEEP(9)"))
    talk = Conversation(port=5000).handshake()
    for number in range(3):
        talk.asks(b"\x80ask%d" % number, b"\x81answer")
    return talk.client.says(b"\x80more")


@pytest.mark.parametrize(("protocol", "asks"), [("mysql", True), ("unknown", False)])
def test_what_asks_for_something(scripted: Scripted, protocol: str, asks: bool) -> None:
    story = told_of(scripted(asking(protocol).server.acks().wait(1).server.aborts()))
    assert story.protocol.slug == protocol
    assert story.asks is asks


def test_a_farewell_asks_for_nothing(scripted: Scripted) -> None:
    talk = Conversation(port=3306).handshake().server.says(mysql_greeting())
    talk.asks(mysql_query(), mysql(1, b"\1")).client.says(COM_QUIT).server.fin()
    assert not told_of(scripted(talk.client.acks())).asks


def test_at_the_idle_timeout(scripted: Scripted) -> None:
    measured = [closed_when_idle(5, client_port=50000 + i, start_s=3 * i) for i in range(3)]
    talk = pooled(client_port=60000).wait(4.999).client.says(get()).server.fin().client.acks()
    found = scripted(*measured, talk)
    table = found.scene.connections
    (row,) = np.flatnonzero(table.client & np.uint64(0xFFFF) == 60000)
    assert tell(found.scene, find_crowds(found.scene), int(row)).at_idle_timeout


def test_a_cut_announcement(scripted: Scripted) -> None:
    talk = pooled().server.fin().client.acks().wait(1).client.says(get()).server.resets()
    assert told_of(scripted(talk, snap_length=70)).announcement_cut
    assert not told_of(scripted(talk)).announcement_cut


def test_crowds_speak_through_stories() -> None:
    assert examine("close-wait-leak").story("close-wait-leak").kept_in_close_wait
    assert examine("connection-refused").story("connection-refused").refused
    assert examine("server-restart").story("server-restart").closed_together
    assert examine("nginx-max-requests").story("max-requests").closed_at_limit
    assert examine("server-crash-inside-response").story("response-truncated").truncated
    assert examine("announced-close-ignored").story("announced-close-ignored").announced


def test_an_answer_after_all(scripted: Scripted) -> None:
    talk = pooled().wait(9).client.says(get()).wait(1).client.repeats().server.says(ok())
    story = told_of(scripted(talk.client.acks().wait(5).server.fin().client.acks()))
    assert (story.exchange, story.outcome) == (-1, "closed")
