"""Occurrences: one connection each on which a cause was seen."""

from __future__ import annotations

import pytest

from netdiag.report.build.occurrences import TIMELINES, occurrence
from netdiag.report.finding import Occurrence
from tests.conversations import Conversation
from tests.messages import get, ok
from tests.recorded import Examined, examine
from tests.scripted import Scripted, pooled, reused


def first(found: Examined, slug: str, number: int = 0) -> Occurrence:
    return occurrence(found.subject, found.cases(slug)[0], number)


def test_a_stale_connection(scripted: Scripted) -> None:
    again = pooled(0, client_port=40001, start_s=8.05).asks(get("/stale"), ok())
    seen = first(scripted(reused(5, 3), again), "stale-keep-alive")
    assert seen.connection == "c1"
    assert (seen.stream, seen.wireshark_filter) == (0, "tcp.stream eq 0")
    assert (seen.client, seen.server) == ("10.0.0.1:40000", "10.0.0.2:80")
    assert seen.close is not None and seen.request is not None and seen.reset is not None
    assert (seen.close.frame, seen.close.flag) == (7, "FIN")
    assert (seen.request.frame, seen.request.summary) == (9, "GET /stale HTTP/1.1")
    assert (seen.reset.frame, seen.reset.origin) == (10, "no-socket")
    assert (seen.told, seen.outcome) == (True, "reset")
    assert seen.idle_before_close_s == pytest.approx(5, abs=0.01)
    assert seen.idle_before_reuse_s == pytest.approx(8, abs=0.01)
    assert seen.after_close_s == pytest.approx(3, abs=0.01)
    assert seen.client_state == "CLOSE_WAIT"
    assert seen.retry is not None
    assert (seen.retry.connection, seen.retry.frame) == ("c2", 14)
    assert 0 < seen.retry.after_s < 0.1


def test_without_a_request(scripted: Scripted) -> None:
    seen = first(scripted(pooled().wait(60).server.aborts()), "idle-reset")
    assert (seen.request, seen.told, seen.reset, seen.retry) == (None, None, None, None)
    assert seen.close is not None
    assert seen.close.flag == "RST"
    assert (seen.outcome, seen.after_close_s, seen.idle_before_reuse_s) == ("closed", None, None)


def test_without_a_close(scripted: Scripted) -> None:
    seen = first(scripted(pooled().wait(60).client.says(get("/x")).server.resets()), "lost-close")
    assert (seen.close, seen.told, seen.idle_before_close_s, seen.after_close_s) == (None,) * 4
    assert seen.idle_before_reuse_s == pytest.approx(60, abs=0.01)
    assert seen.client_state == "ESTABLISHED"


def test_a_request_in_the_very_first_row(scripted: Scripted) -> None:
    """Row 0 is a row like any other."""
    talk = pooled().wait(5).client.says(get("/x"), late=True)
    talk.server.fin().arrives().server.resets()
    found = scripted(talk, edit=lambda packets: packets[-3:])
    assert found.story("keep-alive-race").request == 0
    seen = first(found, "keep-alive-race")
    assert seen.request is not None
    assert seen.after_close_s is not None


def test_a_forged_reset_is_shown() -> None:
    seen = first(examine("middlebox-idle-reset-client"), "middlebox-reset")
    assert seen.reset is not None
    assert seen.reset.origin == "middlebox"


def test_only_the_first_have_timelines(scripted: Scripted) -> None:
    found = scripted(reused())
    assert first(found, "stale-keep-alive", TIMELINES - 1).timeline
    assert not first(found, "stale-keep-alive", TIMELINES).timeline


@pytest.mark.parametrize(
    ("name", "slug", "symptom"),
    [
        ("tomcat-stale-20s", "stale-keep-alive", "NoHttpResponseException"),
        ("lost-fin-httpclient-client", "lost-close", "Connection reset"),
    ],
)
def test_symptoms_in_the_words_of_the_client(name: str, slug: str, symptom: str) -> None:
    assert symptom in str(first(examine(name), slug).symptom)


def test_a_client_without_a_name_is_not_its_neighbour(scripted: Scripted) -> None:
    """One host, two clients: only the requests of the second have a User-Agent."""
    silent = reused(client_port=40001)
    named = Conversation(client_port=40002).handshake()
    named.asks(get("/", "GET", "User-Agent: undici"), ok()).wait(5).server.fin().client.acks()
    named.wait(3).client.says(get("/2", "GET", "User-Agent: undici")).server.resets()
    symptoms = [each.symptom for each in scripted(silent, named).report.findings[0].occurrences]
    assert symptoms[0] is None
    assert "other side closed" in str(symptoms[1])


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("tomcat-stale-20s", "stale-keep-alive"),
        ("httpclient-race-client", "keep-alive-race"),
        ("httpclient-race-server", "keep-alive-race"),
        ("httpclient-restart", "server-restart"),
        ("httpclient-abort", "server-abort"),
        ("announced-close-ignored-nginx", "announced-close-ignored"),
    ],
)
def test_one_exception_has_many_causes(name: str, slug: str) -> None:
    assert "NoHttpResponseException" in str(first(examine(name), slug).symptom)


def test_no_symptom_where_nothing_failed() -> None:
    assert first(examine("server-restart-absorbed"), "server-restart").symptom is None


def test_no_retry_is_sought_where_nothing_failed() -> None:
    assert first(examine("nginx-max-requests"), "max-requests").retry is None


@pytest.mark.parametrize("name", ["lost-fin-server", "race-server"])
def test_a_close_that_the_client_had_not_seen_leaves_it_established(name: str) -> None:
    (finding,) = [f for f in examine(name).report.findings if f.severity == "error"]
    assert {occurrence.client_state for occurrence in finding.occurrences} == {"ESTABLISHED"}
