"""`rungs`: an occurrence's timeline as rows of a ladder, for the page's template.

Time runs down, the client stands left, the server right: a row for each frame, for each silence
that lasted, and for the TCP states where they matter. Drawing is left to the style sheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from netdiag.report.finding import Occurrence, Step
from netdiag.report.phrases.rests import lingers, rests


class Rung(Struct, frozen=True, kw_only=True):
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
    for index, (step, rest) in enumerate(zip(steps, rests(steps), strict=True)):
        yield Rung(
            kind="frame",
            step=step,
            # An arrow from the client leaves from the state that it was in before.
            lingers=lingers(steps[index - 1] if index and step.sender == "client" else step),
            is_reuse=_is_reuse(told, step),
        )
        if rest.states:
            yield Rung(kind="states", step=step, lingers=lingers(step))
        if rest.silence:
            yield Rung(kind="gap", step=step, text=rest.silence, lingers=lingers(step))


def _is_reuse(told: Occurrence, step: Step) -> bool:
    asked = told.request
    return asked is not None and (step.frame, step.capture) == (asked.frame, asked.capture)
