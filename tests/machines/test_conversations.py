"""Whatever two ends that keep to RFC 9293 say to each other, the rooms agree with what they did.

A search: Hypothesis makes up conversations move by move, and after each move the tables made from
the packets so far are compared with the books that `Dialogue` kept.
"""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from netdiag.connections.histories import STATES, follow_all
from netdiag.timeouts import by_server
from tests.conversations import Heard, endpoint, listen
from tests.machines.budget import budget
from tests.machines.dialogue import Dialogue
from tests.machines.play import CHOICES, PAUSES, PIECES, SIZES, Play


class Conversations(RuleBasedStateMachine):
    """Some connections between two hosts, all of them under way at once."""

    def __init__(self) -> None:
        super().__init__()
        self.play = Play()

    @precondition(lambda self: self.play.can_connect())
    @rule(encrypted=st.booleans())
    def connect(self, *, encrypted: bool) -> None:
        self.play.connect(encrypted=encrypted)
        self.play.make("begin", -1, 0.0, 0, 1)

    @rule(pause_s=PAUSES)
    def rest(self, pause_s: float) -> None:
        self.play.wait(pause_s)

    @precondition(lambda self: self.play.can("accept"))
    @rule(choice=CHOICES, pause_s=PAUSES)
    def accept(self, choice: int, pause_s: float) -> None:
        self.play.make("accept", choice, pause_s, 0, 1)

    @precondition(lambda self: self.play.can("settle"))
    @rule(choice=CHOICES, pause_s=PAUSES)
    def settle(self, choice: int, pause_s: float) -> None:
        self.play.make("settle", choice, pause_s, 0, 1)

    @precondition(lambda self: self.play.can("ask"))
    @rule(choice=CHOICES, pause_s=PAUSES, size=SIZES, pieces=PIECES)
    def ask(self, choice: int, pause_s: float, size: int, pieces: int) -> None:
        self.play.make("ask", choice, pause_s, size, pieces)

    @precondition(lambda self: self.play.can("answer"))
    @rule(choice=CHOICES, pause_s=PAUSES, size=SIZES, pieces=PIECES)
    def answer(self, choice: int, pause_s: float, size: int, pieces: int) -> None:
        self.play.make("answer", choice, pause_s, size, pieces)

    @precondition(lambda self: self.play.can("acknowledge"))
    @rule(choice=CHOICES, pause_s=PAUSES)
    def acknowledge(self, choice: int, pause_s: float) -> None:
        self.play.make("acknowledge", choice, pause_s, 0, 1)

    @precondition(lambda self: self.play.can("resend"))
    @rule(choice=CHOICES, pause_s=PAUSES)
    def resend(self, choice: int, pause_s: float) -> None:
        self.play.make("resend", choice, pause_s, 0, 1)

    @precondition(lambda self: self.play.can("probe"))
    @rule(choice=CHOICES, pause_s=PAUSES, pieces=PIECES)
    def probe(self, choice: int, pause_s: float, pieces: int) -> None:
        self.play.make("probe", choice, pause_s, 0, pieces)

    @precondition(lambda self: self.play.can("close"))
    @rule(choice=CHOICES, pause_s=PAUSES)
    def close(self, choice: int, pause_s: float) -> None:
        self.play.make("close", choice, pause_s, 0, 1)

    @precondition(lambda self: self.play.can("cross"))
    @rule(choice=CHOICES, pause_s=PAUSES)
    def cross(self, choice: int, pause_s: float) -> None:
        self.play.make("cross", choice, pause_s, 0, 1)

    @precondition(lambda self: self.play.can("abort"))
    @rule(choice=CHOICES, pause_s=PAUSES)
    def abort(self, choice: int, pause_s: float) -> None:
        self.play.make("abort", choice, pause_s, 0, 1)

    @precondition(lambda self: self.play.can("refuse"))
    @rule(choice=CHOICES, pause_s=PAUSES)
    def refuse(self, choice: int, pause_s: float) -> None:
        self.play.make("refuse", choice, pause_s, 0, 1)

    @precondition(lambda self: self.play.can("reuse"))
    @rule(choice=CHOICES, pause_s=PAUSES)
    def reuse(self, choice: int, pause_s: float) -> None:
        self.play.make("reuse", choice, pause_s, 0, 1)

    @invariant()
    def agree(self) -> None:
        if any(dialogue.talk.packets for dialogue in self.play.dialogues):
            heard = listen(*self.play.talks)
            assert len(heard.connections) == len(self.play.dialogues)
            for dialogue in self.play.dialogues:
                agree(heard, dialogue)


def agree(heard: Heard, dialogue: Dialogue) -> None:
    """The rooms say of a connection what its dialogue knows."""
    talk, table = dialogue.talk, heard.connections
    row = heard.connection(talk)
    assert table.client[row] == endpoint(*talk.client.address)
    assert table.server[row] == endpoint(*talk.server.address)
    assert table.client_bytes[row] == dialogue.client.said
    assert table.server_bytes[row] == dialogue.server.said
    history = follow_all(heard.traffic, table, np.array([row]))
    states = STATES[history.client[-1]], STATES[history.server[-1]]
    assert states == (dialogue.client.state(), dialogue.server.state())
    found = [(e.request, e.answered) for e in heard.exchange_list(talk)]
    assert found == [(request.name, request.answered) for request in dialogue.requests]
    assert heard.ending(talk).close == dialogue.close
    assert by_server(heard.endings)[row] == (dialogue.closed_by == "server")


Conversations.TestCase.settings = budget(30, steps=30)
TestConversations = Conversations.TestCase
