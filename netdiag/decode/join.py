"""`Join`: all captures of an analysis as one table, from what each was reduced to.

Whatever process made a `Reduced`, what comes out depends only on their order. Reading and decoding
are left to `netdiag.decode.reduced`, the order of rows to `netdiag.decode.merge`.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from netdiag.capture import CaptureInfo
from netdiag.decode.addresses import Addresses, renumbered
from netdiag.decode.aside import Aside
from netdiag.decode.merge import is_copy, merge
from netdiag.decode.reduced import Reduced
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Segments
from netdiag.language import _
from netdiag.problems import Problem


class LoadedCapture(Struct, frozen=True):
    """One capture of an analysis.

    Attributes:
        info: what the capture was like.
        tcp_packets: how many of its packets became segments; 0 for a copy of another capture.
        problems: the oddities of the file, then those of its packets.
    """

    info: CaptureInfo
    tcp_packets: int
    problems: tuple[Problem, ...]


class Load(Struct, frozen=True):
    """Everything that was loaded.

    Attributes:
        segments: of all captures, in time order; see `netdiag.decode.merge`.
        addresses: what the endpoints' numbers mean.
        samples: what the column `sample` refers to.
        captures: in the order of the command line, which the column `capture` counts.
        aside: what else there was, without rows.
    """

    segments: Segments
    addresses: Addresses
    samples: Samples
    captures: tuple[LoadedCapture, ...]
    aside: Aside = field(default_factory=Aside.nothing)


class Join:
    """Takes captures in, one by one in the order of the command line."""

    def __init__(self, addresses: Addresses | None = None, *, distinct: bool = False) -> None:
        """An empty table.

        Args:
            addresses: numbers that IPv6 addresses have already, and further ones get.
            distinct: whether it is known that none is a copy of another.
        """
        self._addresses = addresses
        self._distinct = distinct
        self._samples = Samples()
        self._captures: list[LoadedCapture] = []
        self._segments: list[Segments] = []
        self._aside: list[Aside] = []

    def add(self, reduced: Reduced) -> None:
        """Take in the next capture; a copy of an earlier one adds no segments."""
        index = len(self._captures)
        reduced = self._in_our_numbers(reduced)
        segments = reduced.segments
        problems = [*reduced.info.problems, *reduced.problems]
        earlier = () if self._distinct else self._segments
        original = next((i for i, s in enumerate(earlier) if is_copy(s, segments)), None)
        if original is not None:
            path = self._captures[original].info.path
            detail = _("holds the same packets as {path}; not counted again").format(path=path)
            problems.append(Problem("duplicate-file", detail))
            segments = segments.take(slice(0, 0))
        else:
            segments = self._with_samples(segments, reduced.samples)
        if index:
            segments = replace(segments, capture=np.full(len(segments), index, np.uint16))
        self._segments.append(segments)
        packets = 0 if original is not None else reduced.tcp_packets
        self._aside.append(reduced.aside.of_capture(index))
        self._captures.append(LoadedCapture(reduced.info, packets, tuple(problems)))

    def _in_our_numbers(self, reduced: Reduced) -> Reduced:
        """The same with the numbers that IPv6 addresses have in the analysis."""
        if self._addresses is None:
            self._addresses = reduced.addresses
            return reduced
        if not len(reduced.addresses):
            return reduced
        numbers = self._addresses.take_in(reduced.addresses)
        segments, bygones = reduced.segments, reduced.aside.bygones
        segments = replace(
            segments,
            source=renumbered(segments.source, numbers),
            destination=renumbered(segments.destination, numbers),
        )
        aside = replace(reduced.aside, bygones=bygones.renumbered(numbers))
        return replace(reduced, segments=segments, aside=aside)

    def _with_samples(self, segments: Segments, samples: Samples) -> Segments:
        first = self._samples.take_in(samples)
        if first == 0:
            return segments
        sample = segments.sample
        return replace(segments, sample=np.where(sample < 0, sample, sample + np.int32(first)))

    def finish(self) -> Load:
        """Merge what was taken in; nothing can be added then."""
        return Load(
            merge(self._segments),
            Addresses() if self._addresses is None else self._addresses,
            self._samples,
            tuple(self._captures),
            Aside.together(self._aside),
        )
