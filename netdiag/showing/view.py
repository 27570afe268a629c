"""`show`: puts together what is shown of one connection."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike

from msgspec import Struct, field

from netdiag.analysis import Examination
from netdiag.language import _, current
from netdiag.report.build.connections import connections
from netdiag.report.build.subject import Subject
from netdiag.report.connection_view import (
    ConnectionView,
    FrameNote,
    ShownCapture,
    ShownFinding,
)
from netdiag.showing.dissecting import dissect
from netdiag.showing.naming import find_connection
from netdiag.showing.noting import Noted, noted
from netdiag.showing.part import Part, parse_frame
from netdiag.showing.rungs import Climber
from netdiag.showing.telling import weigh

EVERY_AT_ONCE = 1_000
"""So many frames are shown one by one; the view says where it goes on."""


class Wanted(Struct, frozen=True):
    """What to show.

    Attributes:
        connection: as a user names it; see `netdiag.showing.naming`.
        part: from where to where.
        every: fold nothing.
        frames: those to be taken apart, as a user names them.
        option: what names the connection, for errors.
    """

    connection: str
    part: Part = field(default_factory=Part)
    every: bool = False
    frames: tuple[str, ...] = ()
    option: str = "CONNECTION"


def show(
    examination: Examination, paths: Sequence[str | PathLike[str]], wanted: Wanted
) -> ConnectionView:
    """Show a connection.

    Args:
        examination: what was found in the captures.
        paths: the captures; read once more if frames are to be taken apart.
        wanted: what to show.

    Raises:
        SelectionError: there is no such connection, frame or part.
        CaptureError: a capture can't be read a second time.
    """
    subject = examination.subject
    connection = find_connection(subject, wanted.connection, wanted.option)
    asked = [parse_frame(subject, text, "--frame") for text in wanted.frames]
    notes = noted(subject, examination.findings, connection)
    rows = [note.row for each in notes.values() for note in each]
    frames = weigh(subject.scene, connection, rows)
    begin, end = wanted.part.cut(subject, frames.rows)
    stop = min(end, begin + EVERY_AT_ONCE) if wanted.every else end
    (report,) = connections(subject, [connection])
    later = int(frames.rows[stop]) if stop < end else None
    return ConnectionView(
        language=current(),
        captures=tuple(ShownCapture(str(capture.info.path)) for capture in subject.captures),
        connection=report,
        frames_total=len(frames.rows),
        wireshark_filter=f"tcp.stream eq {report.stream}",
        findings=_findings(examination, notes),
        rungs=Climber.of(subject, connection, frames).rungs(begin, stop, every=wanted.every),
        frames_after=end - stop,
        next_frame=None if later is None else subject.frame(later),
        next_capture=None if later is None else subject.capture(later),
        dissections=dissect(subject, paths, asked, frames.rows),
    )


def _findings(examination: Examination, notes: dict[int, list[Noted]]) -> tuple[ShownFinding, ...]:
    shown = []
    for number, found in notes.items():
        finding = examination.findings[number]
        shown.append(
            ShownFinding(
                cause=finding.cause.slug,
                severity=finding.severity,  # type: ignore[arg-type]  # one of the contract's words
                confidence=finding.confidence,  # type: ignore[arg-type]  # one of the contract's words
                title=_(finding.cause.title),
                notes=tuple(_note(examination.subject, note) for note in found),
            )
        )
    return tuple(shown)


def _note(subject: Subject, note: Noted) -> FrameNote:
    return FrameNote(
        frame=subject.frame(note.row),
        capture=subject.capture(note.row),
        part=note.part,
        harmed=note.harmed,
    )
