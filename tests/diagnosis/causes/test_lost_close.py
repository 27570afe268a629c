"""`lost-close`: the server no longer had the connection, and the client did not know."""

from __future__ import annotations

import pytest

from tests.messages import get
from tests.recorded import examine
from tests.scripted import Scripted, pooled

SLUG = "lost-close"


@pytest.mark.parametrize(
    ("name", "sees_the_close"),
    [
        ("lost-fin-client", False),
        ("lost-fin-server", True),
        ("lost-fin-httpclient-client", False),
        ("server-vanished-client", False),
        ("server-vanished-server", False),
    ],
)
def test_it_holds_at_both_ends(name: str, sees_the_close: bool) -> None:
    cases = examine(name).cases(SLUG)
    assert {case.story.close >= 0 for case in cases} == {sees_the_close}
    assert {case.story.told for case in cases} == {False if sees_the_close else None}
    assert {case.story.reset.origin for case in cases if case.story.reset} == {"no-socket"}


@pytest.mark.parametrize(
    "name",
    ["nginx-stale", "race-client", "race-server", "middlebox-reset-client", "silent-drop-client"],
)
def test_it_is_silent(name: str) -> None:
    assert SLUG not in examine(name).slugs


def test_a_reset_out_of_the_blue(scripted: Scripted) -> None:
    found = scripted(pooled().wait(30).client.says(get("/x")).server.resets())
    assert found.causes == [(SLUG, "error", 1)]
    assert found.report.verdict.confidence == "high"


def test_on_a_busy_connection_it_is_a_guess(scripted: Scripted) -> None:
    found = scripted(pooled().wait(0.1).client.says(get("/x")).server.resets())
    assert found.report.verdict.cause == SLUG
    assert found.report.verdict.confidence == "low"


def test_a_first_request_reused_nothing(scripted: Scripted) -> None:
    assert SLUG not in scripted(pooled(0).wait(9).client.says(get()).server.resets()).slugs


def test_a_program_that_resets_has_the_connection(scripted: Scripted) -> None:
    found = scripted(pooled().wait(30).client.says(get("/x")).server.acks().server.aborts())
    assert found.causes == [("server-abort", "error", 1)]


def test_a_close_repeated_and_never_acknowledged(scripted: Scripted) -> None:
    talk = pooled().wait(5).server.fin(late=True)
    for pause_s in (0.2, 0.4, 0.8):
        talk.wait(pause_s).server.repeats(late=True)
    found = scripted(talk.wait(4).client.says(get("/x")).server.resets())
    assert found.causes == [(SLUG, "error", 1)]
