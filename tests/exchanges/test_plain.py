"""Which rows may be left out without anything being read another way."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.exchanges.plain import plain_rows
from tests.conversations import Conversation, Heard, listen
from tests.messages import get, ok, response


def plain(heard: Heard) -> list[bool]:
    none = np.zeros(len(heard.traffic), np.int64)
    found = plain_rows(heard.traffic, heard.speech, (none, none)).tolist()
    return heard.by_packet(np.array(found)) if found else []  # type: ignore[return-value]


def begun() -> Conversation:
    return Conversation().handshake().asks(get(), ok())


def test_an_exchange_like_the_one_before() -> None:
    assert all(plain(listen(begun().asks(get("/next"), ok())))[-3:])


def test_a_handshake_is_never_plain() -> None:
    assert not any(plain(listen(begun()))[:2])


ODD = {
    "sent again": lambda talk: talk.client.repeats(),
    "a probe": lambda talk: talk.wait(3).client.probes(),
    "a probe of one byte": lambda talk: talk.wait(3).client.probes(1),
    "a closed window": lambda talk: talk.client.acks(window=0),
    "another host": lambda talk: talk.server.says(ok(), ttl=3),
    "an interim answer": lambda talk: talk.server.says(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "another protocol": lambda talk: talk.server.says(response("101 Switching Protocols")),
    "a timeout": lambda talk: talk.server.says(response("408 Request Timeout")),
    "a tunnel": lambda talk: talk.client.says(get("a:1", "CONNECT")),
    "a close": lambda talk: talk.server.fin(),
    "a reset": lambda talk: talk.server.resets(),
    "an abort": lambda talk: talk.client.aborts(),
}


@pytest.mark.parametrize("odd", ODD)
def test_what_is_odd_is_not_plain(odd: str) -> None:
    talk = begun().asks(get(), ok())
    assert plain(listen(ODD[odd](talk)))[-1] is False  # type: ignore[no-untyped-call]


def test_what_follows_a_gap_is_not_plain() -> None:
    talk = begun().client.says(get("/lost"), unseen=True).server.says(ok()).client.acks()
    assert plain(listen(talk))[-2:] == [True, False]
    assert plain(listen(talk.asks(get(), ok())))[-3:] == [True, True, True]


def test_nor_what_the_clock_says_came_before() -> None:
    heard = listen(begun().client.says(get("/early")))
    heard.segments.time_ns[-1] -= 1_000_000_000
    assert plain(heard)[-1] is False


def test_bytes_that_were_set_aside_are_no_gap() -> None:
    whole = listen(begun().asks(get("/1"), ok()).asks(get("/2"), ok()))
    left = [*whole.packets[:6], *whole.packets[9:]]
    heard = listen(Conversation(), edit=lambda _: left)
    sides = []
    for sender in (whole.packets[0].source, whole.packets[0].destination):
        amounts = np.zeros(len(left), np.int64)
        amounts[6:] = sum(len(p.payload) for p in whole.packets[6:9] if p.source == sender)
        sides.append(amounts)
    none = np.zeros(len(left), np.int64)
    assert plain_rows(heard.traffic, heard.speech, (sides[0], sides[1]))[-3:].all()
    assert not plain_rows(heard.traffic, heard.speech, (none, none))[-3:].all()
