"""The states of many connections at once are those of each followed by itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.connections.histories import MOST_FOLLOWED, OPENING, STATES, follow_all
from netdiag.connections.states import Packet, State, follow
from netdiag.decode.segments import Flag
from tests.conversations import Conversation, Heard, listen
from tests.messages import get, ok
from tests.recorded import examine, names

Pairs = list[tuple[State, State]]


def together(heard: Heard) -> list[Pairs]:
    table = heard.connections
    found = follow_all(heard.traffic, table, np.arange(len(table)))
    both = [
        (STATES[client], STATES[server])
        for client, server in zip(found.client.tolist(), found.server.tolist(), strict=True)
    ]
    return [
        both[begin : begin + count]
        for begin, count in zip(found.begin.tolist(), found.count.tolist(), strict=True)
    ]


def one_by_one(heard: Heard) -> list[Pairs]:
    traffic, table = heard.traffic, heard.connections
    control = (traffic.flags & (Flag.FIN | Flag.RST)) != 0
    histories = []
    for start, stop in zip(table.start.tolist(), table.stop.tolist(), strict=True):
        ends = np.flatnonzero(control[start:stop])
        end = start + int(ends[0]) if len(ends) else stop
        rows = [*range(start, min(start + OPENING, end))]
        rows += range(end, min(stop, end + MOST_FOLLOWED))
        packets = (
            Packet(
                bool(traffic.from_client[row]),
                int(traffic.flags[row]),
                int(traffic.column("sequence")[row]),
                int(traffic.column("acknowledgment")[row]),
                int(traffic.length[row]),
            )
            for row in rows
        )
        histories.append(follow(packets))
    return histories


SENT = st.tuples(
    st.booleans(),
    st.integers(0, 0x1F),
    st.integers(0, 6).map(lambda n: (n - 3) % (1 << 32)),
    st.integers(0, 6).map(lambda n: (n - 3) % (1 << 32)),
    st.sampled_from([b"", b"x", b"xy"]),
)


@given(st.lists(st.lists(SENT, max_size=20), min_size=1, max_size=4))
def test_as_when_followed_one_by_one(talks: list[list[tuple[bool, int, int, int, bytes]]]) -> None:
    scripts = []
    for number, packets in enumerate(talks):
        talk = Conversation(client_port=40_000 + number)
        for of_client, flags, sequence, acknowledgment, payload in packets:
            side = talk.client if of_client else talk.server
            side.sends(flags, payload, sequence=sequence, acknowledgment=acknowledgment)
        scripts.append(talk)
    heard = listen(*scripts)
    assert together(heard) == one_by_one(heard)


def test_the_last_states() -> None:
    closed = Conversation(client_port=40_001).handshake().asks(get(), ok())
    closed.server.fin().client.acks()
    reset = Conversation(client_port=40_002).handshake()
    reset.client.aborts()
    heard = listen(closed, Conversation().handshake(), reset)
    table = heard.connections
    order = np.argsort(table.number)
    client, server = follow_all(heard.traffic, table, order).last
    assert sorted(zip([STATES[c] for c in client], [STATES[s] for s in server], strict=True)) == [
        (State.CLOSED, State.CLOSED),
        (State.CLOSE_WAIT, State.FIN_WAIT_2),
        (State.ESTABLISHED, State.ESTABLISHED),
    ]


def test_of_nothing() -> None:
    heard = listen(Conversation().handshake())
    found = follow_all(heard.traffic, heard.connections, np.empty(0, np.int64))
    assert (len(found.row), len(found.last[0])) == (0, 0)


@pytest.mark.parametrize("name", names()[::12])
def test_recorded_ones(name: str) -> None:
    scene = examine(name).scene
    assert together(scene) == one_by_one(scene)  # type: ignore[arg-type]  # has both tables too
