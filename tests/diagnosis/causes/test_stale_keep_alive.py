"""`stale-keep-alive`: the client had been told, and used the connection all the same."""

from __future__ import annotations

import pytest

from netdiag.decode.segments import Flag
from tests import messages
from tests.conversations import Conversation
from tests.messages import get, ok
from tests.recorded import examine
from tests.scripted import Scripted, closed_when_idle, pooled, reused

SLUG = "stale-keep-alive"


@pytest.mark.parametrize(
    ("name", "outcomes"),
    [
        ("nginx-stale", {"reset"}),
        ("tomcat-stale-20s", {"reset"}),
        ("httpd-stale", {"ignored", "reset"}),
        ("lighttpd-stale", {"ignored"}),
        ("nginx-tls13-stale", {"reset"}),
        ("redis-timeout", {"reset"}),
    ],
)
def test_it_holds_whatever_the_server_makes_of_the_request(name: str, outcomes: set[str]) -> None:
    cases = examine(name).cases(SLUG)
    assert {case.story.outcome for case in cases} == outcomes
    assert all(case.story.told for case in cases)
    assert {case.claim.confidence for case in cases} == {"high"}


@pytest.mark.parametrize(
    "name",
    [
        *("keepalive-probes", "tls12-benign-close", "tls13-benign-close", "requests-near-miss"),
        *("half-close", "httpd-keepalive-header", "race-client", "race-server"),
        *("lost-fin-client", "lost-fin-server", "rotated-1", "rotated-2"),
        *("one-direction-to-client", "one-direction-to-server", "middlebox-reset-client"),
    ],
)
def test_it_is_silent(name: str) -> None:
    assert SLUG not in examine(name).slugs


def test_a_scripted_one(scripted: Scripted) -> None:
    found = scripted(reused(idle_s=5, pause_s=3))
    assert found.causes == [(SLUG, "error", 1)]
    story = found.story(SLUG)
    assert (story.told, story.outcome, story.closed_idle) == (True, "reset", True)
    assert round(story.idle_before_close_ns / 1e9) == 5
    assert round(story.after_close_ns / 1e9) == 3


@pytest.mark.parametrize("acknowledged", [True, False])
def test_the_capture_may_lack_the_close_that_the_request_acknowledges(
    scripted: Scripted, acknowledged: bool
) -> None:
    talk = pooled().wait(5).server.fin(unseen=True)
    if acknowledged:
        talk.client.acks()
    found = scripted(talk.wait(3).client.says(get("/stale")).server.resets())
    assert found.causes == [(SLUG, "error", 1)]
    case = found.cases(SLUG)[0]
    assert (case.story.told, case.story.close, case.claim.confidence) == (True, -1, "medium")
    assert "one octet more" in found.report.findings[0].evidence[0]


def test_two_octets_more_are_no_close(scripted: Scripted) -> None:
    talk = pooled().wait(5).server.says(b"x", unseen=True).server.fin(unseen=True)
    found = scripted(talk.wait(3).client.says(get("/stale")).server.resets())
    assert found.slugs == {"lost-close"}


@pytest.mark.parametrize("left", range(-1, 3))
def test_sequence_numbers_may_wrap_at_the_close(scripted: Scripted, left: int) -> None:
    before_fin = 1 + len(ok())
    talk = reused(server_first=(1 << 32) - before_fin - left, client_first=(1 << 32) - 40)
    assert scripted(talk).causes == [(SLUG, "error", 1)]


def test_without_the_handshake_it_is_less_sure(scripted: Scripted) -> None:
    found = scripted(reused(), edit=lambda packets: packets[3:])
    assert [case.claim.confidence for case in found.cases(SLUG)] == ["medium"]


def test_the_clients_own_fin_draws_a_reset_too(scripted: Scripted) -> None:
    assert not scripted(closed_when_idle().wait(3).client.fin().server.resets()).findings


def test_a_keep_alive_probe_is_no_request(scripted: Scripted) -> None:
    for octets in (0, 1):
        talk = closed_when_idle().wait(3).client.probes(octets).server.resets()
        assert not scripted(talk).findings


def test_data_sent_again_after_the_close_is_no_request(scripted: Scripted) -> None:
    talk = pooled().client.says(get("/last")).server.says(ok()).server.fin()
    assert not scripted(talk.client.repeats("GET /last HTTP/1.1").client.acks()).findings


