"""The TCP states of both ends over time, as the captured segments imply them.

What `netstat` would have said on either host, by the state machine of RFC 9293, section 3.3.2:
every segment is an event for the end that sent it and, taken to arrive, one for the other end. A
FIN is taken to have arrived unless the other end's next segment shows by its acknowledgement number
that it has not: it was lost, or still under way. Then it arrives when it is acknowledged, if ever.
Connections that were captured from the middle on begin in ESTABLISHED.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, StrEnum

from msgspec import Struct

from netdiag.connections.sequence import covers
from netdiag.decode.segments import Flag


class State(StrEnum):
    """The states of RFC 9293, spelled as `netstat` does."""

    __hash__ = str.__hash__  # an enumeration's own is written in Python, and felt

    CLOSED = "CLOSED"
    LISTEN = "LISTEN"
    SYN_SENT = "SYN_SENT"
    SYN_RECEIVED = "SYN_RECEIVED"
    ESTABLISHED = "ESTABLISHED"
    FIN_WAIT_1 = "FIN_WAIT_1"
    FIN_WAIT_2 = "FIN_WAIT_2"
    CLOSE_WAIT = "CLOSE_WAIT"
    CLOSING = "CLOSING"
    LAST_ACK = "LAST_ACK"
    TIME_WAIT = "TIME_WAIT"


class Event(Enum):
    """What a segment other than a RST is to one end."""

    __hash__ = object.__hash__

    SEND_SYN = "send SYN"
    SEND_SYN_ACK = "send SYN, ACK"
    RECEIVE_SYN_ACK = "receive SYN, ACK"
    RECEIVE_ACK_OF_SYN = "receive ACK of SYN"
    SEND_FIN = "send FIN"
    RECEIVE_FIN = "receive FIN"
    RECEIVE_ACK_OF_FIN = "receive ACK of FIN"


TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.CLOSED, Event.SEND_SYN): State.SYN_SENT,
    (State.LISTEN, Event.SEND_SYN_ACK): State.SYN_RECEIVED,
    (State.SYN_SENT, Event.RECEIVE_SYN_ACK): State.ESTABLISHED,
    (State.SYN_RECEIVED, Event.RECEIVE_ACK_OF_SYN): State.ESTABLISHED,
    (State.SYN_RECEIVED, Event.SEND_FIN): State.FIN_WAIT_1,
    (State.ESTABLISHED, Event.SEND_FIN): State.FIN_WAIT_1,
    (State.ESTABLISHED, Event.RECEIVE_FIN): State.CLOSE_WAIT,
    (State.FIN_WAIT_1, Event.RECEIVE_ACK_OF_FIN): State.FIN_WAIT_2,
    (State.FIN_WAIT_1, Event.RECEIVE_FIN): State.CLOSING,
    (State.FIN_WAIT_2, Event.RECEIVE_FIN): State.TIME_WAIT,
    (State.CLOSING, Event.RECEIVE_ACK_OF_FIN): State.TIME_WAIT,
    (State.CLOSE_WAIT, Event.SEND_FIN): State.LAST_ACK,
    (State.LAST_ACK, Event.RECEIVE_ACK_OF_FIN): State.CLOSED,
}
"""Every pair that is not listed changes nothing. A RST ends any state."""


class Packet(Struct, frozen=True):
    """A segment as the state machine sees it."""

    from_client: bool
    flags: int
    sequence: int
    acknowledgment: int
    length: int


class _End(Struct):
    state: State
    fin: int | None = None

    def step(self, event: Event) -> None:
        self.state = TRANSITIONS.get((self.state, event), self.state)


def follow(packets: Iterable[Packet]) -> list[tuple[State, State]]:
    """The states of client and server after each segment, in the order given."""
    client, server = _End(State.CLOSED), _End(State.LISTEN)
    history = []
    packets = list(packets)
    arrives = _arrivals(packets)
    for number, packet in enumerate(packets):
        if number == 0 and not packet.flags & Flag.SYN:
            client.state = server.state = State.ESTABLISHED
        elif number == 0 and packet.flags & Flag.ACK:
            client.state = State.SYN_SENT
        sender, receiver = (client, server) if packet.from_client else (server, client)
        _apply(packet, sender, receiver, arrives=arrives[number])
        history.append((client.state, server.state))
    return history


def _arrivals(packets: list[Packet]) -> list[bool]:
    """Whether each packet's FIN arrived, as far as the other end's next segment tells."""
    arrives = []
    following: dict[bool, Packet] = {}
    for packet in reversed(packets):
        answer = following.get(not packet.from_client)
        arrives.append(answer is None or covers(answer.acknowledgment, _end(packet)))
        if packet.flags & Flag.ACK and not packet.flags & (Flag.RST | Flag.SYN):
            following[packet.from_client] = packet
    return arrives[::-1]


def _end(packet: Packet) -> int:
    """The sequence number behind a packet's payload, which is that of its FIN."""
    return (packet.sequence + packet.length) % (1 << 32)


def _apply(packet: Packet, sender: _End, receiver: _End, *, arrives: bool) -> None:
    if packet.flags & Flag.RST:
        sender.state = receiver.state = State.CLOSED
        return
    if packet.flags & Flag.SYN:
        acknowledges = bool(packet.flags & Flag.ACK)
        sender.step(Event.SEND_SYN_ACK if acknowledges else Event.SEND_SYN)
        if acknowledges:
            receiver.step(Event.RECEIVE_SYN_ACK)
        return
    if packet.flags & Flag.ACK:
        receiver.step(Event.RECEIVE_ACK_OF_SYN)
        if receiver.fin is not None and covers(packet.acknowledgment, receiver.fin):
            receiver.step(Event.RECEIVE_ACK_OF_FIN)
            sender.step(Event.RECEIVE_FIN)  # at the latest
    if packet.flags & Flag.FIN:
        sender.fin = _end(packet)
        sender.step(Event.SEND_FIN)
        if arrives:
            receiver.step(Event.RECEIVE_FIN)
