"""Where a connection's handshake and its ends are: told alike with and without a compiled step."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pytest

from netdiag.connections.landmarks import ROWS_TO_ACK, find_landmarks, find_landmarks_in_steps
from netdiag.connections.reduction import Groups
from netdiag.native import native
from tests.conversations import ACK, FIN, RST, SYN, Conversation, Heard, listen
from tests.messages import get, ok
from tests.native.twins import same_columns, without_native

NAMES = ("syn", "syn_ack", "client_fin", "server_fin", "client_rst", "server_rst", "asked", "ack")


def found(heard: Heard) -> dict[str, str | None]:
    """The names of the packets that the first connection's rows mean."""
    traffic = heard.traffic
    marks = find_landmarks(traffic.groups, traffic.from_client, traffic.flags, traffic.new_bytes)
    return {name: heard.name(int(getattr(marks, name)[0])) for name in NAMES}


@pytest.fixture(params=["compiled", "in steps"])
def talk(request: pytest.FixtureRequest) -> Conversation:
    """A SYN that is sent again, an exchange, and all ends there are."""
    if request.param == "in steps":
        request.getfixturevalue("in_steps")
    talk = Conversation().client.syn(name="lost").wait(1)
    talk.client.repeats(name="syn").server.syn_ack(name="syn_ack").client.acks(name="ack")
    talk.asks(get("/"), ok())
    talk.server.fin(name="server_fin").client.fin(name="client_fin")
    return talk.client.aborts(name="client_rst").server.aborts(name="server_rst")


@pytest.fixture
def in_steps() -> Iterator[None]:
    with without_native():
        yield


def test_each_is_found(talk: Conversation) -> None:
    expected = {name: name for name in NAMES} | {"syn": "lost", "asked": "syn"}
    assert found(listen(talk)) == expected


def test_what_is_not_there_is_none() -> None:
    talk = Conversation().client.says(get("/")).server.says(ok())
    assert set(found(listen(talk)).values()) == {None}


@pytest.mark.skipif(native is None, reason="built without a C compiler")
@pytest.mark.parametrize("seed", range(60))
def test_both_say_the_same(seed: int) -> None:
    chance = random.Random(seed)
    count = chance.randint(1, 80)
    kinds = (SYN, SYN | ACK, ACK, ACK, ACK, FIN | ACK, RST, RST | ACK, SYN | FIN, 0)
    begins = np.array([chance.random() < 1 / (2 * ROWS_TO_ACK) for _ in range(count)])
    begins[0] = True
    rows = (
        Groups.beginning(begins),
        np.array([chance.random() < 0.5 for _ in range(count)]),
        np.array(chance.choices(kinds, k=count), np.uint8),
        np.array(chance.choices((0, 1, 1460), k=count), np.int64),
    )
    same_columns(find_landmarks(*rows), find_landmarks_in_steps(*rows))
