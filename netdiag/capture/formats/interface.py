"""What a capture format is to the capture room: recognised by its first bytes, then read.

A new format is a module with one `Format` and a line in `netdiag.capture.formats`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from msgspec import Struct

from netdiag.capture.blocks import Blocks
from netdiag.capture.formats.pcapng_interfaces import Interface
from netdiag.capture.records import Records
from netdiag.capture.skipped import Skipped
from netdiag.language import _
from netdiag.problems import Problem, ProblemLog

MAX_PACKET_BYTES = 262_144
"""libpcap's MAXIMUM_SNAPLEN: a longer packet is damage, unless the capture says otherwise."""
EXPLAINED = frozenset({"interrupted", "still-written", "shrunk-file", "unreadable-file"})
"""Why a stream may end in the middle of a record that nobody has cut."""
HEAD_BYTES = 12
"""How many bytes a format may look at to recognise itself."""


class Reader(Protocol):
    """Reads one capture.

    Attributes:
        snap_length: the largest one that the capture names; 0 for unlimited or unknown.
        nanoseconds: whether times are finer than a microsecond.
    """

    snap_length: int
    nanoseconds: bool

    @property
    def interfaces(self) -> Sequence[Interface]:
        """The interfaces described so far, which the column `interface` counts."""

    @property
    def skipped(self) -> Sequence[Skipped]:
        """The stretches so far in which no record could be made out."""

    def __iter__(self) -> Iterator[Records]:
        """The packets, block by block; what damage there is, is put into the log."""


class Format(Struct, frozen=True):
    """A capture format.

    Attributes:
        name: as users know it.
        recognises: whether the first bytes (at most `HEAD_BYTES`) are this format's.
        read: makes a reader of a capture that begins with the next block.
    """

    name: str
    recognises: Callable[[bytes], bool]
    read: Callable[[Blocks, ProblemLog], Reader]


def report_cut(problems: ProblemLog, blocks: Blocks, at: int, frame: int) -> None:
    """Note that the capture ends in the middle of a record that begins at `at` of the block."""
    rest = blocks.end - at
    if not rest or _is_explained(blocks.stream.damage):
        return
    if blocks.stream.is_growing():
        problems.add(
            "still-written",
            _(
                "the capture is still being written: its end so far lies {n} bytes into the record "
                "behind packet {frame}; analysed up to packet {frame}"
            ).format(n=rest, frame=frame),
        )
        return
    problems.add(
        "truncated-file",
        _(
            "the capture ends {n} bytes into the record behind packet {frame}; analysed up to "
            "packet {frame}"
        ).format(n=rest, frame=frame),
    )


def _is_explained(damage: Problem | None) -> bool:
    """Whether the capture ends early for a reason that is told already."""
    return damage is not None and damage.code in EXPLAINED
