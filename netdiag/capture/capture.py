"""`Capture`: one capture, opened; its packets as blocks of `Records`, then what it was like.

Made from a `CaptureSource`. What the packets say is left to the decode room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self

import numpy as np
from msgspec import Struct

from netdiag.capture.blocks import BLOCK_BYTES, Blocks
from netdiag.capture.compression import open_stream
from netdiag.capture.formats.interface import HEAD_BYTES, Format
from netdiag.capture.formats.pcapng_interfaces import Interface
from netdiag.capture.link_types import link_type_name
from netdiag.capture.records import RecordColumns, Records
from netdiag.capture.skipped import Skipped
from netdiag.capture.sources import CaptureSource, recognise
from netdiag.capture.stopping import is_stopped
from netdiag.capture.streams import Stream
from netdiag.capture.urls import public_name
from netdiag.errors import CaptureError
from netdiag.language import _
from netdiag.native import native
from netdiag.problems import Problem, ProblemLog


class CaptureInfo(Struct, frozen=True):
    """What a capture was like, once it has been read.

    Attributes:
        path: as it was named; ``-`` for standard input.
        format: ``pcap`` or ``pcapng``.
        compressions: names of the compressions around it, outermost first.
        link_types: names of the link types of its packets, in order of appearance.
        packets: how many packet records it holds.
        bytes: the capture's own size, headers and all, after decompression.
        first_time_ns: the earliest time of a packet, ns since 1970-01-01 UTC; None without any.
        last_time_ns: the latest one.
        nanoseconds: whether times are finer than a microsecond.
        snap_length: the largest that it names; 0 for unlimited or unknown.
        problems: oddities of the file itself.
        skipped: the stretches of it in which nothing could be made out.
    """

    path: str
    format: str
    compressions: tuple[str, ...]
    link_types: tuple[str, ...]
    packets: int
    bytes: int
    first_time_ns: int | None
    last_time_ns: int | None
    nanoseconds: bool
    snap_length: int
    problems: tuple[Problem, ...]
    skipped: tuple[Skipped, ...] = ()


class Capture:
    """An open capture, to be iterated once; `info` is complete afterwards.

    It is closed at the end of the iteration; as a context manager also without one.
    """

    def __init__(
        self,
        source: CaptureSource,
        stream: Stream,
        form: Format,
        compressions: tuple[str, ...],
        block_bytes: int,
    ) -> None:
        self._too_late = is_stopped()
        self.source = source
        self._stream = stream
        self._format = form
        self._compressions = compressions
        self._problems = ProblemLog()
        for problem in source.problems:
            self._problems.add(problem.code, problem.detail, problem.frame, problem.count)
        self._blocks = Blocks(stream, block_bytes)
        self._reader = form.read(self._blocks, self._problems)
        self._packets = 0
        self._link_types: dict[int, None] = {}
        self._first_time_ns: int | None = None
        self._last_time_ns: int | None = None

    def __iter__(self) -> Iterator[Records]:
        """The packets; each block is valid until the one after the next is asked for."""
        if self._too_late:
            self._problems.add("interrupted", _("reading was interrupted before this file"))
            self.close()
            return
        try:
            for records in self._reader:
                self._count(records.rows)
                yield records
        finally:
            self.close()
        damage = self._stream.damage
        if damage is not None:
            self._problems.add(damage.code, damage.detail)

    def _count(self, rows: RecordColumns) -> None:
        if not len(rows):
            return
        self._packets += len(rows)
        first, last, is_uniform = _extent(rows)
        if self._first_time_ns is None or first < self._first_time_ns:
            self._first_time_ns = first
        if self._last_time_ns is None or last > self._last_time_ns:
            self._last_time_ns = last
        link_type = int(rows.link_type[0])
        if is_uniform:
            self._link_types.setdefault(link_type)
        else:
            distinct, first_rows = np.unique(rows.link_type, return_index=True)
            for i in np.argsort(first_rows).tolist():
                self._link_types.setdefault(int(distinct[i]))

    @property
    def interfaces(self) -> Sequence[Interface]:
        """The interfaces described so far, which the column `interface` counts."""
        return self._reader.interfaces

    @property
    def bytes_taken(self) -> int:
        """Bytes of the file itself read so far: before decompression, to compare with its size."""
        return self._stream.bytes_taken

    def info(self) -> CaptureInfo:
        """What is known so far; all of it after the iteration."""
        return CaptureInfo(
            path=public_name(self.source.path),
            format=self._format.name,
            compressions=self._compressions,
            link_types=tuple(link_type_name(number) for number in self._link_types),
            packets=self._packets,
            bytes=self._blocks.bytes_read,
            first_time_ns=self._first_time_ns,
            last_time_ns=self._last_time_ns,
            nanoseconds=self._reader.nanoseconds,
            snap_length=self._reader.snap_length,
            problems=self._problems.entries(),
            skipped=tuple(self._reader.skipped),
        )

    def close(self) -> None:
        """Give the file back; nothing more can be read then."""
        self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _extent(rows: RecordColumns) -> tuple[int, int, bool]:
    """The least and the greatest time, and whether all records have one link type."""
    times, types = rows.time_ns, rows.link_type
    if native is None:
        return int(times.min()), int(times.max()), bool((types == types[0]).all())
    extent: tuple[int, int, bool] = native.extent(
        np.ascontiguousarray(times), np.ascontiguousarray(types)
    )
    return extent


def open_capture(source: CaptureSource, block_bytes: int = BLOCK_BYTES) -> Capture:
    """Open a capture and recognise its format by its first bytes.

    Raises:
        CaptureError: the file can't be opened or read, is empty, or isn't a capture.
    """
    stream, compressions = open_stream(source.path)
    try:
        head = stream.peek(HEAD_BYTES)
        form = recognise(head)
        if form is None:
            raise CaptureError(f"{public_name(source.path)}: {_not_a_capture(head, compressions)}")
        return Capture(source, stream, form, compressions, block_bytes)
    except BaseException:
        stream.close()
        raise


KNOWN_OTHERS = {
    b"snoop\x00": "a snoop capture",
    b"GMBU": "a Network Monitor capture",
    b"RTSS": "a Network Monitor capture",
    b"PK\x03\x04": "a zip archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"\x1f\x8b": "gzip data",
    b"\x28\xb5\x2f\xfd": "zstd data",
}
"""What people pass by mistake; ``editcap -F pcapng`` converts the captures among them."""


def _not_a_capture(head: bytes, compressions: tuple[str, ...]) -> str:
    """Say what was expected, what was found and where."""
    expected = "expected a pcap or pcapng capture (as tcpdump -w writes)"
    where = f" at byte 0 of its {' in '.join(reversed(compressions))} data" if compressions else ""
    if not head:
        return f"{expected}, found an empty file{where}"
    found = f"found the bytes {head[:8].hex(' ')}{where or ' at byte 0'}"
    kind = next((name for magic, name in KNOWN_OTHERS.items() if head.startswith(magic)), None)
    if kind is None and all(byte in b"\t\n\r" or 32 <= byte < 127 for byte in head):
        kind = "text"
    return f"{expected}, {found}" + (f" ({kind})" if kind else "")
