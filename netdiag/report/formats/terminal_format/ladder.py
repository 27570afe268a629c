"""The ladder of a connection: time runs down, the client stands left, the server right.

From the steps of an occurrence's timeline, or from all of a connection: an arrow for each frame, a
line for frames that are told of together, a gap with its duration where nothing was sent for a
while, the TCP states where they matter. The client's side is drawn heavy for as long as it is in
CLOSE_WAIT, which is when it should have noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

from netdiag.language import _
from netdiag.report.formats.terminal_format.paper import BAD, FAINT, STRONG, WARN, Line
from netdiag.report.phrases.rests import lingers, rests
from netdiag.report.phrases.story import earlier
from netdiag.report.phrases.words import clock, frame_name

if TYPE_CHECKING:
    from netdiag.report.connection_view import Fold, Rung
    from netdiag.report.finding import Occurrence, Step
    from netdiag.report.formats.terminal_format.paper import Paper

_MOST_STEPS = 24
_WIDEST = 52  # cells between the two sides
_STYLES = {"fin": WARN, "close_notify": WARN, "goodbye": WARN, "rst": BAD}


class Glyphs(Struct, frozen=True):
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


Frame: TypeAlias = tuple[int, int]
"""A frame's number and the index of its capture."""


class Remarks(Struct, frozen=True):
    """What stands beside the arrows of a ladder.

    Attributes:
        harmed: the frames whose arrows are drawn as the failure.
        notes: what is written below the arrow of a frame, a line each.
        fold: says in a few words what a fold holds.
    """

    harmed: frozenset[Frame] = frozenset()
    notes: Mapping[Frame, Sequence[str]] = field(default_factory=dict)
    fold: Callable[[Fold], str] = repr


def draw(told: Occurrence, captures: int, paper: Paper) -> list[Line]:
    """Draw the occurrence's timeline; `captures` is how many there are in the report."""
    request = told.request
    harmed = frozenset[Frame]() if request is None else {(request.frame, request.capture)}
    skipped = max(len(told.timeline) - _MOST_STEPS, 0)
    note = paper.paragraph(earlier(skipped)) if skipped else []
    head, *rungs = draw_rungs(
        told.timeline[skipped:], Remarks(harmed=frozenset(harmed)), captures, paper
    )
    return [head, *note, *rungs]


def draw_rungs(rungs: Sequence[Rung], remarks: Remarks, captures: int, paper: Paper) -> list[Line]:
    """Draw any part of a connection, below a line that names the columns."""
    return _Ladder(rungs, remarks, captures, paper).lines()


class _Ladder:
    def __init__(
        self, rungs: Sequence[Rung], remarks: Remarks, captures: int, paper: Paper
    ) -> None:
        self._remarks = remarks
        self._paper = paper
        self._glyphs = _BOXES if paper.unicode else _ASCII
        self._steps = rungs
        self._names = [_name(rung, captures) for rung in rungs]
        self._widths = self._column_widths()
        self._margin = 2 + self._widths[0] + 2 + self._widths[1] + 1 + self._widths[2] + 2
        self._inner = min(paper.width - self._margin - 2, _WIDEST)

    def lines(self) -> list[Line]:
        lines = [self._head()]
        for index, (step, rest) in enumerate(zip(self._steps, rests(self._steps), strict=True)):
            if step.kind == "fold":
                lines += self._folded(step)
            else:
                lines.append(self._rung(index, step))
                notes = self._remarks.notes.get((step.frame, step.capture), ())
                lines += [line for note in notes for line in self._note(step, note)]
            if rest.states:
                lines.append(self._states(step))
            if rest.silence:
                lines.append(self._gap(step, rest.silence))
        return lines

    def _column_widths(self) -> tuple[int, int, int]:
        """The cells for the frames' names, the time of day and the time since the start."""
        cells = self._paper.cells
        names = max([cells(_("frame")), *map(cells, self._names)])
        ats = (cells(_at(rung)) for rung in self._steps)
        return names, max(15, cells(_("time"))), max([11, cells(_("since start")), *ats])

    def _head(self) -> Line:
        margin = self._margin_of(_("frame"), _("time"), _("since start"))
        room = self._inner + 2
        client = self._paper.left(_("client"), room - room // 2)
        server = self._paper.right(_("server"), room // 2)
        return self._paper.line((margin, FAINT), (client, STRONG), (server, STRONG))

    def _margin_of(self, *texts: str) -> str:
        set_ = (self._paper.right, self._paper.left, self._paper.right)
        frame, time, at = (
            place(text, width) for place, text, width in zip(set_, texts, self._widths, strict=True)
        )
        return f"  {frame}  {time} {at}  "

    def _folded(self, fold: Fold) -> list[Line]:
        return [
            self._between(fold, self._glyphs.gap, [(self._paper.middle(part, self._inner), FAINT)])
            for part in self._paper.wrap(self._remarks.fold(fold), self._inner - 2)
        ]

    def _note(self, step: Step, text: str) -> list[Line]:
        room = self._inner - 2
        return [
            self._between(step, self._glyphs.side, [" ", (self._paper.left(part, room), BAD), " "])
            for part in self._paper.wrap(text, room)
        ]

    def _rung(self, index: int, step: Step) -> Line:
        margin = self._margin_of(self._names[index], clock(step.time), _at(step))
        before = self._steps[index - 1] if index else step
        return self._paper.line(margin, *self._arrow(step, before))

    def _arrow(self, step: Step, before: Rung) -> list[str | tuple[str, str]]:
        glyphs = self._glyphs
        shaft = glyphs.again if step.kind in {"retransmission", "probe"} else glyphs.shaft
        label = self._paper.fit(step.label, self._inner - 6)
        run = shaft * (self._inner - self._paper.cells(label) - 4)
        style = self._style(step)
        if step.sender == "client":
            start = glyphs.from_heavy if lingers(before) else glyphs.from_client
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
        if (step.frame, step.capture) in self._remarks.harmed:
            return BAD
        return _STYLES.get(step.kind, "")

    def _states(self, step: Rung) -> Line:
        room = self._inner - 2
        client = self._paper.left(step.client_state, room - room // 2)
        server = self._paper.right(step.server_state, room // 2)
        style = BAD if lingers(step) else FAINT
        return self._between(step, self._glyphs.side, [" ", (client, style), (server, FAINT), " "])

    def _gap(self, step: Rung, silence: str) -> Line:
        text = self._paper.middle(silence, self._inner)
        return self._between(step, self._glyphs.gap, [(text, STRONG)])

    def _between(self, step: Rung, side: str, parts: list[str | tuple[str, str]]) -> Line:
        left = self._glyphs.heavy if lingers(step) else side
        return self._paper.line(" " * self._margin, self._mark(left, step), *parts, side)

    def _side(self, step: Rung) -> str:
        return self._glyphs.heavy if lingers(step) else self._glyphs.side

    def _mark(self, glyph: str, step: Rung) -> tuple[str, str]:
        return (glyph, BAD if lingers(step) else "")


def _name(rung: Rung, captures: int) -> str:
    if rung.kind == "fold":
        return ""
    return frame_name(rung.frame, rung.capture, captures)


def _at(rung: Rung) -> str:
    return f"{rung.at_s:.3f} s"