def test_another_connection_with_the_same_ports_is_another(scripted: Scripted) -> None:
    first = closed_when_idle().wait(1).client.fin().server.acks()
    again = pooled(start_s=60, client_first=90_000_000, server_first=70_000_000)
    found = scripted(first, again)
    assert not found.findings
    assert found.report.connections_total == 2


def test_a_farewell_after_the_close_is_no_request(scripted: Scripted) -> None:
    talk = Conversation(port=6379).handshake()
    talk.asks(b"*1\r\n$4\r\nPING\r\n", b"+PONG\r\n").wait(5).server.fin().client.acks()
    talk.wait(1).client.says(b"*1\r\n$4\r\nQUIT\r\n").server.resets()
    assert not scripted(talk).findings


def test_a_request_without_an_acknowledgement_tells_nothing(scripted: Scripted) -> None:
    talk = closed_when_idle().wait(3).client.sends(Flag.PSH, get("/odd")).server.resets()
    found = scripted(talk)
    assert SLUG not in found.slugs


def session_of_mysql() -> Conversation:
    talk = Conversation(port=3306).handshake()
    talk.server.says(messages.mysql_greeting()).asks(messages.mysql(1, b"login"), OK_PACKET)
    return talk.asks(QUERY, OK_PACKET)


OK_PACKET = messages.mysql(2, b"\0\0\0\2\0\0\0")
QUERY = messages.mysql_query(b"SELECT * FROM orders")


def test_mysql_says_why_it_closes(scripted: Scripted) -> None:
    """Error 4031, then FIN (MySQL from 8.0.24 on): the client's next query meets both."""
    said = b"#HY000The client was disconnected by the server because of inactivity."
    talk = session_of_mysql().wait(28).server.says(messages.mysql_error(4031, said))
    talk.server.fin().client.acks().wait(5).client.says(QUERY).server.resets()
    found = scripted(talk)
    assert found.causes == [(SLUG, "error", 1)]
    (finding,) = found.report.findings
    assert "4031: The client was disconnected" in finding.evidence[0]
    (occurrence,) = finding.occurrences
    assert occurrence.close is not None
    assert (occurrence.close.flag, occurrence.told) == ("goodbye", True)
    (server,) = found.report.servers
    assert server.idle_timeout is not None
    assert server.idle_timeout.estimate_s == pytest.approx(28, abs=0.01)


def test_mysql_before_that_only_closes(scripted: Scripted) -> None:
    talk = session_of_mysql().wait(28).server.fin().client.acks()
    talk.wait(5).client.says(QUERY).server.resets()
    assert scripted(talk).causes == [(SLUG, "error", 1)]


def test_a_query_that_takes_longer_than_the_timeout_is_no_idle_time(scripted: Scripted) -> None:
    talk = session_of_mysql().wait(3).client.says(QUERY).wait(60).server.says(OK_PACKET)
    talk.client.acks().wait(10).client.says(messages.COM_QUIT).server.fin().client.fin()
    found = scripted(talk)
    assert not found.findings
    assert found.report.servers[0].idle_timeout.estimate_s is None  # type: ignore[union-attr]


@pytest.mark.parametrize("farewell", [messages.COM_QUIT, messages.TERMINATE, messages.REDIS_QUIT])
def test_a_late_farewell_is_no_request(scripted: Scripted, farewell: bytes) -> None:
    talk = session_of_mysql().wait(28).server.fin().client.acks()
    talk.wait(5).client.says(farewell).server.resets()
    assert not scripted(talk).findings


def test_a_mail_server_that_times_out(scripted: Scripted) -> None:
    """421 is its word for it (RFC 5321, section 3.8); the client's QUIT asks nothing."""
    talk = Conversation(port=25).handshake().server.says(b"220 mx ESMTP\r\n")
    talk.asks(b"EHLO me\r\n", b"250 mx\r\n").asks(b"NOOP\r\n", b"250 Ok\r\n").wait(300)
    talk.server.says(b"421 4.4.2 mx Error: timeout exceeded\r\n").server.fin().client.acks()
    quits = talk.wait(2)
    quits.client.says(b"QUIT\r\n").server.resets()
    found = scripted(quits)
    assert SLUG not in found.slugs
    assert found.report.servers[0].idle_timeout.estimate_s == pytest.approx(300, abs=0.01)  # type: ignore[union-attr]
