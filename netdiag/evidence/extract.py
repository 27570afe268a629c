"""`extract`: writes the packets that prove a finding into a pcapng file, each with a comment.

From an examination and what was asked for. The file is examined in turn: if it does not lead to
the same verdict, more packets are kept, until it does or all that can be kept are.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from msgspec import Struct

from netdiag.analysis import Examination, examine
from netdiag.capture import find_captures
from netdiag.capture.rereading import Frames, reread
from netdiag.capture.urls import public_name
from netdiag.errors import CaptureError
from netdiag.evidence.agreement import agrees
from netdiag.evidence.choosing import Choice, Request, choose
from netdiag.evidence.gathering import Wanted
from netdiag.evidence.widths import Width, gather
from netdiag.evidence.writing import write_evidence
from netdiag.temporary import open_private

if TYPE_CHECKING:
    from netdiag.redaction import Redactor

Progress = Callable[[str, int, int | None], None]


class Extracted(Struct, frozen=True):
    """What was written.

    Attributes:
        packets: how many packets.
        of_packets: how many the captures hold.
        width: how much had to be kept.
        agrees: netdiag finds the same in these packets alone; None where only connections were
            asked for, which need not show why something failed.
    """

    packets: int
    of_packets: int
    width: Width
    agrees: bool | None


def extract(
    examination: Examination,
    paths: Sequence[str | PathLike[str]],
    request: Request,
    file: BinaryIO,
    draft: Path,
    *,
    redactor: Redactor | None = None,
    progress: Progress | None = None,
) -> Extracted:
    """Write the evidence for what was asked for.

    Args:
        examination: what was found in the captures.
        paths: the captures, as they were examined; they are read once more.
        request: what to write the evidence of.
        file: where to write it.
        draft: a file that may be written, to look at the evidence before it is handed out.
        redactor: what the packets go through; None to write them as they are.
        progress: is told what is being done, how many bytes of how many (None: not known).

    Raises:
        LinkTypeNotRedactableError: a packet can't be redacted.
        SelectionError: there is nothing of what was asked for.
        CaptureError: a capture can't be read a second time.
    """
    choice = choose(examination, request)
    done = _Cutter(examination, paths, choice, draft, redactor, progress).cut()
    with draft.open("rb") as written:
        shutil.copyfileobj(written, file)
    return done


class _Cutter(Struct, frozen=True):
    examination: Examination
    paths: Sequence[str | PathLike[str]]
    choice: Choice
    draft: Path
    redactor: Redactor | None
    progress: Progress | None

    def cut(self) -> Extracted:
        """Write the narrowest draft that leads to the same; without any, the narrowest of all.

        How wide it has to be is found out with the packets as they are, so that a redaction never
        changes which packets are written.
        """
        kept = 0
        for width in Width:
            wanted = self._gathered(width)
            if len(wanted.rows) == kept:
                continue
            kept = len(wanted.rows)
            with self._read(wanted) as frames:
                agreed = self._write(wanted, frames, None)
                if agreed is not False:
                    return self._finish(wanted, frames, width, agreed)
        wanted = self._gathered(Width.TELLING)
        with self._read(wanted) as frames:
            agreed = self._write(wanted, frames, None)
            return self._finish(wanted, frames, Width.TELLING, agreed)

    def _gathered(self, width: Width) -> Wanted:
        return gather(self.examination.subject, self.choice, width)

    def _finish(
        self, wanted: Wanted, frames: Frames, width: Width, agreed: bool | None
    ) -> Extracted:
        """Redact the draft if that was asked for."""
        if self.redactor is not None:
            agreed = self._write(wanted, frames, self.redactor)
        total = sum(capture.info.packets for capture in self.examination.subject.captures)
        return Extracted(len(wanted.rows), total, width, agreed)

    def _write(self, wanted: Wanted, frames: Frames, redactor: Redactor | None) -> bool | None:
        """Write the draft; whether it leads to the same, None where it need not."""
        with open_private(self.draft) as file:
            write_evidence(file, self.examination, frames, wanted, redactor)
        if self.choice.connections:
            return None
        return agrees(examine([self.draft]), self.examination, self.choice)

    def _read(self, wanted: Wanted) -> AbstractContextManager[Frames]:
        """Read the packets once more.

        Raises:
            CaptureError: the captures are not those that were examined.
        """
        sources = find_captures([fspath(path) for path in self.paths])
        examined = [capture.info.path for capture in self.examination.subject.captures]
        if [public_name(source.path) for source in sources] != examined:
            raise CaptureError("the captures have changed since they were analysed; try again")
        traffic, progress = self.examination.subject.scene.traffic, self.progress
        at = traffic.row[wanted.rows]
        told = None if progress is None else (lambda done: progress("extracting", done, None))
        return reread(sources, traffic.segments.capture[at], traffic.segments.frame[at], told)
