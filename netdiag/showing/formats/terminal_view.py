"""One connection for a terminal: what it was, its ladder, and the frames that were taken apart."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from netdiag.language import N_, _, ngettext
from netdiag.report.connection_view import ConnectionView, Fold, FrameNote, Rung, ShownFinding
from netdiag.report.formats.terminal_format.ladder import Remarks, draw_rungs
from netdiag.report.formats.terminal_format.paper import SEVERITY_STYLES, STRONG, Line, Paper
from netdiag.report.phrases.verdict import CONFIDENCES, SEVERITIES
from netdiag.report.phrases.words import day, frame_name, listed, pause
from netdiag.showing.formats.terminal_frame import write_frame

if TYPE_CHECKING:
    from netdiag.report.page import Page

_FEW = 3
"""So many bare ACKs are left out without a line that says so."""

_PARTS = {
    "close": N_("{cause}: the server's close"),
    "request": N_("{cause}: the request in question"),
    "reset": N_("{cause}: the reset that it drew"),
}
_HARMED = N_("{cause}: the request that it harmed")
_ENDED = {
    "client": N_("The client ended it first ({flag} in frame {frame})."),
    "server": N_("The server ended it first ({flag} in frame {frame})."),
    "both": N_("Both ended it at once ({flag} in frame {frame})."),
    "nobody": N_("Nobody ended it in this capture."),
}


def render(view: ConnectionView, page: Page) -> str:
    """Write all of it."""
    paper = Paper(page)
    captures = len(view.captures)
    rungs = [rung for rung in view.rungs if not _goes_without_saying(rung)]
    lines = [*_head(view, paper), paper.line()]
    lines += draw_rungs(rungs, _remarks(view, unicode=page.unicode), captures, paper)
    lines += _left_out(view, paper)
    for dissection in view.dissections:
        lines += write_frame(dissection, captures, paper)
    return paper.print(lines)


def _head(view: ConnectionView, paper: Paper) -> list[Line]:
    seen = view.connection
    title = _("Connection {id}, stream {stream}").format(id=seen.id, stream=seen.stream)
    lines = [paper.line((title, STRONG), f"  ({seen.protocol})")]
    ends = _("client {client}, server {server}").format(client=seen.client, server=seen.server)
    lines += paper.paragraph(ends)
    lines += paper.paragraph(_amounts(view))
    frame = frame_name(seen.close_frame or 0, seen.close_capture or 0, len(view.captures))
    ended = _(_ENDED[seen.closed_by]).format(flag=seen.close_flag, frame=frame)
    lines += paper.paragraph(
        _("{ended} Filter: {filter}").format(ended=ended, filter=view.wireshark_filter)
    )
    for finding in view.findings:
        lines += _finding(finding, paper)
    return lines


def _amounts(view: ConnectionView) -> str:
    seen = view.connection
    requests = ngettext("{n:,} request", "{n:,} requests", seen.exchanges)
    return listed(
        [
            _("{day} (UTC)").format(day=day(seen.start)),
            pause(seen.duration_s),
            _frames(view.frames_total),
            requests.format(n=seen.exchanges),
            *_payload(seen.bytes_to_server, seen.bytes_to_client),
        ]
    )


def _frames(n: int) -> str:
    return ngettext("{n:,} frame", "{n:,} frames", n).format(n=n)


def _payload(to_server: int, to_client: int) -> list[str]:
    texts = []
    if to_server:
        texts.append(_("{size} to the server").format(size=_size(to_server)))
    if to_client:
        texts.append(_("{size} to the client").format(size=_size(to_client)))
    return texts


def _size(n: int) -> str:
    """Bytes as a person reads them, in powers of ten: ``441 kB``."""
    for unit, least in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if n >= least:
            return f"{n / least:.3g} {unit}" if n < least * 1000 else f"{n / least:,.0f} {unit}"
    return f"{n} B"


def _finding(finding: ShownFinding, paper: Paper) -> list[Line]:
    said = _("{severity}, {confidence}: {title}").format(
        severity=_(SEVERITIES[finding.severity]),
        confidence=_(CONFIDENCES[finding.confidence]),
        title=finding.title,
    )
    style = SEVERITY_STYLES[finding.severity]
    lines = [paper.line("  ", (finding.cause, f"bold {style}")), *paper.paragraph(said, indent=4)]
    if not finding.notes:
        elsewhere = _("Told of where it was captured nearer to the client.")
        lines += paper.paragraph(elsewhere, indent=4)
    return lines


def _remarks(view: ConnectionView, *, unicode: bool) -> Remarks:
    notes: dict[tuple[int, int], list[str]] = {}
    harmed = set()
    for finding in view.findings:
        for note in finding.notes:
            frame = (note.frame, note.capture)
            notes.setdefault(frame, []).append(_note(finding.cause, note))
            if note.harmed:
                harmed.add(frame)
    return Remarks(harmed=frozenset(harmed), notes=notes, fold=partial(_fold, unicode=unicode))


def _note(cause: str, note: FrameNote) -> str:
    return _(_HARMED if note.harmed else _PARTS[note.part]).format(cause=cause)


def _fold(fold: Fold, *, unicode: bool) -> str:
    """What a fold holds: ``… 312 frames, 441 kB ◀ …``, with arrows as the ladder has them."""
    parts = [_frames(fold.frames)]
    if fold.exchanges:
        requests = ngettext("{n:,} request", "{n:,} requests", fold.exchanges)
        parts.append(requests.format(n=fold.exchanges))
    if fold.bytes_to_server:
        parts.append(f"{_size(fold.bytes_to_server)} {'▶' if unicode else '>'}")
    if fold.bytes_to_client:
        parts.append(f"{_size(fold.bytes_to_client)} {'◀' if unicode else '<'}")
    if fold.retransmissions:
        again = ngettext("{n:,} sent again", "{n:,} sent again", fold.retransmissions)
        parts.append(again.format(n=fold.retransmissions))
    dots = "…" if unicode else "..."
    return f"{dots} {listed(parts)} {dots}"


def _goes_without_saying(rung: Rung) -> bool:
    """Whether a fold is but the ACKs between two messages."""
    return (
        rung.kind == "fold"
        and rung.frames <= _FEW
        and not (rung.bytes_to_client or rung.bytes_to_server or rung.retransmissions)
    )


def _left_out(view: ConnectionView, paper: Paper) -> list[Line]:
    lines: list[Line] = []
    if view.frames_after and view.next_frame is not None:
        name = frame_name(view.next_frame, view.next_capture or 0, len(view.captures))
        text = ngettext(
            "{n:,} more frame: --from {frame} goes on there.",
            "{n:,} more frames: --from {frame} goes on there.",
            view.frames_after,
        )
        lines += paper.paragraph(text.format(n=view.frames_after, frame=name))
    if any(rung.kind == "fold" for rung in view.rungs):
        text = _("Bare ACKs and the rest of long messages are folded; --all shows every frame.")
        lines += paper.paragraph(text)
    return lines
