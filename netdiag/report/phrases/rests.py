"""`rests`: what a ladder shows below each of its frames: states that matter, and a silence.

From the steps of an occurrence's timeline, or from all that is told of a connection; drawing is
left to the formats.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from netdiag.language import _
from netdiag.report.phrases.words import pause

if TYPE_CHECKING:
    from netdiag.report.connection_view import Rung

GAP_S = 0.5
"""A shorter silence is a round trip or a delayed ACK."""

_HANDSHAKE = frozenset({"SYN_SENT", "SYN_RECEIVED", "LISTEN"})
_WORDLESS = frozenset({"syn", "ack", "probe"})
_ASKING = frozenset({"request", "data", "retransmission", "fold"})


class Rest(NamedTuple):
    """What comes below one rung.

    Attributes:
        states: the states of both ends are told: they are new, and last or are met by a request.
        silence: how long nothing was sent, and whether an answer was due; empty where it was short.
    """

    states: bool
    silence: str


def rests(rungs: Sequence[Rung]) -> Iterator[Rest]:
    """Tell it of each rung, in their order."""
    shown: tuple[str, str] | None = None
    for index, rung in enumerate(rungs):
        gap_s = _gap_after(rungs, index)
        states = (rung.client_state, rung.server_state)
        is_last = index + 1 == len(rungs)
        lasts = is_last or gap_s >= GAP_S or rungs[index + 1].kind == "request"
        told = states != shown and not _HANDSHAKE & set(states) and lasts
        if told:
            shown = states
        yield Rest(told, _silence(rungs, index, gap_s) if gap_s >= GAP_S else "")


def lingers(rung: Rung) -> bool:
    """Whether the client is in CLOSE_WAIT from here on: it could have noticed."""
    return rung.client_state == "CLOSE_WAIT"


def _gap_after(rungs: Sequence[Rung], index: int) -> float:
    if index + 1 == len(rungs):
        return 0.0
    rung = rungs[index]
    return rungs[index + 1].at_s - (rung.until_s if rung.kind == "fold" else rung.at_s)


def _silence(rungs: Sequence[Rung], index: int, gap_s: float) -> str:
    if _is_owed_an_answer(rungs, index):
        words = _("{pause}, no answer")
    elif rungs[index].kind == "syn":  # what came first is left out
        words = _("{pause} later")
    else:
        words = _("{pause} idle")
    return words.format(pause=pause(gap_s))


def _is_owed_an_answer(rungs: Sequence[Rung], index: int) -> bool:
    """Whether the client is, so that silence isn't idleness."""
    earlier = (rungs[place] for place in range(index, -1, -1))
    told = next((rung for rung in earlier if rung.kind not in _WORDLESS), None)
    return told is not None and told.sender == "client" and told.kind in _ASKING
