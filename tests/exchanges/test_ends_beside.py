"""Ends beside a connection are found in the rows held, and in those that were held before."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from netdiag.decode.aside import Folds
from netdiag.decode.bygones import Bygones, How
from netdiag.exchanges.ends_beside import (
    AFTER_REFUSED_NS,
    BEFORE_REFUSED_NS,
    LATE_NS,
    EndsBeside,
    may_have_been_refused,
)
from netdiag.exchanges.folding import see
from tests.connections.gone import gone
from tests.conversations import START_NS, Conversation, endpoint, listen
from tests.messages import get, ok
from tests.once_used import RST_ACK

S = 1_000_000_000


def ended(at_s: float, idle_s: float = 0.0, server: str = "10.0.0.2") -> Bygones:
    """One that ended then, having been idle for so long."""
    return replace(
        gone(),
        server=np.array([endpoint(server, 80)], np.uint64),
        begun_ns=np.array([START_NS]),
        closed_ns=np.array([START_NS + int(at_s * S)]),
        idle_ns=np.array([int(idle_s * S)]),
    )


def other(at_s: float, server: str = "10.0.0.2", client: str = "10.0.0.7") -> Conversation:
    """Another connection, which its server aborts then."""
    talk = Conversation(client=client, server=server, client_port=41_000, start_s=at_s - 1)
    return talk.handshake().asks(get(), ok()).at(at_s).server.aborts()


def beside(
    known: EndsBeside, found: Bygones, *talks: Conversation, own: bool = False, end_s: float = 500
) -> bool:
    segments = listen(*talks).segments if talks else listen(other(0.0)).segments.take(slice(0))
    every = np.ones(len(segments), bool)
    return bool(known.see(found, segments, every & own, every, START_NS + int(end_s * S))[0])


@pytest.mark.parametrize(
    ("at_s", "found"), [(98.9, False), (99.1, True), (101, True), (102, False)]
)
def test_an_end_of_the_same_server(at_s: float, found: bool) -> None:
    assert beside(EndsBeside(), ended(100), other(at_s)) == found
    assert not beside(EndsBeside(), ended(100), other(at_s), own=True)
    assert not beside(EndsBeside(), ended(100), other(at_s, server="10.0.0.3"))


@pytest.mark.parametrize(("end_s", "found"), [(114, True), (116, False)])
def test_an_end_in_rows_that_are_held_no_more(end_s: float, found: bool) -> None:
    known = EndsBeside()
    beside(known, ended(10), other(100), end_s=end_s)
    assert LATE_NS == 15 * S
    assert beside(known, ended(100)) == found


@pytest.mark.parametrize(
    ("at_s", "found"), [(99.3, False), (99.5, True), (100, True), (100.2, False)]
)
def test_a_connection_of_the_server_as_a_client_during_its_last_exchange(
    at_s: float, found: bool
) -> None:
    """Its server may be a proxy; not if it had been idle since."""
    asked = {"waiting_ns": np.array([S // 2], np.uint32)}
    front = Conversation(start_s=5).handshake()
    behind = other(at_s, server="10.0.0.9", client="10.0.0.2")
    within = other(at_s, server="127.0.0.1", client="127.0.0.2")
    one = replace(ended(100, 0.1), **asked)
    idle = replace(ended(100, 0.3), **asked, how=np.array([How.IDLE], np.uint8))
    for talk in (behind, within):
        assert beside(EndsBeside(), one, front, talk) == found
        assert not beside(EndsBeside(), idle, front, talk)
        known = EndsBeside()
        beside(known, ended(10), front, talk, end_s=101)
        assert beside(known, one) == found


@pytest.mark.parametrize(
    ("at_s", "found"),
    [
        (20 - AFTER_REFUSED_NS / S - 0.1, False),
        (20 - AFTER_REFUSED_NS / S + 0.1, True),
        (20.1, False),
        (60, False),
        (98.9, False),
        (99.1, True),
        (100 + BEFORE_REFUSED_NS / S - 0.1, True),
        (100 + BEFORE_REFUSED_NS / S + 0.1, False),
    ],
)
def test_a_refused_connection(at_s: float, found: bool) -> None:
    """Before it began, or near its end."""
    refused = Conversation(client_port=41_000, server="10.0.0.9", start_s=at_s).client.syn()
    refused.server.sends(RST_ACK, sequence=0, acknowledgment=refused.client.next)
    heard = listen(refused)
    others = see(heard.segments, Folds.empty()).observed(heard.samples)
    one = replace(ended(100, 40), begun_ns=np.array([START_NS + 20 * S]))
    assert may_have_been_refused(one, others).tolist() == [found]
