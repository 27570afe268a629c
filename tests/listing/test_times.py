"""How long connections were there, lay idle, and stood in CLOSE_WAIT."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conversations import Conversation
from tests.listing.listed import Row, listed, rows_of
from tests.messages import get, ok
from tests.scripted import Scripted, closed_when_idle, pooled, reused

Seen = Callable[..., Row]


@pytest.fixture
def seen(scripted: Scripted) -> Seen:
    def look(*talks: Conversation) -> Row:
        return rows_of(listed(scripted(*talks)))[0]

    return look


def near(seconds: float) -> object:
    return pytest.approx(seconds, abs=0.01)


def test_idle_before_a_request_counts(seen: Seen) -> None:
    talk = pooled().wait(7).client.says(get()).server.says(ok()).wait(2).client.fin()
    row = seen(talk)
    assert (row["longest_idle_s"], row["duration_s"]) == (near(7), near(9))


def test_idle_before_either_close_counts(seen: Seen) -> None:
    assert seen(closed_when_idle(5))["longest_idle_s"] == near(5)
    assert seen(pooled().wait(4).client.fin())["longest_idle_s"] == near(4)


def test_idle_until_the_captures_end_counts(seen: Seen) -> None:
    other = Conversation(client_port=40_001, start_s=30).handshake()
    assert seen(pooled(), other)["longest_idle_s"] == near(30)


def test_waiting_for_an_answer_is_not_idleness(seen: Seen) -> None:
    talk = pooled().wait(1).client.says(get("/slow")).wait(60).server.fin()
    row = seen(talk)
    assert row["longest_idle_s"] == near(1)
    assert seen(Conversation().handshake().wait(9).client.fin())["longest_idle_s"] is None


def test_close_wait(seen: Seen) -> None:
    assert seen(closed_when_idle().wait(3).client.fin())["close_wait_s"] == near(3)
    assert seen(reused(5, 8))["close_wait_s"] == near(8)
    other = Conversation(client_port=40_001, start_s=65).handshake()
    assert seen(closed_when_idle(5), other)["close_wait_s"] == near(60)


def test_no_close_wait_of_the_client(seen: Seen) -> None:
    first = pooled().client.fin().server.acks().wait(3).server.fin().client.acks()
    assert seen(first)["close_wait_s"] is None
    assert seen(pooled())["close_wait_s"] is None
    crossed = pooled().client.fin(late=True).server.fin(late=True).arrives().client.acks()
    assert seen(crossed)["close_wait_s"] is None
    assert seen(pooled().server.aborts())["close_wait_s"] is None
