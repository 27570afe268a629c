"""`load`: all segments of all captures that some paths stand for, as one table.

Made by running the capture room and the decoder over each capture in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from netdiag.capture import BLOCK_BYTES, CaptureInfo, CaptureSource, find_captures, open_capture
from netdiag.decode.addresses import Addresses
from netdiag.decode.decoder import Decoder
from netdiag.decode.growth import GrowingTable
from netdiag.decode.marks import Marker
from netdiag.decode.merge import is_copy, merge
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Segments
from netdiag.errors import LinkTypeError
from netdiag.language import _
from netdiag.problems import Problem, ProblemLog

Progress = Callable[[int], None]
"""Is told how many bytes of the files have been read so far, compressed as they are."""


@dataclass(frozen=True, slots=True)
class LoadedCapture:
    """One capture of an analysis.

    Attributes:
        info: what the capture was like.
        tcp_packets: how many of its packets became segments; 0 for a copy of another capture.
        problems: the oddities of the file, then those of its packets.
    """

    info: CaptureInfo
    tcp_packets: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """Everything that was loaded.

    Attributes:
        segments: of all captures, in time order; see `netdiag.decode.merge`.
        addresses: what the endpoints' numbers mean.
        samples: what the column `sample` refers to.
        captures: in the order of the command line, which the column `capture` counts.
    """

    segments: Segments
    addresses: Addresses
    samples: Samples
    captures: tuple[LoadedCapture, ...]


def load(
    paths: Sequence[str],
    marker: Marker,
    *,
    block_bytes: int = BLOCK_BYTES,
    progress: Progress | None = None,
) -> Load:
    """Read and decode the captures that `paths` stand for.

    Args:
        paths: files, directories, globs and ``-``; see `netdiag.capture.find_captures`.
        marker: looks at the payloads; see `netdiag.decode.marks`.
        block_bytes: bytes of a capture held at once.
        progress: called after each block.

    Raises:
        CaptureError: a path is no capture, or can't be read.
        LinkTypeError: a packet's link type is known to nobody.
    """
    loader = _Loader(marker, block_bytes, progress)
    for source in find_captures(paths):
        loader.load(source)
    return loader.finish()


class _Loader:
    def __init__(self, marker: Marker, block_bytes: int, progress: Progress | None) -> None:
        self._addresses = Addresses()
        self._samples = Samples()
        self._decoder = Decoder(self._addresses, self._samples, marker)
        self._block_bytes = block_bytes
        self._progress = progress
        self._bytes_before = 0
        self._captures: list[LoadedCapture] = []
        self._segments: list[Segments] = []

    def load(self, source: CaptureSource) -> None:
        """Read one capture; a copy of an earlier one adds no segments."""
        problems = ProblemLog()
        table = GrowingTable(Segments.empty())
        index = len(self._captures)
        with open_capture(source, self._block_bytes) as capture:
            for records in capture:
                try:
                    table.add(self._decoder.decode(index, records, problems))
                except LinkTypeError as error:
                    raise LinkTypeError(f"{source.path}: {error}") from error
                if self._progress is not None:
                    self._progress(self._bytes_before + capture.bytes_taken)
            self._bytes_before += capture.bytes_taken
        segments = table.finish()
        original = next((i for i, s in enumerate(self._segments) if is_copy(s, segments)), None)
        if original is not None:
            path = self._captures[original].info.path
            detail = _("holds the same packets as {path}; not counted again").format(path=path)
            problems.add("duplicate-file", detail)
            segments = segments.take(slice(0, 0))
        info = capture.info()
        self._segments.append(segments)
        self._captures.append(
            LoadedCapture(info, len(segments), (*info.problems, *problems.entries()))
        )

    def finish(self) -> Load:
        """Merge what was loaded."""
        return Load(merge(self._segments), self._addresses, self._samples, tuple(self._captures))
