"""`max-age`: connections end at the same age, however busy they were."""

from __future__ import annotations

import pytest

from tests.conversations import Conversation
from tests.messages import get, ok
from tests.recorded import examine
from tests.scripted import Scripted

SLUG = "max-age"


@pytest.mark.parametrize(("name", "at_least_s"), [("nginx-max-age", 3.0), ("grpc-max-age", 3.6)])
def test_it_is_worth_knowing(name: str, at_least_s: float) -> None:
    found = examine(name)
    assert [cause[:2] for cause in found.causes] == [(SLUG, "info")]
    assert found.report.servers[0].max_age_s == pytest.approx(at_least_s, abs=0.1 * at_least_s)
    assert found.report.servers[0].idle_timeout is not None
    assert found.report.servers[0].idle_timeout.estimate_s is None
    assert found.report.verdict.cause == "none"


@pytest.mark.parametrize(
    "name",
    ["nginx-max-requests", "nginx-stale", "server-restart", "connection-close-honoured"],
)
def test_it_is_silent(name: str) -> None:
    assert SLUG not in examine(name).slugs


def until(age_s: float, number: int, *pauses_s: float) -> Conversation:
    """A connection that its server ends at an age, after requests with these pauses."""
    begins_s = 50.0 * number
    talk = Conversation(client_port=50000 + number, start_s=begins_s).handshake()
    for pause_s in pauses_s:
        talk.wait(pause_s).asks(get(), ok())
    return talk.at(begins_s + age_s)


def limited() -> list[Conversation]:
    talks = [until(30, number, 1.0, 9.0 * number) for number in range(3)]
    for talk in talks:
        talk.server.fin().client.acks()
    return talks


def quiet(talk: Conversation) -> Conversation:
    return talk.client.fin().server.acks()


def test_a_timer_that_harms_nobody(scripted: Scripted) -> None:
    found = scripted(*map(quiet, limited()))
    assert found.causes == [(SLUG, "info", 3)]


def test_a_reuse_after_the_limit_is_harmed_by_it(scripted: Scripted) -> None:
    *others, harmed = limited()
    harmed.wait(1).client.says(get("/late")).server.resets()
    found = scripted(*map(quiet, others), harmed)
    assert found.causes == [(SLUG, "error", 3)]
    assert found.harmed(SLUG) == 1


def test_a_request_that_the_limit_cuts_off_is_harmed_by_it(scripted: Scripted) -> None:
    cut = until(29, 5, 1.0, 3.0, 4.0)
    cut.client.says(get("/slow")).server.acks().at(50.0 * 5 + 30).server.fin().client.acks()
    found = scripted(*map(quiet, limited()), quiet(cut))
    assert found.causes == [(SLUG, "error", 4)]
    assert found.harmed(SLUG) == 1
    (advice,) = found.report.findings[0].advice
    assert "old" in advice.text


def test_an_answer_that_nobody_acknowledged_was_not_cut_off(scripted: Scripted) -> None:
    """The server had sent it again and again when the age was reached."""
    talk = until(27, 5, 1.0, 3.0, 4.0).client.says(get("/late"))
    talk.server.says(ok(), name="answer", late=True)
    for _ in range(2):
        talk.wait(1).server.repeats("answer", late=True)
    found = scripted(*map(quiet, limited()), talk.at(50.0 * 5 + 30).server.resets())
    assert found.causes == [(SLUG, "info", 4)]
    assert any(case.story.answer_lost for case in found.cases(SLUG))
