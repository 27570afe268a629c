"""`Play`: several dialogues on one clock, and the moves that can be made in them.

Who chooses the moves is a state machine, or a list drawn beforehand; both make up valid
conversations only, since a move is made by an end that can make it, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from tests.conversations import START_NS, Conversation
from tests.machines.dialogue import Dialogue, End

PORTS = (40_000, 40_001)
MOST = 4
DEEPEST = 3
"""So many requests are on their way at a time."""
SPEAKING = {"ESTABLISHED", "CLOSE_WAIT"}
ACKNOWLEDGING = SPEAKING | {"FIN_WAIT_1", "FIN_WAIT_2", "CLOSING", "LAST_ACK", "TIME_WAIT"}

CAN: dict[str, Callable[[Dialogue, End], bool]] = {
    "begin": lambda d, e: e is d.client and not d.talk.packets,
    "accept": lambda d, e: e is d.server and d.client.state() == "SYN_SENT",
    "settle": lambda d, e: e is d.client and d.server.state() == "SYN_RECEIVED",
    "ask": lambda d, e: e is d.client and d.is_open and not d.waits,
    "answer": lambda d, e: e is d.server and d.waits and e.state() in SPEAKING,
    "pipeline": lambda d, e: e is d.client and d.is_open and 0 < d.outstanding < DEEPEST,
    "start_answer": lambda d, e: (
        e is d.server and d.waits and not d.is_answering and e.state() in SPEAKING
    ),
    "acknowledge": lambda d, e: d.is_under_way and e.state() in ACKNOWLEDGING,
    "resend": lambda d, e: d.is_under_way and e.state() in ACKNOWLEDGING and e.unheard,
    "probe": lambda d, e: d.is_open and not d.waits and bool(d.requests),
    "close": lambda d, e: d.is_established and e.state() in SPEAKING,
    "depart": lambda d, e: e is d.client and d.is_stale,
    "cross": lambda d, e: d.is_open and not d.waits,
    "abort": lambda d, e: d.is_established and e.state() in SPEAKING,
    "refuse": lambda d, e: e is d.server and d.client.state() == "SYN_SENT",
    "reuse": lambda d, e: e is d.client and d.is_stale,
}
"""When an end can make a move."""

PAUSES = st.sampled_from([0.0, 0.0, 0.0005, 0.04, 0.3, 1.5, 5.0, 20.0])
SIZES = st.sampled_from([0, 0, 5, 300, 3000])


class Play:
    """All connections of a capture."""

    def __init__(self) -> None:
        self.dialogues: list[Dialogue] = []
        self._now_ns = START_NS

    @property
    def talks(self) -> list[Conversation]:
        """What was said so far, connection by connection."""
        return [dialogue.talk for dialogue in self.dialogues]

    def can_connect(self) -> bool:
        """Whether there is room for one more connection."""
        return len(self.dialogues) < MOST and self._free_port() is not None

    def _free_port(self) -> int | None:
        taken = {d.talk.client.address[1] for d in self.dialogues if not d.is_over}
        return next((port for port in PORTS if port not in taken), None)

    def connect(self, *, encrypted: bool, quiet: bool = False) -> None:
        """A new connection, if need be of a four-tuple that another one has had."""
        port = self._free_port()
        assert port is not None
        number = len(self.dialogues)
        talk = Conversation(
            client_port=port,
            port=443 if encrypted else 80,
            client_first=1_000_000 + 500_000_000 * number,
            server_first=4_294_900_000 + 600_000_000 * number,
        )
        self.dialogues.append(Dialogue(talk, encrypted, quiet))

    def wait(self, pause_s: float) -> None:
        """Nobody says anything for a while."""
        self._now_ns += round(pause_s * 1e9)

    def can(self, move: str) -> list[tuple[Dialogue, End]]:
        """Who can make a move now."""
        return [
            (dialogue, end)
            for dialogue in self.dialogues
            for end in (dialogue.client, dialogue.server)
            if CAN[move](dialogue, end)
        ]

    def make(self, move: str, choice: int, pause_s: float, size: int, pieces: int) -> None:
        """One move of one of those who can make it, after a pause."""
        able = self.can(move)
        dialogue, end = able[choice % len(able)]
        talk = dialogue.talk
        talk.now_ns = self._now_ns
        talk.wait(pause_s)
        dialogue.make(move, end, size, pieces)
        self._now_ns = talk.now_ns


MOVES = tuple(CAN)
CHOICES = st.integers(0, 2 * MOST - 1)
PIECES = st.integers(1, 3)
