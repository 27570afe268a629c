"""`silent-drop`: an idle connection is used again, and nothing answers."""

from __future__ import annotations

import pytest

from tests.conversations import Conversation
from tests.messages import get, ok
from tests.recorded import examine
from tests.scripted import Scripted, pooled

SLUG = "silent-drop"


@pytest.mark.parametrize(
    ("name", "outcome", "confidence"),
    [
        ("silent-drop-client", "unanswered", "high"),
        ("silent-drop-return-client", "unanswered", "high"),
        ("silent-drop-return-server", "answered", "medium"),
    ],
)
def test_it_holds(name: str, outcome: str, confidence: str) -> None:
    cases = examine(name).cases(SLUG)
    assert {case.story.outcome for case in cases} == {outcome}
    assert {case.claim.confidence for case in cases} == {confidence}


@pytest.mark.parametrize(
    "name",
    ["silent-drop-server", "firewall-syn-drop-client", "lost-fin-client", "keepalive-probes"],
)
def test_it_is_silent(name: str) -> None:
    assert SLUG not in examine(name).slugs


def dropped(times: int, idle_s: float = 300) -> Conversation:
    """A request that is sent again so many times."""
    talk = pooled().wait(idle_s).client.says(get("/x"), late=True)
    for again in range(times):
        talk.wait(0.2 * 2**again).client.repeats(late=True)
    return talk


@pytest.mark.parametrize(
    ("times", "confidence"), [(0, None), (1, None), (2, "medium"), (3, "high"), (8, "high")]
)
def test_one_retransmission_proves_nothing(
    scripted: Scripted, times: int, confidence: str | None
) -> None:
    claims = [case.claim.confidence for case in scripted(dropped(times)).cases(SLUG)]
    assert claims == ([confidence] if confidence else [])


def test_no_box_forgets_a_busy_connection(scripted: Scripted) -> None:
    assert SLUG not in scripted(dropped(4, idle_s=0.3)).slugs


def test_copies_are_no_retransmissions(scripted: Scripted) -> None:
    found = scripted(dropped(0), edit=lambda packets: [p for p in packets for _ in range(4)])
    assert not found.findings


def test_a_slow_server_acknowledges(scripted: Scripted) -> None:
    talk = dropped(4).arrives().server.acks()
    assert not scripted(talk).findings


def test_an_answer_at_last(scripted: Scripted) -> None:
    talk = dropped(4).arrives().server.says(ok()).client.acks()
    assert not scripted(talk).findings
