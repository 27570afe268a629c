"""`find_near_misses`: connections that a client found closed when it wanted to use them."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from netdiag.decode.bygones import Bygones
from netdiag.diagnosis.near_misses import find_near_misses
from tests.connections.gone import gone
from tests.conversations import Conversation, endpoint
from tests.messages import get, ok
from tests.recorded import examine
from tests.scripted import Scripted, closed_when_idle, pooled


def given_up(number: int, dwell_s: float = 4.0, **ends: object) -> Conversation:
    """A connection that the server closes when idle, and the client a while later."""
    talk = closed_when_idle(3, client_port=50000 + number, start_s=20.0 * number, **ends)
    return talk.wait(dwell_s).client.fin().server.acks()


def next_one(before: Conversation, after_s: float, number: int, **ends: object) -> Conversation:
    """A new connection, some time after another one's end."""
    start_s = 20.0 * number + 7.0 + after_s
    return pooled(client_port=51000 + number, start_s=start_s, **ends)


def count(scripted: Scripted, *talks: Conversation) -> int:
    return int(find_near_misses(scripted(*talks).scene).sum())


def pairs(number: int, after_s: float = 0.002, **ends: object) -> list[Conversation]:
    talks = []
    for i in range(number):
        old = given_up(i, **ends)
        talks += [old, next_one(old, after_s, i, **ends)]
    return talks


def test_a_habit(scripted: Scripted) -> None:
    assert count(scripted, *pairs(3)) == 3


def test_nor_is_it_a_habit_of_two_that_each_did_it_once(scripted: Scripted) -> None:
    talks = []
    for i, client in enumerate(("10.0.0.1", "10.0.0.99")):
        old = given_up(i, client=client)
        talks += [old, next_one(old, 0.002, i, client=client)]
    assert count(scripted, *talks) == 0


def test_connecting_before_closing_is_the_same(scripted: Scripted) -> None:
    assert count(scripted, *pairs(2, after_s=-0.02)) == 2


def test_once_may_be_chance(scripted: Scripted) -> None:
    assert count(scripted, *pairs(1)) == 0


def test_a_close_notify_before_the_fin_is_the_same() -> None:
    """Curl at nginx, which ends HTTP/2 connections with GOAWAY, close_notify and FIN."""
    assert int(find_near_misses(examine("curl-http2-near-miss").scene).sum()) >= 2


@pytest.mark.parametrize(("port", "found"), [(80, 2), (81, 0)])
def test_the_new_connection_may_be_one_of_which_no_segment_is_left(
    scripted: Scripted, port: int, found: int
) -> None:
    talks = pairs(2)
    scene = scripted(*talks[::2]).scene
    begun_ns = [talk.packets[0].time_ns for talk in talks[1::2]]
    new = Bygones.concatenate([gone(), gone()])
    new = replace(
        new,
        begun_ns=np.array(begun_ns),
        server=np.full(2, endpoint("10.0.0.2", port), np.uint64),
    )
    assert find_near_misses(scene).sum() == 0
    assert find_near_misses(replace(scene, bygones=new)).sum() == found


@pytest.mark.parametrize("after_s", [1.0, -1.0])
def test_a_new_connection_at_another_time_has_another_reason(
    scripted: Scripted, after_s: float
) -> None:
    assert count(scripted, *pairs(3, after_s=after_s)) == 0


def test_a_client_that_acts_on_the_close_has_looked(scripted: Scripted) -> None:
    talks = []
    for i in range(3):
        old = given_up(i, dwell_s=0.1)
        new = pooled(client_port=51000 + i, start_s=20.0 * i + 3.102)
        talks += [old, new]
    assert count(scripted, *talks) == 0


@pytest.mark.parametrize("side", ["client", "server"])
@pytest.mark.parametrize("address", ["9.0.0.9", "10.0.0.99"])
def test_another_client_or_server_is_another_habit(
    scripted: Scripted, side: str, address: str
) -> None:
    talks = []
    for i in range(3):
        old = given_up(i)
        talks += [old, next_one(old, 0.002, i, **{side: address})]
    assert count(scripted, *talks) == 0


def test_nor_do_two_habits_cross(scripted: Scripted) -> None:
    """Each client and each server is one of those that are asked about, but not together."""
    talks = [given_up(9, client="10.0.0.99")]
    for i in range(3):
        old = given_up(i, server="10.0.0.3")
        talks += [old, next_one(old, 0.002, i, client="10.0.0.99")]
    assert count(scripted, *talks) == 0


def test_a_server_that_announces_its_timeout_may_be_heeded(scripted: Scripted) -> None:
    talks = pairs(3)
    for i in range(3):
        told = Conversation(client_port=52000 + i, start_s=100.0 + i).handshake()
        talks.append(told.asks(get(), ok(b"", "Keep-Alive: timeout=3")))
    assert count(scripted, *talks) == 0
