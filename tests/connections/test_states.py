"""Both ends' TCP states over time (RFC 9293, section 3.3.2), script by script."""

from __future__ import annotations

import pytest

from netdiag.connections.states import TRANSITIONS, Packet, State, follow
from tests.conversations import Conversation
from tests.messages import get, ok

CLOSED, LISTEN, SYN_SENT = State.CLOSED, State.LISTEN, State.SYN_SENT
SYN_RECEIVED, ESTABLISHED = State.SYN_RECEIVED, State.ESTABLISHED
FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT = State.FIN_WAIT_1, State.FIN_WAIT_2, State.CLOSE_WAIT
CLOSING, LAST_ACK, TIME_WAIT = State.CLOSING, State.LAST_ACK, State.TIME_WAIT

OPENING = [(SYN_SENT, LISTEN), (ESTABLISHED, SYN_RECEIVED), (ESTABLISHED, ESTABLISHED)]


def states(talk: Conversation) -> list[tuple[State, State]]:
    """Client's and server's state after each packet."""
    return follow(
        Packet(p.source == talk.client.address, p.flags, p.sequence, p.acknowledgment,
               len(p.payload))
        for p in talk.packets
    )  # fmt: skip


def test_the_handshake() -> None:
    assert states(Conversation().handshake()) == OPENING


def test_talking_changes_nothing() -> None:
    talk = Conversation().handshake().asks(get(), ok()).wait(9)
    talk.client.probes().server.acks()
    assert states(talk)[3:] == [(ESTABLISHED, ESTABLISHED)] * 5


def test_the_client_closes() -> None:
    talk = Conversation().handshake()
    talk.client.fin().server.acks().server.fin().client.acks()
    assert states(talk)[3:] == [
        (FIN_WAIT_1, CLOSE_WAIT),
        (FIN_WAIT_2, CLOSE_WAIT),
        (TIME_WAIT, LAST_ACK),
        (TIME_WAIT, CLOSED),
    ]


def test_the_server_closes_and_the_client_takes_its_time() -> None:
    talk = Conversation().handshake()
    talk.server.fin().client.acks().wait(300).client.fin().server.acks()
    assert states(talk)[3:] == [
        (CLOSE_WAIT, FIN_WAIT_1),
        (CLOSE_WAIT, FIN_WAIT_2),
        (LAST_ACK, TIME_WAIT),
        (CLOSED, TIME_WAIT),
    ]


def test_a_fin_that_is_answered_with_fin_and_ack_in_one() -> None:
    talk = Conversation().handshake()
    talk.server.fin(b"last words").client.fin().server.acks()
    assert states(talk)[3:] == [
        (CLOSE_WAIT, FIN_WAIT_1),
        (LAST_ACK, TIME_WAIT),
        (CLOSED, TIME_WAIT),
    ]


def test_a_fin_whose_data_alone_is_acknowledged_is_not_acknowledged() -> None:
    talk = Conversation().handshake()
    talk.server.fin(b"data", late=True).client.acks(acknowledgment=5_000_001 + 4)
    assert states(talk)[3:] == [(ESTABLISHED, FIN_WAIT_1)] * 2


def test_a_fin_that_the_next_segment_does_not_acknowledge_had_not_arrived() -> None:
    talk = Conversation().handshake()
    talk.server.fin().wait(6).client.says(get(), acknowledgment=5_000_001)
    talk.client.acks(acknowledgment=5_000_002).client.fin()
    assert states(talk)[3:] == [
        (ESTABLISHED, FIN_WAIT_1),
        (ESTABLISHED, FIN_WAIT_1),
        (CLOSE_WAIT, FIN_WAIT_2),
        (LAST_ACK, TIME_WAIT),
    ]


def test_a_fin_that_nothing_follows_is_taken_to_have_arrived() -> None:
    assert states(Conversation().handshake().server.fin())[-1] == (CLOSE_WAIT, FIN_WAIT_1)


