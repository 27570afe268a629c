"""What lies beside a connection is found in time, by endpoint, and among what came first."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.connections.legs import numbers
from netdiag.decode.aside import Folds
from netdiag.decode.marks import Mark
from netdiag.exchanges.beside import Ends, First, find_ends, said_midway
from netdiag.exchanges.folding import see
from netdiag.exchanges.introductions import HEADS_EACH
from tests.conversations import Conversation, endpoint, listen
from tests.messages import CCS, CLIENT_HELLO, CLOSE_NOTIFY, FINISHED, SERVER_HELLO, data, get
from tests.scripted import closed_when_idle, pooled

SECOND = 1_000_000_000


def ends(*moments: tuple[int, int]) -> Ends:
    senders, seconds = zip(*moments, strict=True)
    names = np.array(senders, np.uint64)
    return Ends(names, names + 1, np.array(seconds, np.int64) * SECOND)


@pytest.mark.parametrize(
    ("sender", "first_s", "last_s", "found"),
    [
        (1, 9, 11, True),
        (1, 10, 10, True),
        (1, 11, 29, False),
        (1, 29, 31, True),
        (1, 31, 1000, False),
        (1, -50, 9, False),
        (2, 9, 11, False),
        (2, 19, 21, True),
        (3, 0, 1000, False),
        ((1 << 64) - 1, 0, 1000, False),
    ],
)
def test_an_end_in_a_stretch_of_time(sender: int, first_s: int, last_s: int, found: bool) -> None:
    known = ends((1, 10), (2, 20), (1, 30))
    first, last = (np.array([s * SECOND]) for s in (first_s, last_s))
    assert known.has_any(np.array([sender], np.uint64), first, last).tolist() == [found]


def test_without_ends_there_is_none() -> None:
    who, when = np.array([1], np.uint64), np.array([0])
    assert Ends.none().has_any(who, when, when).tolist() == [False]
    assert ends((1, 1)).has_any(who[:0], when[:0], when[:0]).tolist() == []


def test_what_ends_a_connection_is_a_fin_or_a_reset() -> None:
    talk = closed_when_idle(5)
    talk.wait(1).client.says(get()).server.resets()
    heard = listen(talk)
    found = Ends.of(heard.segments, find_ends(heard.segments))
    assert found.sender.tolist() == [endpoint("10.0.0.2", 80)] * 2
    assert len(found.since(int(found.time_ns[1]))) == 1


def test_a_farewell_may_end_it_too() -> None:
    talk = Conversation().handshake().client.says(CLIENT_HELLO).server.says(SERVER_HELLO)
    talk.client.says(CCS + FINISHED).client.says(data(150)).server.says(data(300))
    before = len(talk.packets)
    talk.server.says(CLOSE_NOTIFY).client.acks()
    assert find_ends(listen(talk).segments).tolist() == [before]


@pytest.mark.parametrize("mark", [Mark.SERVER_FAREWELL, Mark.HTTP2_GOAWAY, Mark.TLS_ALERT])
def test_so_may_words(mark: Mark) -> None:
    segments = listen(pooled(3)).segments
    segments.mark[5] = mark
    assert find_ends(segments).tolist() == [5]


def test_what_clients_got_is_told_by_their_hosts() -> None:
    to_server, to_client = 5 << 16 | 80, 6 << 16 | 4000
    known = Ends(
        np.array([to_client, to_server], np.uint64),
        np.array([to_server, to_client], np.uint64),
        np.array([1, 2]),
    )
    found = known.of_clients(np.array([to_server], np.uint64))
    assert found.sender.tolist() == [6 << 16]
    assert found.time_ns.tolist() == [2]


def test_what_was_said_where_no_handshake_was_captured() -> None:
    whole, late = pooled(2), Conversation(client_port=40_001)
    late.asks(get(), b"HTTP/1.1 200 OK\r\n\r\n")
    heard = listen(whole, late)
    found = said_midway(see(heard.segments, Folds.empty()).observed(heard.samples))
    own = [p for p in late.packets if p.payload.startswith(b"GET")]
    assert found.tolist() == [p.sequence << 32 | p.acknowledgment for p in own]
    at = np.array([3])
    packet = heard.packets[3]
    expected = packet.sequence << 32 | packet.acknowledgment
    assert numbers(heard.segments, at).tolist() == [expected]


def test_the_first_of_an_endpoint_are_so_whenever_they_are_asked_about() -> None:
    first = First()
    frames = np.arange(100, 200, dtype=np.uint32)
    mine = np.full(100, 7, np.uint64)
    found = first.among(mine, frames)
    assert found.tolist() == [place < HEADS_EACH for place in range(100)]
    assert not first.among(mine[:1], np.array([200], np.uint32)).any()
    earlier = np.arange(3, dtype=np.uint32)
    assert first.among(mine[:3], earlier).all()
    assert first.among(np.array([8], np.uint64), np.array([900], np.uint32)).all()
    # Those three have pushed three others out, of which one of the same frame would be no more.
    last = np.array([100 + HEADS_EACH - 3], np.uint32)
    assert not first.among(mine[:1], last).any()
