"""`write_evidence`: the evidence as a pcapng file, with interfaces, times and comments.

From packets that were read once more and the notes on them.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import BinaryIO

from netdiag import __version__
from netdiag.analysis import Examination
from netdiag.evidence.gathering import Wanted
from netdiag.evidence.notes import comment
from netdiag.evidence.pcapng_file import PcapngFile
from netdiag.evidence.rereading import Frames
from netdiag.language import _, ngettext
from netdiag.report.build.headlines import headline, no_headline
from netdiag.report.escape import visible

MOST_NAMED = 100
"""So many captures are named in the section's comment."""


def write_evidence(
    file: BinaryIO, examination: Examination, frames: Frames, wanted: Wanted
) -> None:
    """Write the packets; those of each interface of each capture on an interface of their own.

    Args:
        file: where to write.
        examination: what was found.
        frames: the packets, in the order of `wanted`.
        wanted: why each of them is there.
    """
    names = [_name(capture.info.path) for capture in examination.subject.captures]
    pcapng = PcapngFile(file, f"netdiag {__version__}", _about(examination, names))
    numbers: dict[tuple[int, int], int] = {}
    for frame, notes in zip(frames, wanted.notes, strict=True):
        key = frame.capture, frame.interface
        if key not in numbers:
            interface = frames.interfaces[frame.capture][frame.interface]
            source = _("netdiag: from {capture}").format(capture=names[frame.capture])
            numbers[key] = pcapng.describe(interface, [source])
        comments = [comment(note, frame.number, names[frame.capture]) for note in notes]
        pcapng.packet(numbers[key], frame.time_ns, frame.data, frame.original, comments)


def _name(path: str) -> str:
    """What comments call a capture: its file's name, without its folders."""
    return visible(PurePath(path).name)


def _about(examination: Examination, names: list[str]) -> list[str]:
    """What the file is and is from, for the section's comment."""
    subject = examination.subject
    leading = next((f for f in examination.findings if f.severity != "info"), None)
    found = no_headline(subject) if leading is None else headline(subject, leading)
    lines = [_("netdiag {version}: {headline}").format(version=__version__, headline=found)]
    for name, capture in zip(names[:MOST_NAMED], subject.captures, strict=False):
        n = capture.info.packets
        lines.append(
            ngettext("from {capture}: {n} packet", "from {capture}: {n} packets", n).format(
                capture=name, n=n
            )
        )
    more = len(names) - MOST_NAMED
    if more > 0:
        lines.append(ngettext("and {n} more capture", "and {n} more captures", more).format(n=more))
    return lines
