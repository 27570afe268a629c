"""Bytes of requests and responses: new ones, each side's own, and no others."""

from __future__ import annotations

import pytest

from netdiag.export import EXCHANGES, payload
from tests.conversations import Conversation
from tests.export.exported import read
from tests.messages import get, ok
from tests.recorded import Examined, examine
from tests.scripted import Scripted


def sizes(found: Examined) -> list[tuple[int, int]]:
    table = read(EXCHANGES, found)
    return list(
        zip(table["request_bytes"].to_pylist(), table["response_bytes"].to_pylist(), strict=True)
    )


def test_each_exchange_has_its_own(scripted: Scripted) -> None:
    talk = Conversation().handshake().asks(get("/a"), ok()).asks(get("/longer"), ok(b"x" * 3000))
    assert sizes(scripted(talk)) == [
        (len(get("/a")), len(ok())),
        (len(get("/longer")), len(ok(b"x" * 3000))),
    ]


def test_what_is_sent_again_counts_once(scripted: Scripted) -> None:
    talk = Conversation().handshake().client.says(get()).client.repeats().server.says(ok())
    talk.server.repeats().client.acks()
    assert sizes(scripted(talk)) == [(len(get()), len(ok()))]


@pytest.mark.parametrize("at_once", [1, 2, 5, 7])
def test_a_part_at_a_time_adds_up(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    found = examine("nginx-stale")
    whole = sizes(found)
    assert len(set(whole)) > 1
    monkeypatch.setattr(payload, "SEGMENTS_AT_ONCE", at_once)
    assert sizes(found) == whole


def test_no_answer_has_no_bytes(scripted: Scripted) -> None:
    talk = Conversation().handshake().asks(get(), ok()).client.says(get("/b"))
    assert sizes(scripted(talk))[1] == (len(get("/b")), 0)


def test_a_capture_without_requests(scripted: Scripted) -> None:
    assert sizes(scripted(Conversation().handshake())) == []
