"""The verdict in one sentence."""

from __future__ import annotations

import pytest

from netdiag.analysis import Options
from netdiag.diagnosis.causes import CAUSES
from netdiag.report.build.headlines import HEADLINES, headline, no_headline, setting_s
from netdiag.report.build.wording import evidence
from tests import messages
from tests.conversations import Conversation
from tests.recorded import examine, examine_files, names, recorded
from tests.scripted import Scripted, pooled, reused

each_fixture = pytest.mark.parametrize("name", names())


def test_every_cause_has_a_headline() -> None:
    assert HEADLINES.keys() == {cause.slug for cause in CAUSES}


def test_what_an_administrator_ended_is_no_restart(scripted: Scripted) -> None:
    def ended(number: int) -> Conversation:
        talk = Conversation(client_port=40000 + number, start_s=2.0 * number, port=5432)
        talk.handshake().asks(messages.postgresql_startup(), messages.READY_FOR_QUERY).wait(5)
        return talk.server.says(messages.postgresql_fatal(b"57P01")).server.fin().client.acks()

    found = scripted(ended(0), ended(1))
    assert headline(found.subject, found.findings[0]) == (
        "10.0.0.2:5432 ended 2 connections because it was shutting down or an administrator "
        "wanted it"
    )
    assert "within a moment" in examine("server-restart").report.verdict.headline


def test_of_one_request(scripted: Scripted) -> None:
    found = scripted(reused(5, 3))
    assert headline(found.subject, found.findings[0]) == (
        "1 request to 10.0.0.2:80 failed because the client reused a connection that the server "
        "had already closed as idle after 5 s"
    )


def test_of_several_requests(scripted: Scripted) -> None:
    found = scripted(*(reused(5, 3, client_port=40000 + i, start_s=i * 2) for i in range(3)))
    head = headline(found.subject, found.findings[0])
    assert head.startswith("3 requests to 10.0.0.2:80 failed because the client reused connections")


def test_only_harmed_requests_are_counted() -> None:
    found = examine("server-restart")
    assert "10" not in headline(found.subject, found.findings[0])
    stale = examine("nginx-stale")
    assert headline(stale.subject, stale.findings[0]).startswith("8 requests")


def test_no_timeout_is_named_where_none_explains_the_closes(scripted: Scripted) -> None:
    talks = [
        reused(idle_s, client_port=40000 + number, start_s=1.7 * number)
        for number, idle_s in enumerate((5, 60, 5, 60))
    ]
    found = scripted(*talks)
    (finding,) = found.findings
    assert headline(found.subject, finding).endswith("already closed as idle")
    assert evidence(found.subject, finding)[-1] == (
        "The server closed 4 idle connections; no single timeout explains when."
    )


def test_nothing_found(scripted: Scripted) -> None:
    assert no_headline(scripted(pooled(2)).subject) == (
        "No request failed because of how a connection ended, in 1 connection with 2 exchanges"
    )
    several = scripted(pooled(1), pooled(0, client_port=40001))
    assert no_headline(several.subject).endswith("in 2 connections with 1 exchange")


def test_nothing_to_look_at(scripted: Scripted) -> None:
    talk = Conversation().client.syn()
    found = scripted(talk, edit=lambda packets: [])
    assert no_headline(found.subject) == "No TCP connection was found to look at"


def test_nothing_that_was_asked_for() -> None:
    found = examine_files([recorded("node-stale").path], Options(server="192.0.2.1"))
    said = "No TCP connection is one of those that were asked for"
    assert found.report.verdict.headline == no_headline(found.subject) == said


def test_the_setting_before_the_estimate() -> None:
    (timeout,) = examine("node-stale").scene.timeouts.servers.values()
    assert setting_s(timeout) == 3
    assert setting_s(None) is None
