"""The ladder of an occurrence: time runs down, the client stands left, the server right.

From the steps of its timeline: an arrow for each frame, a gap with its duration where nothing was
sent for a while, the TCP states where they matter. The client's side is drawn heavy for as long
as it is in CLOSE_WAIT, which is when it should have noticed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdiag.report.formats.terminal_format.paper import BAD, FAINT, STRONG, WARN
from netdiag.report.formats.terminal_format.words import clock, frame_name, pause

if TYPE_CHECKING:
    from rich.text import Text

    from netdiag.report.finding import Occurrence, Step
    from netdiag.report.formats.terminal_format.paper import Paper

_GAP_S = 0.5  # a shorter silence is a round trip or a delayed ACK
_MOST_STEPS = 24
_WIDEST = 52  # cells between the two sides
_HANDSHAKE = frozenset({"SYN_SENT", "SYN_RECEIVED", "LISTEN"})
_WORDLESS = frozenset({"syn", "ack", "probe"})
_ASKING = frozenset({"request", "data", "retransmission"})
_STYLES = {"fin": WARN, "close_notify": WARN, "goodbye": WARN, "rst": BAD}


@dataclass(frozen=True, slots=True)
class Glyphs:
    """What a ladder is drawn with."""

    side: str
    heavy: str
    gap: str
    from_client: str
    from_heavy: str
    from_server: str
    shaft: str
    again: str
    to_server: str
    to_client: str


_BOXES = Glyphs("│", "┃", "┊", "├", "┣", "┤", "─", "╌", "▶", "◀")
_ASCII = Glyphs("|", "#", ":", "|", "#", "|", "-", ".", ">", "<")


def draw(told: Occurrence, captures: int, paper: Paper) -> list[Text]:
    """Draw the occurrence's timeline; `captures` is how many there are in the report."""
    return _Ladder(told, captures, paper).lines()


class _Ladder:
    def __init__(self, told: Occurrence, captures: int, paper: Paper) -> None:
        self._told = told
        self._paper = paper
        self._glyphs = _BOXES if paper.unicode else _ASCII
        self._skipped = max(len(told.timeline) - _MOST_STEPS, 0)
        self._steps = told.timeline[self._skipped :]
        self._names = [frame_name(step.frame, step.capture, captures) for step in self._steps]
        self._frame_width = max([len("frame"), *(paper.cells(name) for name in self._names)])
        self._margin = 2 + self._frame_width + 2 + 15 + 1 + 11 + 2
        self._inner = min(paper.width - self._margin - 2, _WIDEST)

    def lines(self) -> list[Text]:
        lines = [self._head()]
        if self._skipped:
            lines += self._paper.paragraph(f"({self._skipped} earlier steps are not drawn)")
        shown: tuple[str, str] | None = None
        for index, step in enumerate(self._steps):
            lines.append(self._rung(index))
            states = (step.client_state, step.server_state)
            gap_s = self._gap_after(index)
            if states != shown and not _HANDSHAKE & set(states) and self._rests_after(index):
                lines.append(self._states(step))
                shown = states
            if gap_s >= _GAP_S:
                lines.append(self._gap(index, gap_s))
        return lines

    def _head(self) -> Text:
        frame = self._paper.right("frame", self._frame_width)
        margin = f"  {frame}  {'time':<15} {'since start':>11}  "
        space = " " * (self._inner + 2 - len("client") - len("server"))
        return self._paper.line((margin, FAINT), ("client", STRONG), space, ("server", STRONG))

    def _gap_after(self, index: int) -> float:
        if index + 1 == len(self._steps):
            return 0.0
        return self._steps[index + 1].at_s - self._steps[index].at_s

    def _rests_after(self, index: int) -> bool:
        """Whether the states after this step matter: they last, or a request is met by them."""
        if index + 1 == len(self._steps):
            return True
        return self._gap_after(index) >= _GAP_S or self._steps[index + 1].kind == "request"

    def _rung(self, index: int) -> Text:
        step = self._steps[index]
        frame = self._paper.right(self._names[index], self._frame_width)
        margin = f"  {frame}  {clock(step.time):<15} {step.at_s:>9.3f} s  "
        before = self._steps[index - 1] if index else step
        return self._paper.line(margin, *self._arrow(step, before))

    def _arrow(self, step: Step, before: Step) -> list[str | tuple[str, str]]:
        glyphs = self._glyphs
        shaft = glyphs.again if step.kind in {"retransmission", "probe"} else glyphs.shaft
        label = self._paper.fit(step.label, self._inner - 6)
        run = shaft * (self._inner - self._paper.cells(label) - 4)
        style = self._style(step)
        if step.sender == "client":
            start = glyphs.from_heavy if _lingers(before) else glyphs.from_client
            return [
                self._mark(start, before),
                (f"{shaft} {label} {run}{glyphs.to_server}", style),
                glyphs.side,
            ]
        return [
            self._mark(self._side(step), step),
            (f"{glyphs.to_client}{run} {label} {shaft}", style),
            glyphs.from_server,
        ]

    def _style(self, step: Step) -> str:
        request = self._told.request
        if request is not None and (step.frame, step.capture) == (request.frame, request.capture):
            return BAD
        return _STYLES.get(step.kind, "")

    def _states(self, step: Step) -> Text:
        room = self._inner - 2
        client = self._paper.left(step.client_state, room - room // 2)
        server = self._paper.right(step.server_state, room // 2)
        style = BAD if _lingers(step) else FAINT
        return self._between(step, self._glyphs.side, [" ", (client, style), (server, FAINT), " "])

    def _gap(self, index: int, gap_s: float) -> Text:
        after = (
            " idle" if self._steps[index].kind != "syn" else " later"
        )  # what came first is left out
        what = pause(gap_s) + (", no answer" if self._waits_after(index) else after)
        text = self._paper.middle(what, self._inner)
        return self._between(self._steps[index], self._glyphs.gap, [(text, STRONG)])

    def _waits_after(self, index: int) -> bool:
        """Whether the client is owed an answer, so that silence isn't idleness."""
        told = [step for step in self._steps[: index + 1] if step.kind not in _WORDLESS]
        return bool(told) and told[-1].sender == "client" and told[-1].kind in _ASKING

    def _between(self, step: Step, side: str, parts: list[str | tuple[str, str]]) -> Text:
        left = self._glyphs.heavy if _lingers(step) else side
        return self._paper.line(" " * self._margin, self._mark(left, step), *parts, side)

    def _side(self, step: Step) -> str:
        return self._glyphs.heavy if _lingers(step) else self._glyphs.side

    def _mark(self, glyph: str, step: Step) -> tuple[str, str]:
        return (glyph, BAD if _lingers(step) else "")


def _lingers(step: Step) -> bool:
    return step.client_state == "CLOSE_WAIT"
