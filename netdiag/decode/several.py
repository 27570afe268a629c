"""`reduce_several`: many captures, each reduced by itself, with what is settled set aside.

Rotated files hold one connection after another, and what is settled in one of them is not mentioned
in the others. Captures of the same time, from two places say, hold the same packets: then nobody
can tell from one of them what is settled, and all of their rows are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from netdiag.capture import CaptureSource
from netdiag.decode.aside import MakeSetter, SetterFactory, keep_all
from netdiag.decode.marks import Marker
from netdiag.decode.reduced import Reduced, reduce_capture
from netdiag.decode.tally import Tally

ENOUGH_BYTES = 128 << 20
"""What is left of fewer bytes is held with ease."""

OVERLAP_NS = 100_000_000
"""The last packets of one file and the first of the next may be this much out of order."""


def reduce_several(
    sources: Sequence[CaptureSource],
    how: tuple[Marker, int, int, Tally],
    setting_aside: SetterFactory | None,
) -> list[Reduced]:
    """Reduce captures, twice if it turns out that they were taken at the same time.

    Args:
        sources: the captures.
        how: the marker, bytes held at once, how many processes read, and who is told.
        setting_aside: makes what decides which rows are kept; None to keep all.
    """
    reduce = partial(_reduce, sources, how)
    if setting_aside is None or not _are_worth_it(sources):
        return reduce(keep_all)
    return reduce_one_after_another(reduce, setting_aside)


def reduce_one_after_another(
    reduce: Callable[[MakeSetter], list[Reduced]], setting_aside: SetterFactory
) -> list[Reduced]:
    """Reduce captures that follow on each other, or once more if it turns out that they don't."""
    reduced = reduce(partial(setting_aside, one_of_several=True))
    if overlap(reduced) and any(each.tcp_packets > len(each.segments) for each in reduced):
        return reduce(keep_all)
    return reduced


def _are_worth_it(sources: Sequence[CaptureSource]) -> bool:
    """Whether all of them can be read once more, and are large."""
    paths = [Path(source.path) for source in sources]
    if not all(path.is_file() for path in paths):
        return False
    return sum(path.stat().st_size for path in paths) >= ENOUGH_BYTES


def overlap(captures: Sequence[Reduced]) -> bool:
    """Whether any two of them were taken at the same time."""
    spans = sorted(
        (each.info.first_time_ns, each.info.last_time_ns)
        for each in captures
        if each.info.first_time_ns is not None and each.info.last_time_ns is not None
    )
    last_ns = -(1 << 62)
    for begin_ns, end_ns in spans:
        if begin_ns < last_ns - OVERLAP_NS:
            return True
        last_ns = max(last_ns, end_ns)
    return False


def _reduce(
    sources: Sequence[CaptureSource], how: tuple[Marker, int, int, Tally], make_setter: MakeSetter
) -> list[Reduced]:
    marker, block_bytes, jobs, tally = how
    if jobs > 1:
        from netdiag.decode.spread import reduce_all  # noqa: PLC0415 - brings multiprocessing along

        return reduce_all(sources, marker, block_bytes, jobs, tally, make_setter)
    return [
        reduce_capture(source, marker, block_bytes, tally.of(index), make_setter())
        for index, source in enumerate(sources)
    ]
