"""`keep-alive-race`: neither could know of the other."""

from __future__ import annotations

import pytest

from netdiag.decode.segments import Flag
from tests.conversations import Conversation
from tests.messages import get, ok
from tests.recorded import examine
from tests.scripted import Scripted, closed_when_idle, pooled

SLUG = "keep-alive-race"


@pytest.mark.parametrize("name", ["race-client", "race-server", "race-node-client"])
def test_it_holds_at_both_ends(name: str) -> None:
    found = examine(name)
    assert found.causes == [(SLUG, "error", 5)]
    after = {case.story.after_close_ns >= 0 for case in found.cases(SLUG)}
    assert after == {name.endswith("server")}, "at the client the request comes first"
    assert {case.story.told for case in found.cases(SLUG)} == {False}


@pytest.mark.parametrize(
    "name",
    [
        *("nginx-stale", "stale-wan-client", "stale-wan-server", "lost-fin-client"),
        *("lost-fin-server", "server-vanished-server", "server-crash-before-response"),
    ],
)
def test_it_is_silent(name: str) -> None:
    assert SLUG not in examine(name).slugs


def crossing(apart_s: float, *, request_first: bool) -> Conversation:
    """A request and a FIN of which neither acknowledges the other."""
    talk = pooled(2, 1.0).wait(4)
    if request_first:
        talk.client.says(get("/x"), late=True).wait(apart_s).server.fin(late=True)
    else:
        talk.server.fin(late=True).wait(apart_s).client.says(get("/x"), late=True)
    return talk.arrives().server.resets().client.acks()


@pytest.mark.parametrize("request_first", [True, False])
def test_within_a_round_trip(scripted: Scripted, request_first: bool) -> None:
    found = scripted(crossing(0.005, request_first=request_first))
    assert found.causes == [(SLUG, "error", 1)]
    assert found.report.verdict.confidence == "high"


def test_a_request_without_an_acknowledgement_leaves_it_open(scripted: Scripted) -> None:
    """No number says whether the FIN had arrived: only the moment does."""
    talk = pooled(2, 1.0).wait(4).server.fin(late=True).wait(0.005)
    talk.client.sends(Flag.PSH, get("/x"), late=True).arrives().server.resets(sequence=7)
    found = scripted(talk)
    assert found.causes == [(SLUG, "error", 1)]
    assert found.report.verdict.confidence == "medium"


def test_much_later_the_close_was_lost(scripted: Scripted) -> None:
    found = scripted(crossing(3.0, request_first=False))
    assert found.causes == [("lost-close", "error", 1)]


def test_a_told_client_did_not_race_however_quick_it_was(scripted: Scripted) -> None:
    talk = closed_when_idle().client.says(get("/x")).server.resets()
    assert scripted(talk).causes == [("stale-keep-alive", "error", 1)]


def test_the_request_came_in_when_the_program_had_already_decided(scripted: Scripted) -> None:
    """The kernel acknowledges it, the program closes: only the moment tells."""
    others = [closed_when_idle(5, client_port=50000 + i, start_s=i * 2) for i in range(3)]
    late = pooled(client_port=50010).wait(4.9999).client.says(get("/x"))
    late.server.fin().client.acks().client.fin().server.acks()
    found = scripted(*others, late)
    assert found.causes == [(SLUG, "error", 1)]
    assert found.report.verdict.confidence == "medium"


def test_any_other_moment_is_an_abort(scripted: Scripted) -> None:
    others = [closed_when_idle(5, client_port=50000 + i, start_s=i * 2) for i in range(3)]
    busy = pooled(client_port=50010).wait(2).client.says(get("/x")).server.fin().client.acks()
    assert scripted(*others, busy).causes == [("server-abort", "error", 1)]


def test_an_answered_request_raced_with_nothing(scripted: Scripted) -> None:
    talk = pooled(2, 1.0).wait(4).client.says(get("/x")).server.says(ok()).server.fin()
    assert not scripted(talk.client.acks().client.fin().server.acks()).findings