def test_both_close_at_once() -> None:
    talk = Conversation().handshake()
    talk.client.fin(late=True).server.fin(late=True).arrives().client.acks().server.acks()
    assert states(talk)[3:] == [
        (FIN_WAIT_1, ESTABLISHED),
        (CLOSING, FIN_WAIT_1),
        (CLOSING, FIN_WAIT_2),
        (TIME_WAIT, TIME_WAIT),
    ]


def test_half_close() -> None:
    """The client has said everything; the server goes on."""
    talk = Conversation().handshake()
    talk.client.fin(get()).server.acks().wait(5).server.says(ok()).client.acks()
    talk.server.fin().client.acks()
    assert states(talk)[3:] == [
        (FIN_WAIT_1, CLOSE_WAIT),
        (FIN_WAIT_2, CLOSE_WAIT),
        (FIN_WAIT_2, CLOSE_WAIT),
        (FIN_WAIT_2, CLOSE_WAIT),
        (TIME_WAIT, LAST_ACK),
        (TIME_WAIT, CLOSED),
    ]


def test_a_stale_request_in_close_wait_and_the_reset() -> None:
    talk = Conversation().handshake()
    talk.server.fin().client.acks().wait(9).client.says(get()).server.resets()
    assert states(talk)[3:] == [
        (CLOSE_WAIT, FIN_WAIT_1),
        (CLOSE_WAIT, FIN_WAIT_2),
        (CLOSE_WAIT, FIN_WAIT_2),
        (CLOSED, CLOSED),
    ]


@pytest.mark.parametrize("who", ["client", "server"])
def test_a_reset_ends_any_state(who: str) -> None:
    for prepare in ("syn", "handshake", "fin", "both fins"):
        talk = Conversation()
        if prepare == "syn":
            talk.client.syn()
        else:
            talk.handshake()
        if "fin" in prepare:
            talk.client.fin()
        if prepare == "both fins":
            talk.server.fin()
        getattr(talk, who).aborts()
        assert states(talk)[-1] == (CLOSED, CLOSED)


def test_a_refused_connection() -> None:
    talk = Conversation()
    talk.client.syn().server.aborts()
    assert states(talk) == [(SYN_SENT, LISTEN), (CLOSED, CLOSED)]


def test_retransmissions_change_nothing() -> None:
    talk = Conversation()
    talk.client.syn(late=True).client.repeats().server.syn_ack(late=True).server.repeats()
    talk.client.acks().server.fin(late=True).server.repeats().client.acks()
    assert states(talk) == [
        (SYN_SENT, LISTEN),
        (SYN_SENT, LISTEN),
        (ESTABLISHED, SYN_RECEIVED),
        (ESTABLISHED, SYN_RECEIVED),
        (ESTABLISHED, ESTABLISHED),
        (CLOSE_WAIT, FIN_WAIT_1),
        (CLOSE_WAIT, FIN_WAIT_1),
        (CLOSE_WAIT, FIN_WAIT_2),
    ]


def test_a_capture_from_the_middle_begins_established() -> None:
    talk = Conversation()
    talk.client.says(get()).server.fin(ok()).client.acks()
    assert states(talk) == [
        (ESTABLISHED, ESTABLISHED),
        (CLOSE_WAIT, FIN_WAIT_1),
        (CLOSE_WAIT, FIN_WAIT_2),
    ]


def test_a_capture_from_the_syn_ack_on() -> None:
    talk = Conversation()
    talk.client.syn(unseen=True).server.syn_ack().client.acks()
    assert states(talk) == [(ESTABLISHED, SYN_RECEIVED), (ESTABLISHED, ESTABLISHED)]


def test_a_fin_at_the_wrap() -> None:
    """The FIN takes the last number there is, so its acknowledgement is 0."""
    talk = Conversation(server_first=(1 << 32) - 2).handshake()
    talk.server.fin().client.acks()
    assert talk.packets[-1].acknowledgment == 0
    assert states(talk)[-1] == (CLOSE_WAIT, FIN_WAIT_2)


def test_no_packets_no_states() -> None:
    assert follow([]) == []


def test_the_table_leads_nowhere_but_forward() -> None:
    order = [CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT, FIN_WAIT_1]
    order += [FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT]
    for (state, _), following in TRANSITIONS.items():
        assert order.index(following) > order.index(state) or following == CLOSED
