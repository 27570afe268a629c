"""`write_evidence`: the evidence as a pcapng file, with interfaces, times and comments.

From packets that were read once more and the notes on them. Comments name connections, frames and
times, nothing that a packet contains; what a redaction replaces is left to `netdiag.redaction`.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, BinaryIO

from msgspec.structs import replace

from netdiag import __version__
from netdiag.analysis import Examination
from netdiag.capture.formats.pcapng_interfaces import FILTER
from netdiag.capture.rereading import Frames
from netdiag.evidence.gathering import Wanted
from netdiag.evidence.notes import comment
from netdiag.evidence.pcapng_file import PcapngFile
from netdiag.language import _, ngettext
from netdiag.report.build.headlines import headline, no_headline
from netdiag.report.escape import visible

if TYPE_CHECKING:
    from netdiag.redaction import Redactor

MOST_NAMED = 100
"""So many captures are named in the section's comment."""


def write_evidence(
    file: BinaryIO,
    examination: Examination,
    frames: Frames,
    wanted: Wanted,
    redactor: Redactor | None = None,
) -> None:
    """Write the packets; those of each interface of each capture on an interface of their own.

    Args:
        file: where to write.
        examination: what was found.
        frames: the packets, in the order of `wanted`.
        wanted: why each of them is there.
        redactor: what the packets go through; None to write them as they are. The captures are
            then numbered instead of named, and of an interface nothing is said in words.

    Raises:
        LinkTypeNotRedactableError: a packet can't be redacted.
    """
    names = _names(examination, redactor)
    about = _about(examination, names)
    if redactor is not None:
        about = [_("Addresses, names and payloads are redacted"), *map(redactor.text, about)]
    pcapng = PcapngFile(file, f"netdiag {__version__}", about)
    numbers: dict[tuple[int, int], int] = {}
    for frame, notes in zip(frames, wanted.notes, strict=True):
        key = frame.capture, frame.interface
        if key not in numbers:
            interface = frames.interfaces[frame.capture][frame.interface]
            texts = () if redactor is not None else tuple(map(_shown, interface.texts))
            interface = replace(interface, texts=texts)
            source = _("netdiag: from {capture}").format(capture=names[frame.capture])
            numbers[key] = pcapng.describe(interface, [source])
        comments = [comment(note, frame.number, names[frame.capture]) for note in notes]
        data, original = frame.data, frame.original
        if redactor is not None:
            link_type = frames.interfaces[frame.capture][frame.interface].link_type
            data, original = redactor.packet(link_type, data, original)
        pcapng.packet(numbers[key], frame.time_ns, data, original, comments)


def _names(examination: Examination, redactor: Redactor | None) -> list[str]:
    """What comments call the captures: their files' names, without folders, or numbers."""
    captures = examination.subject.captures
    if redactor is not None:
        return [_("capture {n}").format(n=n) for n in range(1, len(captures) + 1)]
    return [visible(PurePath(capture.info.path).name) for capture in captures]


def _shown(option: tuple[int, bytes]) -> tuple[int, bytes]:
    """What an interface says of itself, without what a terminal would obey.

    As it is where it is clean. A filter has a byte before it; if that isn't 0, it is no text.
    """
    code, value = option
    begin = 1 if code == FILTER else 0
    if value[:begin].strip(b"\0"):
        return option
    text = visible(value[begin:].decode("utf-8", "surrogateescape"))
    return code, value[:begin] + text.encode()


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
