"""`extract`: writes the packets that prove a finding into a pcapng file, each with a comment.

From an examination and what was asked for. The file is examined in turn: if it does not lead to
the same verdict, more packets are kept, until it does or all that can be kept are.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import BinaryIO

from netdiag.analysis import Examination, examine
from netdiag.capture import find_captures
from netdiag.errors import CaptureError
from netdiag.evidence.agreement import agrees
from netdiag.evidence.choosing import Choice, Request, choose
from netdiag.evidence.gathering import Wanted
from netdiag.evidence.rereading import Frames, reread
from netdiag.evidence.widths import Width, gather
from netdiag.evidence.writing import write_evidence

Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Extracted:
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
    progress: Progress | None = None,
) -> Extracted:
    """Write the evidence for what was asked for.

    Args:
        examination: what was found in the captures.
        paths: the captures, as they were examined; they are read once more.
        request: what to write the evidence of.
        file: where to write it.
        draft: a file that may be written, to look at the evidence before it is handed out.
        progress: is told what is being done, how many bytes of how many (None: not known).

    Raises:
        SelectionError: there is nothing of what was asked for.
        CaptureError: a capture can't be read a second time.
    """
    choice = choose(examination, request)
    cutter = _Cutter(examination, paths, choice, draft, progress)
    done = cutter.first_that_agrees()
    with draft.open("rb") as written:
        shutil.copyfileobj(written, file)
    return done


@dataclass(frozen=True, slots=True)
class _Cutter:
    examination: Examination
    paths: Sequence[str | PathLike[str]]
    choice: Choice
    draft: Path
    progress: Progress | None

    def first_that_agrees(self) -> Extracted:
        """Write the narrowest draft that leads to the same; without any, the narrowest of all."""
        last = 0
        for width in Width:
            wanted = self._gathered(width)
            if len(wanted.rows) == last:
                continue
            last = len(wanted.rows)
            self._write(wanted)
            if self.choice.connections:
                return self._done(wanted, width, None)
            if agrees(examine([self.draft]), self.examination, self.choice):
                return self._done(wanted, width, True)
        wanted = self._gathered(Width.TELLING)
        self._write(wanted)
        return self._done(wanted, Width.TELLING, False)

    def _gathered(self, width: Width) -> Wanted:
        return gather(self.examination.subject, self.choice, width)

    def _write(self, wanted: Wanted) -> None:
        frames = _reread(self.examination, self.paths, wanted, self.progress)
        with frames, self.draft.open("wb") as file:
            write_evidence(file, self.examination, frames, wanted)

    def _done(self, wanted: Wanted, width: Width, agreed: bool | None) -> Extracted:
        total = sum(capture.info.packets for capture in self.examination.subject.captures)
        return Extracted(len(wanted.rows), total, width, agreed)


def _reread(
    examination: Examination,
    paths: Sequence[str | PathLike[str]],
    wanted: Wanted,
    progress: Progress | None,
) -> Frames:
    sources = find_captures([fspath(path) for path in paths])
    if [source.path for source in sources] != [
        capture.info.path for capture in examination.subject.captures
    ]:
        raise CaptureError("the captures have changed since they were analysed; try again")
    traffic = examination.subject.scene.traffic
    at = traffic.row[wanted.rows]
    segments = traffic.segments
    told = None if progress is None else (lambda done: progress("extracting", done, None))
    return reread(sources, segments.capture[at], segments.frame[at], told)
