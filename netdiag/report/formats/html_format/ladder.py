"""`rungs`: an occurrence's timeline as rows of a ladder, for the page's template.

Time runs down, the client stands left, the server right: a row for each frame, for each silence
that lasted, and for the TCP states where they matter. Drawing is left to the style sheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from netdiag.language import _
from netdiag.report.finding import Occurrence, Step
from netdiag.report.phrases.words import pause

GAP_S = 0.5
"""A shorter silence is a round trip or a delayed ACK."""

_HANDSHAKE = frozenset({"SYN_SENT", "SYN_RECEIVED", "LISTEN"})
_WORDLESS = frozenset({"syn", "ack", "probe"})
_ASKING = frozenset({"request", "data", "retransmission"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One row.

    Attributes:
        kind: what it shows.
        step: the frame, or that before the gap.
        text: what a gap says; empty for the others.
        lingers: the client is in CLOSE_WAIT: it could have noticed.
        is_reuse: it is the request that the occurrence is about.
    """

    kind: Literal["frame", "states", "gap"]
    step: Step
    text: str = ""
    lingers: bool = False
    is_reuse: bool = False


def rungs(told: Occurrence) -> Iterator[Rung]:
    """The rows, from the first frame to the last."""
    steps = told.timeline
    shown: tuple[str, str] | None = None
    for index, step in enumerate(steps):
        yield Rung(
            kind="frame",
            step=step,
            # An arrow from the client leaves from the state that it was in before.
            lingers=_lingers(steps[index - 1] if index and step.sender == "client" else step),
            is_reuse=_is_reuse(told, step),
        )
        states = (step.client_state, step.server_state)
        gap_s = _gap_after(steps, index)
        if states != shown and not _HANDSHAKE & set(states) and _rests_after(steps, index):
            yield Rung(kind="states", step=step, lingers=_lingers(step))
            shown = states
        if gap_s >= GAP_S:
            text = _gap(steps, index, gap_s)
            yield Rung(kind="gap", step=step, text=text, lingers=_lingers(step))


def _is_reuse(told: Occurrence, step: Step) -> bool:
    asked = told.request
    return asked is not None and (step.frame, step.capture) == (asked.frame, asked.capture)


def _lingers(step: Step) -> bool:
    return step.client_state == "CLOSE_WAIT"


def _gap_after(steps: tuple[Step, ...], index: int) -> float:
    return steps[index + 1].at_s - steps[index].at_s if index + 1 < len(steps) else 0.0


def _rests_after(steps: tuple[Step, ...], index: int) -> bool:
    """Whether the states after this step matter: they last, or a request is met by them."""
    if index + 1 == len(steps):
        return True
    return _gap_after(steps, index) >= GAP_S or steps[index + 1].kind == "request"


def _gap(steps: tuple[Step, ...], index: int, gap_s: float) -> str:
    if steps[index].kind == "syn":  # what came first is left out
        return _("{pause} later").format(pause=pause(gap_s))
    told = [step for step in steps[: index + 1] if step.kind not in _WORDLESS]
    if told and told[-1].sender == "client" and told[-1].kind in _ASKING:
        return _("{pause}, no answer").format(pause=pause(gap_s))
    return _("{pause} idle").format(pause=pause(gap_s))
