"""The TCP states of both ends of many connections at once, row by row.

Made from the same table of transitions as `netdiag.connections.states`, with the same result: the
first telling segment of all connections is taken in one step, then the second of all that have
one, and so on. Only segments that can change a state are looked at: a connection's first few, and
everything from its first FIN or RST on.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Mask, Rows
from netdiag.connections.sequence import covers_each
from netdiag.connections.states import TRANSITIONS, Event, State
from netdiag.connections.table import Connections, Traffic
from netdiag.decode.segments import Flag

OPENING = 8
"""Segments of a handshake, with what is sent again or captured twice."""

MOST_FOLLOWED = 2000
"""So many segments from the first FIN or RST on are looked at."""

STATES = tuple(State)
"""What the numbers of `Histories` stand for."""

Codes = npt.NDArray[np.uint8]

_EVENTS = tuple(Event)
_NOTHING = len(_EVENTS)
_CLOSED, _LISTEN = STATES.index(State.CLOSED), STATES.index(State.LISTEN)
_SYN_SENT, _ESTABLISHED = STATES.index(State.SYN_SENT), STATES.index(State.ESTABLISHED)


def _table() -> Codes:
    """The state that follows on each state (row) and event (column), `_NOTHING` the last one."""
    table = np.repeat(np.arange(len(STATES), dtype=np.uint8)[:, None], len(_EVENTS) + 1, axis=1)
    for (state, event), after in TRANSITIONS.items():
        table[STATES.index(state), _EVENTS.index(event)] = STATES.index(after)
    return table


_AFTER = _table()
_CODE = {event: number for number, event in enumerate(_EVENTS)}


class Histories(Struct, frozen=True, eq=False):
    """The telling segments of some connections, in the order in which they were asked for.

    Attributes:
        row: int64, rows of `Traffic`.
        begin: int64, one a connection: where its rows begin in `row`; it has at least one.
        count: int64, one a connection: how many they are.
        client: uint8, index in `STATES` of the client's state after each row.
        server: uint8, the same of the server's.
    """

    row: Rows
    begin: Rows
    count: Rows
    client: Codes
    server: Codes

    @property
    def last(self) -> tuple[Codes, Codes]:
        """The states of client and server at the end of each connection; uint8."""
        at = self.begin + self.count - 1
        return self.client[at], self.server[at]


def follow_all(traffic: Traffic, connections: Connections, chosen: Rows) -> Histories:
    """Follow the states of the chosen rows of `Connections`."""
    row, begin, count = telling_rows(connections, chosen)
    of = np.repeat(np.arange(len(chosen)), count)
    client, server = np.empty(len(row), np.uint8), np.empty(len(row), np.uint8)
    order = np.argsort(-count, kind="stable")
    machines = _Machines(traffic, len(chosen))
    arrives = _arrivals(traffic, row, begin + count, of)
    ascending = -count[order]
    for step in range(int(count.max(initial=0))):
        active = int(np.searchsorted(ascending, -step, side="left"))
        at = begin[order[:active]] + step
        machines.take(row[at], arrives[at], first=step == 0)
        client[at], server[at] = machines.state[0, :active], machines.state[1, :active]
    return Histories(row, begin, count, client, server)


def telling_rows(connections: Connections, chosen: Rows) -> tuple[Rows, Rows, Rows]:
    """The handshake of each chosen connection, and everything from its first FIN or RST on.

    Returns:
        `row`, `begin` and `count` of `Histories`.
    """
    start, stop = connections.start[chosen], connections.stop[chosen]
    ends = _first_ends(connections, chosen)
    opening = np.minimum(OPENING, ends - start)
    count = opening + np.minimum(MOST_FOLLOWED, stop - ends)
    begin = np.cumsum(count) - count
    of = np.repeat(np.arange(len(chosen)), count)
    place = np.arange(len(of)) - begin[of]
    row = np.where(place < opening[of], start[of] + place, ends[of] + place - opening[of])
    return row, begin, count


def _first_ends(connections: Connections, chosen: Rows) -> Rows:
    """The row of the first FIN or RST of either side; one past the last row without any."""
    first = connections.stop[chosen]
    for name in ("client_fin", "server_fin", "client_rst", "server_rst"):
        row = getattr(connections, name)[chosen]
        first = np.where(row >= 0, np.minimum(first, row), first)
    return first


def _arrivals(traffic: Traffic, row: Rows, stop: Rows, of: Rows) -> Mask:
    """Whether each row's FIN arrived, as `states` tells it from the other end's next segment."""
    flags, from_client = traffic.flags[row], traffic.from_client[row]
    acknowledgment = traffic.segments.acknowledgment[traffic.row[row]]
    speaks = (flags & Flag.ACK != 0) & (flags & (Flag.SYN | Flag.RST) == 0)
    arrives = np.ones(len(row), bool)
    for side in (True, False):
        answers = np.flatnonzero(speaks & (from_client != side))
        mine = np.flatnonzero((from_client == side) & (flags & Flag.FIN != 0))
        place = np.searchsorted(answers, mine)
        answered = place < len(answers)
        mine, answer = mine[answered], answers[place[answered]]
        within = answer < stop[of[mine]]
        mine, answer = mine[within], answer[within]
        arrives[mine] = covers_each(acknowledgment[answer], _fin(traffic, row[mine]))
    return arrives


class _Machines:
    """The two ends of each connection; the first row of `state` and `fin` is the client's."""

    def __init__(self, traffic: Traffic, count: int) -> None:
        self._traffic = traffic
        self.state = np.empty((2, count), np.uint8)
        self.state[0], self.state[1] = _CLOSED, _LISTEN
        self._fin = np.full((2, count), -1, np.int64)

    def take(self, row: Rows, arrives: Mask, *, first: bool) -> None:
        """Apply one segment to each of the first `len(row)` connections, as `states` does."""
        traffic = self._traffic
        flags = traffic.flags[row]
        syn, fin, rst, ack = (
            (flags & bit) != 0 for bit in (Flag.SYN, Flag.FIN, Flag.RST, Flag.ACK)
        )
        which = np.arange(len(row))
        sender = np.where(traffic.from_client[row], 0, 1)
        receiver = 1 - sender
        if first:
            self.state[:, which[~syn]] = _ESTABLISHED
            self.state[0, which[syn & ack]] = _SYN_SENT
        fin &= ~syn & ~rst
        other_fin = self._fin[receiver, which]
        acknowledgment = traffic.segments.acknowledgment[traffic.row[row]]
        covered = covers_each(acknowledgment, other_fin.astype(np.uint32))
        sent, received = self.state[sender, which], self.state[receiver, which]
        received = _AFTER[received, _of_ack(syn, ack)]
        said = ack & ~syn & (other_fin >= 0)
        received = _step(received, said & covered, Event.RECEIVE_ACK_OF_FIN)
        sent = _step(sent, said & covered, Event.RECEIVE_FIN)
        sent = _step(sent, syn & ack, Event.SEND_SYN_ACK)
        sent = _step(sent, syn & ~ack, Event.SEND_SYN)
        sent = _step(sent, fin, Event.SEND_FIN)
        received = _step(received, fin & arrives, Event.RECEIVE_FIN)
        self.state[sender, which] = np.where(rst, _CLOSED, sent)
        self.state[receiver, which] = np.where(rst, _CLOSED, received)
        self._fin[sender[fin], which[fin]] = _fin(traffic, row[fin])


def _of_ack(syn: Mask, ack: Mask) -> npt.NDArray[np.int64]:
    """What the ACK flag is to the receiver, next to a SYN or alone."""
    events = np.where(syn, _CODE[Event.RECEIVE_SYN_ACK], _CODE[Event.RECEIVE_ACK_OF_SYN])
    return np.where(ack, events, _NOTHING)


def _step(state: Codes, happens: Mask, event: Event) -> Codes:
    after: Codes = np.where(happens, _AFTER[state, _CODE[event]], state)
    return after


def _fin(traffic: Traffic, row: Rows) -> npt.NDArray[np.uint32]:
    """The sequence number of the FIN that each row has or might have: behind its payload."""
    return traffic.segments.sequence[traffic.row[row]] + traffic.length[row].astype(np.uint32)
